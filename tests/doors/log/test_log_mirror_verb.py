"""`cunguan log mirror` and `cunguan log fraud`: what they print, and what they return."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cunguan.doors.cli.main import main
from cunguan.keys.note_keys import Ed25519Signer
from tests.doors.log.copied_log import LOG, POLICY, WITNESSES, ServedLog
from tests.doors.log.test_remote import Answers, served

KEY = LOG.key.text()


def answers(log: ServedLog) -> Answers:
    return Answers({f"/log/{name}": (200, {}, content) for name, content in log.items()})


def look(log: ServedLog, path: Path, *more: str) -> int:
    with served(answers(log)) as address:
        return main(["log", "mirror", address, str(path), "--key", KEY, "--once", *more], None)


def test_a_log_is_copied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = ServedLog().to(300)
    assert look(log, tmp_path / "copy") == 0
    assert capsys.readouterr().out.startswith("example.com/log: 300 entries, 300 new, root ")
    assert (tmp_path / "copy/checkpoint").read_bytes() == log["checkpoint"]
    assert look(log.to(301), tmp_path / "copy", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["size"], said["new"], said["witnesses"]) == (301, 1, [])


def test_a_copy_may_be_copied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert look(ServedLog().to(600), tmp_path / "first") == 0
    copy = ServedLog()
    files = [file for file in (tmp_path / "first").rglob("*") if file.is_file()]
    copy.update({str(file.relative_to(tmp_path / "first")): file.read_bytes() for file in files})
    assert look(copy, tmp_path / "second") == 0
    assert {name: (tmp_path / "second" / name).read_bytes() for name in copy} == dict(copy)


def test_a_fork_is_caught_and_seen_by_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert look(ServedLog().to(300), tmp_path) == 0
    assert look(ServedLog().to(200).to(300, "false"), tmp_path) == 1
    told = capsys.readouterr().err
    assert "has signed two trees of 300 leaves" in told and "fraud-300-300.json and show it" in told
    file = str(tmp_path / "fraud-300-300.json")
    assert main(["log", "fraud", file, "--key", KEY], None) == 0
    assert "two trees of 300 leaves" in capsys.readouterr().out
    other = Ed25519Signer("example.com/log", bytes([1] * 32)).key.text()
    assert main(["log", "fraud", file, "--key", other], None) == 1
    assert "proves no fraud" in capsys.readouterr().err


def test_a_rollback_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert look(ServedLog().to(300), tmp_path) == 0
    assert look(ServedLog().to(200), tmp_path) == 1
    assert "had 300 leaves and shows 200" in capsys.readouterr().err
    assert main(["log", "fraud", str(tmp_path / "fraud-300-200.json"), "--key", KEY], None) == 1
    assert "do not contradict each other" in capsys.readouterr().err


def test_the_policy_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "policy").write_bytes(POLICY)
    log = ServedLog().to(3)
    assert look(log, tmp_path / "copy", "--policy", str(tmp_path / "policy")) == 1
    assert "is not cosigned as the policy asks: by nobody" in capsys.readouterr().err
    assert look(log.sign(*WITNESSES[:2]), tmp_path / "copy", "--policy", str(tmp_path / "policy")) == 0
    assert "cosigned by w1, w2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        (["mirror", "https://log.invalid", "copy", "--key", "no key"], 2, "no verifier key"),
        (["mirror", "log.invalid", "copy", "--key", KEY], 2, "no address of a log"),
        (["mirror", "http://log.invalid", "copy", "--key", KEY, "--policy", "nowhere"], 2, "nowhere: No such file"),
        (["mirror", "http://127.0.0.1:9", "copy", "--key", KEY, "--once"], 1, "127.0.0.1:9/checkpoint"),
        (["fraud", "nowhere", "--key", KEY], 2, "nowhere: No such file"),
        (["fraud", "nowhere", "--key", "no key"], 2, "no verifier key"),
    ],
)
def test_what_cannot_be_used_is_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    line: list[str],
    code: int,
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["log", *line], None) == code
    assert says in capsys.readouterr().err
    assert not (tmp_path / "copy").exists()


def test_it_looks_again_until_it_is_told_to_stop(tmp_path: Path) -> None:
    """The first look meets a log that is not whole, a later one the whole: what does not fit today is no reason to stop."""
    log = ServedLog().to(300)
    content = answers(log)
    whole = content.pop("/log/tile/0/000")
    with served(content) as address:
        act = ["log", "mirror", address, str(tmp_path), "--key", KEY, "--every", "1"]
        line = [sys.executable, "-m", "cunguan.config.main", *act]
        with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
            assert child.stderr is not None and child.stdout is not None
            assert "tile/0/000" in child.stderr.readline()
            content["/log/tile/0/000"] = whole
            assert "300 entries, 300 new" in child.stdout.readline()
            child.terminate()
            assert child.wait() == 0
