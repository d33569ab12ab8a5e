"""`cunguan log witness`: as a process that may be killed at any moment; its evidence; three of them for a sandbox."""

import asyncio
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.api.listen import Listen
from cunguan.doors.cli.main import main
from cunguan.doors.log.quorum import Quorum, trust_of
from cunguan.doors.witness import sandbox
from cunguan.doors.witness.memory import Memory, begin
from cunguan.doors.witness.server import WitnessServer
from cunguan.keys.certificates import authority, common_name, issue
from cunguan.keys.note_keys import check
from cunguan.transparency import fraud
from cunguan.transparency.policy import POLICY, Witness, majority
from tests.doors.witness.logs import Log

LOG, FORK = Log(), Log(seed=1)


def verb(*argv: str, home: Path | None = None) -> int:
    return main(["log", "witness", *argv], Wiring({"CUNGUAN_HOME": str(home or "/nowhere")}))


@contextmanager
def process(home: Path, *argv: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run the verb; it is killed at the end, as by a power cut."""
    line = [
        sys.executable,
        "-m",
        "cunguan.config.main",
        "log",
        "witness",
        "--listen",
        "127.0.0.1:0",
        "--log",
        LOG.key,
        *argv,
    ]
    with subprocess.Popen(
        line, env={**os.environ, "CUNGUAN_HOME": str(home)}, stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout is not None
            said = next(one for one in running.stdout if "witnessing at" in one)
            yield running, int(said.partition("127.0.0.1:")[2].partition(":")[0])
        finally:
            running.kill()


def add(port: int, body: bytes, prefix: str = "") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", f"{prefix}/add-checkpoint", body)
    answer = connection.getresponse()
    said = answer.status, answer.read().decode()
    connection.close()
    return said


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    home = tmp_path / "witness"
    with process(tmp_path, "--home", str(home), "--init", "--name", "witness.example/1") as (running, port):
        assert add(port, LOG.request(0, 7))[0] == 200
        assert add(port, FORK.request(0, 7)) == (409, "7\n")
        running.kill()
    with process(tmp_path, "--home", str(home)) as (running, port):
        assert add(port, FORK.request(0, 9)) == (409, "7\n")
        assert add(port, LOG.request(7, 20))[0] == 200
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 0
    memory = Memory(home)
    assert ([one.kind for one in memory.evidence()], memory.seen().logs[LOG.signer.key.name]) == (
        ["forked"],
        _held(memory, 20),
    )
    memory.close()


def _held(memory: Memory, size: int) -> object:
    found = memory.seen().logs[LOG.signer.key.name]
    assert found is not None
    assert found.size == size
    return found


def test_shows_its_evidence_and_writes_it_as_a_proof(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begin(tmp_path / "w", "witness.example/1")
    assert verb("evidence", "--home", str(tmp_path / "w")) == 0
    assert capsys.readouterr().out == "nothing is held against any log\n"
    memory = Memory(tmp_path / "w", [LOG.signer.key])
    memory.add_checkpoint(LOG.request(0, 7))
    memory.add_checkpoint(FORK.request(7, 7))
    memory.close()
    assert verb("evidence", "--home", str(tmp_path / "w"), "--out", str(tmp_path / "out"), "--json") == 1
    assert json.loads(capsys.readouterr().out)[0]["kind"] == "forked"
    kept = fraud.read((tmp_path / "out" / "fork-1.json").read_bytes())
    assert "has signed two trees of 7 leaves" in fraud.verify(kept, LOG.signer.key, check)
    assert verb("key", "--home", str(tmp_path / "w")) == 0
    assert capsys.readouterr().out.startswith("witness.example/1+")


@pytest.mark.parametrize(
    ("argv", "code", "says"),
    [
        ((), 2, "give the folder of this witness"),
        (("--home", "{}/w"), 2, "say which logs it witnesses"),
        (("--home", "{}/w", "--log", LOG.key, "--listen", "0.0.0.0:0"), 2, "plain HTTP is heard on loopback alone"),
        (("--home", "{}/w", "--log", LOG.key, "--init", "--name", "x"), 1, "has a witness already"),
        (("--home", "{}/none", "--log", LOG.key), 1, "has no witness: --init --name NAME makes one"),
        (("key", "--home", "{}/open"), 1, "can be read by others"),
    ],
)
def test_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], argv: tuple[str, ...], code: int, says: str
) -> None:
    begin(tmp_path / "w", "witness.example/1")
    begin(tmp_path / "open", "witness.example/2")
    (tmp_path / "open" / "witness-key").chmod(0o644)
    assert verb(*(part.format(tmp_path) for part in argv)) == code
    assert says in capsys.readouterr().err


def test_three_play_a_sandbox(tmp_path: Path) -> None:
    before = {one.key for one in sandbox.witnesses(tmp_path, [LOG.signer.key]).values()}
    with process(tmp_path, "--sandbox") as (_, port):
        quorum = Quorum.from_file(tmp_path / POLICY, [LOG.signer.key])
        assert {one.url for one in quorum.policy.witnesses.values()} == {
            f"http://127.0.0.1:{port}/{role}" for role in sandbox.ROLES
        }
        assert {one.key for one in quorum.policy.witnesses.values()} == before
        assert asyncio.run(quorum.cosign(LOG.note(7), lambda old: [])).reached


def test_a_sandbox_leaves_a_policy_that_is_somebodys_own(tmp_path: Path) -> None:
    begin(tmp_path / "own", "own.example/1")
    own = majority([LOG.signer.key], [Witness("own", Memory(tmp_path / "own").key)], 1)
    (tmp_path / POLICY).write_text(own)
    sandbox.tell(tmp_path, "http://127.0.0.1:1", [LOG.signer.key], sandbox.witnesses(tmp_path, [LOG.signer.key]))
    assert (tmp_path / POLICY).read_text() == own


@pytest.mark.parametrize("is_known", [True, False])
def test_is_asked_by_tls_with_certificates_on_both_sides(tmp_path: Path, is_known: bool) -> None:
    ca = authority("Witnesses", datetime.now(UTC), 1)
    (tmp_path / "ca.pem").write_bytes(ca.cert)
    for name, by in (("witness", ca), ("log", ca if is_known else authority("Others", datetime.now(UTC), 1))):
        pair = issue(by, common_name(by.cert), name, ["127.0.0.1"], datetime.now(UTC), 1)
        (tmp_path / f"{name}.pem").write_bytes(pair.cert)
        (tmp_path / f"{name}.key").write_bytes(pair.key)
    begin(tmp_path / "w", "witness.example/1")
    memory = Memory(tmp_path / "w", [LOG.signer.key])
    listen = Listen("127.0.0.1", 0, tmp_path / "witness.pem", tmp_path / "witness.key", tmp_path / "ca.pem", True)
    server = WitnessServer(listen, {"": memory})
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    (tmp_path / "policy").write_text(majority([LOG.signer.key], [Witness("one", memory.key, server.address)], 1))
    files = {
        f"CUNGUAN_WITNESS_{name}": str(tmp_path / file)
        for name, file in (("CA", "ca.pem"), ("CERT", "log.pem"), ("KEY", "log.key"))
    }
    try:
        quorum = Quorum.from_file(tmp_path / "policy", [LOG.signer.key], trust_of(files))
        assert asyncio.run(quorum.cosign(LOG.note(7), lambda old: [])).reached is is_known
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        memory.close()
