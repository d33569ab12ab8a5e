"""A witness over a real socket: one test a status of tlog-witness, and what it holds whatever happens to it."""

import http.client
import json
import socket
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from cunguan.doors.api.listen import Listen
from cunguan.doors.witness.memory import DATABASE, KEY_FILE, HomeWrong, Memory, begin
from cunguan.doors.witness.server import WitnessServer
from cunguan.keys.note_keys import check
from cunguan.transparency import note as notes
from cunguan.transparency.note import Key
from cunguan.transparency.policy import is_signed
from tests.doors.witness.logs import ORIGIN, Log

LOG, FORK, STRANGER, THIEF = Log(), Log(seed=1), Log(origin="log.example/2"), Log(key=8)


class Said(NamedTuple):
    status: int
    kind: str
    text: str


class Running:
    """A witness that is heard."""

    def __init__(self, home: Path) -> None:
        self.memory = Memory(home, [LOG.signer.key])
        self.server = WitnessServer(Listen("127.0.0.1", 0), {"": self.memory})
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self._thread.start()

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Said:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_address[1], timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return Said(answer.status, answer.headers["Content-Type"], answer.read().decode())
        finally:
            connection.close()

    def add(self, body: bytes) -> Said:
        return self.ask("POST", "/add-checkpoint", body)

    def stop(self) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()
        self.memory.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    begin(tmp_path / "witness", "witness.example/1")
    return tmp_path / "witness"


@pytest.fixture
def running(home: Path) -> Iterator[Running]:
    found = Running(home)
    yield found
    found.stop()


def is_cosigned(running: Running, said: Said, size: int) -> bool:
    note = notes.parse(LOG.note(size).text.encode() + b"\n" + said.text.encode())
    return is_signed(note, running.memory.key, check)


def test_200_cosigns_what_goes_on(running: Running) -> None:
    for old, size in ((0, 7), (7, 7), (7, 20)):
        said = running.add(LOG.request(old, size))
        assert said.status == 200
        assert is_cosigned(running, said, size)


def test_400_when_it_cannot_be_read(running: Running) -> None:
    assert running.add(b"old 1\n").status == 400


def test_400_when_the_old_size_is_beyond_it(running: Running) -> None:
    assert running.add(LOG.request(9, 7)) == Said(
        400, "text/plain; charset=utf-8", "the old size 9 is beyond the checkpoint's 7"
    )


def test_403_when_the_log_has_not_signed_it(running: Running) -> None:
    assert running.add(THIEF.request(0, 7)).status == 403


def test_404_of_another_log(running: Running) -> None:
    assert running.add(STRANGER.request(0, 7)).status == 404


def test_409_says_the_size_it_holds(running: Running) -> None:
    running.add(LOG.request(0, 7))
    assert running.add(LOG.request(3, 20)) == Said(409, "text/x.tlog.size", "7\n")
    assert running.memory.evidence() == []


def test_409_keeps_a_fork(running: Running) -> None:
    running.add(LOG.request(0, 7))
    assert running.add(FORK.request(7, 7)) == Said(409, "text/x.tlog.size", "7\n")
    [kept] = running.memory.evidence()
    assert (kept.kind, kept.size, kept.note) == ("forked", 7, FORK.note(7).write().decode())
    assert kept.held_note.startswith(LOG.note(7).write().decode())


def test_409_keeps_a_fork_of_a_size_it_has_passed(running: Running) -> None:
    running.add(LOG.request(0, 7))
    running.add(LOG.request(7, 20))
    for _ in range(2):
        assert running.add(FORK.request(3, 7)).text == "20\n"
    assert [(kept.kind, kept.size) for kept in running.memory.evidence()] == [("forked", 7)]


def test_422_when_the_proof_does_not_prove_it(running: Running) -> None:
    running.add(LOG.request(0, 7))
    assert running.add(FORK.request(7, 20)).status == 422
    assert [(kept.kind, kept.size) for kept in running.memory.evidence()] == [("unproven", 20)]
    assert running.add(LOG.request(7, 20)).status == 200


def test_411_without_a_length(running: Running) -> None:
    assert running.ask("POST", "/add-checkpoint", None, {"Transfer-Encoding": "chunked"}).status == 411
    assert running.ask("POST", "/add-checkpoint", None, {"Content-Length": "+5"}).status == 411


def test_413_with_too_much(running: Running) -> None:
    assert running.ask("POST", "/add-checkpoint", None, {"Content-Length": str(2**16 + 1)}).status == 413


def test_404_of_another_page(running: Running) -> None:
    assert {
        running.ask("GET", "/keys").status,
        running.ask("POST", "/", b"").status,
        running.ask("GET", "/x/").status,
    } == {404}


