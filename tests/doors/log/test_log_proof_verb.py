"""`cunguan log proof` and `cunguan log proof-check`: from a folder to whoever was handed the file."""

from pathlib import Path

import pytest

from cunguan.doors.cli.main import main
from cunguan.keys.note_keys import Ed25519Signer
from cunguan.transparency.leaf import LeafType, entry
from tests.doors.log.copied_log import LOG, POLICY, WITNESSES, ServedLog

KEY = LOG.key.text()
ENTRIES = [entry(LeafType.JOURNAL, number, bytes([number % 256] * 32)) for number in range(1, 301)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in ServedLog().grow(*ENTRIES).sign(*WITNESSES[:2]).items():
        place = tmp_path / "log" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    (tmp_path / "policy").write_bytes(POLICY)
    return tmp_path / "log"


def proved(folder: Path, index: int, capsys: pytest.CaptureFixture[str]) -> tuple[Path, str]:
    """Return the file of a proof, and the entry in hex."""
    assert main(["log", "proof", str(folder), str(index)], None) == 0
    told = capsys.readouterr()
    file = folder.parent / f"{index}.tlog-proof"
    file.write_text(told.out)
    return file, told.err.strip()


@pytest.mark.parametrize("index", [0, 255, 256, 299])
def test_an_entry_is_proved(folder: Path, capsys: pytest.CaptureFixture[str], index: int) -> None:
    file, told = proved(folder, index, capsys)
    assert bytes.fromhex(told) == ENTRIES[index]
    assert main(["log", "proof-check", str(file), told, "--key", KEY], None) == 0
    assert (
        capsys.readouterr().out
        == f"example.com/log: journal {index + 1} is entry {index} of 300; no witness was asked\n"
    )
    assert (
        main(["log", "proof-check", str(file), told, "--key", KEY, "--policy", str(folder.parent / "policy")], None)
        == 0
    )
    assert "cosigned by w1, w2" in capsys.readouterr().out


def test_what_is_not_proved_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, told = proved(folder, 7, capsys)
    other = Ed25519Signer("example.com/log", bytes([1] * 32)).key.text()
    strict = folder.parent / "strict"
    strict.write_bytes(POLICY.replace(b"outside 2", b"outside 3"))
    for line, says in [
        ([ENTRIES[8].hex(), "--key", KEY], "leaf 7 is not under this root"),
        ([told, "--key", other], "has not signed it"),
        ([told, "--key", KEY, "--policy", str(strict)], "not enough witnesses"),
    ]:
        assert main(["log", "proof-check", str(file), *line], None) == 1
        assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        (["proof", "log", "300"], 1, "numbered from 0: there is no entry 300"),
        (["proof", "log", "-1"], 1, "there is no entry -1"),
        (["proof", "nowhere", "0"], 1, "there is no checkpoint in it"),
        (["proof-check", "nowhere", "00", "--key", KEY], 2, "nowhere: No such file"),
        (["proof-check", "nowhere", "xx", "--key", KEY], 2, "'xx' is no entry in hex"),
        (["proof-check", "nowhere", "00", "--key", "no key"], 2, "no verifier key"),
    ],
)
def test_what_cannot_be_used_is_named(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    line: list[str],
    code: int,
    says: str,
) -> None:
    monkeypatch.chdir(folder.parent)
    assert main(["log", *line], None) == code
    assert says in capsys.readouterr().err


def test_a_folder_that_is_not_whole_proves_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "tile/0/000").write_bytes(bytes(8192))
    assert main(["log", "proof", str(folder), "7"], None) == 1
    assert "is not whole: leaf 7 is not under this root" in capsys.readouterr().err