def test_500_when_the_disk_does_not_take_it(running: Running) -> None:
    running.memory._connection.execute("PRAGMA query_only = ON")
    assert running.add(LOG.request(0, 7)) == Said(
        500, "text/plain; charset=utf-8", "nothing was cosigned: the witness cannot write\n"
    )
    running.memory._connection.execute("PRAGMA query_only = OFF")
    assert running.add(LOG.request(0, 7)).status == 200


def test_tells_its_key_and_what_it_holds(running: Running) -> None:
    running.add(LOG.request(0, 7))
    seen = json.loads(running.ask("GET", "/").text)
    assert Key.parse(seen["key"]) == running.memory.key
    assert (seen["logs"][ORIGIN]["size"], seen["evidence"]) == (7, 0)
    note = notes.parse(running.ask("GET", f"/checkpoint?origin={ORIGIN}").text.encode())
    assert is_signed(note, running.memory.key, check)
    assert is_signed(note, LOG.signer.key, check)
    assert running.ask("GET", "/checkpoint?origin=other").status == 404
    assert json.loads(running.ask("GET", "/evidence").text) == []


def test_answers_one_after_another_on_one_connection(running: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", running.server.server_address[1], timeout=60)
    for old, size in ((0, 7), (7, 8), (7, 9)):
        connection.request("POST", "/add-checkpoint", LOG.request(old, size))
        answer = connection.getresponse()
        answer.read()
        assert answer.status == (409 if size == 9 else 200)
    connection.close()


def test_judges_two_at_once_one_after_the_other(running: Running) -> None:
    running.add(LOG.request(0, 7))
    with ThreadPoolExecutor(8) as callers:
        said = list(callers.map(running.add, [LOG.request(7, size) for size in range(8, 16)]))
    assert sorted(one.status for one in said) == [200, *[409] * 7]
    won = next(size for size, one in zip(range(8, 16), said, strict=True) if one.status == 200)
    assert json.loads(running.ask("GET", "/").text)["logs"][ORIGIN]["size"] == won


def test_two_processes_of_one_folder_do_not_overtake_each_other(home: Path) -> None:
    one, other = Memory(home, [LOG.signer.key]), Memory(home, [LOG.signer.key])
    assert one.add_checkpoint(LOG.request(0, 7)).status == 200
    assert other.add_checkpoint(FORK.request(0, 9)).text == "7\n"
    one.close()
    other.close()


def test_is_not_held_up_by_a_caller_who_says_nothing(running: Running) -> None:
    with socket.create_connection(running.server.server_address[:2]) as silent:
        silent.sendall(b"POST /add-checkpoint HTTP/1.1\r\n")
        assert running.add(LOG.request(0, 7)).status == 200


def test_remembers_after_a_restart(home: Path) -> None:
    first = Running(home)
    first.add(LOG.request(0, 7))
    first.add(FORK.request(7, 7))
    first.stop()
    second = Running(home)
    try:
        assert second.add(LOG.request(0, 20)).text == "7\n"
        assert len(second.memory.evidence()) == 1
        assert second.add(LOG.request(7, 20)).status == 200
    finally:
        second.stop()


def test_never_goes_back_whoever_asks_its_database(home: Path) -> None:
    memory = Memory(home, [LOG.signer.key])
    memory.add_checkpoint(LOG.request(0, 7))
    memory.close()
    with sqlite3.connect(home / DATABASE) as connection:
        for statement in (
            "INSERT INTO cosigned SELECT origin, 3, root, note, at FROM cosigned",
            "UPDATE cosigned SET size = 3",
            "DELETE FROM cosigned",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("lost", [KEY_FILE, DATABASE])
def test_does_not_go_on_when_half_of_it_is_lost(home: Path, lost: str) -> None:
    (home / lost).unlink()
    with pytest.raises(HomeWrong, match="begin a new witness in a new folder"):
        Memory(home)
    with pytest.raises(HomeWrong, match="has a witness already, or what is left of one"):
        begin(home, "witness.example/1")


def test_does_not_go_on_with_another_key(home: Path, tmp_path: Path) -> None:
    begin(tmp_path / "other", "witness.example/1")
    (home / KEY_FILE).write_bytes((tmp_path / "other" / KEY_FILE).read_bytes())
    with pytest.raises(HomeWrong, match="is not the key of"):
        Memory(home)


@pytest.mark.parametrize("name", ["", "two words", "a+b"])
def test_has_a_name_that_a_note_can_bear(tmp_path: Path, name: str) -> None:
    with pytest.raises(HomeWrong, match="a witness has a name"):
        begin(tmp_path / "witness", name)
