"""Lane move: a lane goes to another plane while callers ask, and nothing is lost, doubled, or refused for good."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from cunguan.kernel.codes import Code
from cunguan.plane.client import Client
from cunguan.plane.lane import Lane, LaneTaken
from cunguan.store.sqlfiles import statement
from tests.conftest import make_home, remove_home
from tests.plane.harness import LANE, ROOT, TWO, books_hold, deposit, listing, one, running, stored, until
from tests.plane.test_kill import Load, acknowledged_is_stored


@pytest.fixture
def other_home() -> Iterator[Path]:
    home = make_home()
    yield home
    remove_home(home)


@contextmanager
def plane(url: str, home: Path, *argv: str) -> Iterator["subprocess.Popen[str]"]:
    """Run `cunguan plane` until the end of the block; it must end cleanly unless it was killed."""
    child = subprocess.Popen(
        [sys.executable, "-m", "cunguan.config.main", "plane", *argv],
        env={**os.environ, "DATABASE_URL": url, "CUNGUAN_HOME": str(home), "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None and "listens" in child.stdout.readline()
    try:
        yield child
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
            assert child.wait() == 0
        child.stdout.close()


def verb(url: str, home: Path, *argv: str) -> int:
    return cli.main(["lane", *argv], Wiring({"DATABASE_URL": url, "CUNGUAN_HOME": str(home)}))


def owner(url: str, lane: int = LANE) -> str:
    """Return where the plane that writes a lane listens."""
    return str(one(url, "SELECT owner FROM lease WHERE lane = %s AND until > clock_timestamp()", lane)).partition(" ")[
        2
    ]


def test_a_lane_moves_under_load_there_and_back(books: str, home: Path, other_home: Path) -> None:
    here, there = str(home / "plane.sock"), str(other_home / "plane.sock")
    with plane(books, home), plane(books, other_home, "--lanes", "none"):
        with Load(home / "plane.sock") as load:
            for lane, to in ((LANE, there), (0, there), (LANE, here), (0, here), (LANE, there)):
                load.wait_for(150)
                assert verb(books, home, "move", str(lane), "--to", to) == 0
                assert owner(books, lane) == to
                acknowledged_is_stored(books, dict(load.answers))
            load.wait_for(150)
        acknowledged_is_stored(books, load.answers)
        assert {answer.code for answer in load.answers.values()} == {Code.done}
        assert set(stored(books, LANE, "load:")) == set(load.answers), "what was sent is there, and nothing else"
    books_hold(books)


def test_an_instruction_that_needs_lane_0_finds_it_at_the_other_plane(books: str, home: Path, other_home: Path) -> None:
    with plane(books, home), plane(books, other_home, "--lanes", "none"):
        assert verb(books, home, "move", str(TWO), "--to", str(other_home / "plane.sock")) == 0
        for number, place in enumerate((home, other_home)):
            client = Client(place / "plane.sock", patience_seconds=30)
            assert client.ask(TWO, listing(TWO, f"N{number}", amount_minor=1_000)).code is Code.done
            assert client.ask(LANE, deposit(number)).code is Code.done
            client.close()
    assert one(books, "SELECT sum(reserved_minor)::int8 FROM exposure WHERE lane = 0") == 2_000
    books_hold(books)


def test_a_plane_that_is_killed_loses_its_lanes_to_nobody_but_who_is_given_them(
    books: str, home: Path, other_home: Path
) -> None:
    there = str(other_home / "plane.sock")
    with plane(books, home) as first, plane(books, other_home, "--lanes", "none"):
        client = Client(other_home / "plane.sock", patience_seconds=30)
        assert client.ask(LANE, deposit(1)).code is Code.done  # handed on
        first.kill()
        first.wait()
        hopeless = Client(other_home / "plane.sock", patience_seconds=0)
        until(lambda: hopeless.ask(LANE, deposit(2)).code is Code.lane_stopped, "nobody has it")
        hopeless.close()
        assert verb(books, home, "move", str(LANE), "--to", there) == 0
        assert client.ask(LANE, deposit(2)).code is Code.done
        client.close()
    books_hold(books)


def test_a_move_to_where_nobody_listens_is_refused(books: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with plane(books, home):
        assert verb(books, home, "move", str(LANE), "--to", str(home / "nobody.sock")) == 1
        assert "no plane answers" in capsys.readouterr().err
        assert verb(books, home, "move", "99", "--to", str(home / "plane.sock")) == 2
        assert verb(books, home, "move", str(LANE), "--to", "tcp://host:1") == 2
        assert verb(books, home, "move", str(LANE), "--to", str(home / "plane.sock")) == 0, "it is there already"


def test_a_move_that_is_not_taken_up_is_taken_back(books: str, home: Path, other_home: Path) -> None:
    """The successor answers, and never takes the lane: its plane writes another database."""
    with plane(books, home):
        with psycopg.connect(books) as owner_of:
            owner_of.execute(statement("lease_offer"), {"lane": LANE, "to": str(other_home / "plane.sock")})
        client = Client(home / "plane.sock", patience_seconds=0)
        until(lambda: client.ask(LANE, deposit(1)).code is Code.lane_stopped, "it is drained")
        with pytest.raises(LaneTaken):
            Lane(LANE, books, owner="stranger").start()
        assert verb(books, home, "move", str(LANE), "--to", str(home / "plane.sock")) == 0, "and it goes back"
        patient = Client(home / "plane.sock", patience_seconds=30)
        assert patient.ask(LANE, deposit(1)).code is Code.done
        for one_of in (client, patient):
            one_of.close()


def test_a_lane_drains_what_waits_and_turns_away_what_comes_later(books: str) -> None:
    with running(books, LANE) as lane:
        futures = [lane.submit(deposit(n)) for n in range(500)]
        with psycopg.connect(books) as owner_of:
            owner_of.execute(statement("lease_offer"), {"lane": LANE, "to": "/elsewhere"})
        until(lambda: lane.has_left, "it has left")
        assert {future.result().code for future in futures} <= {Code.done}
        late = lane.submit(deposit(999)).result()
        assert late.code is Code.lane_stopped and late.seq is None and "/elsewhere" in late.why
        taken = Lane(LANE, books, owner="next", address="/elsewhere").start()
        assert taken.submit(deposit(999)).result().code is Code.done
        taken.stop()
    books_hold(books)


def test_status_says_who_writes_what(books: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verb(books, home, "status", "--json") == 0
    assert {item["owner"] for item in json.loads(capsys.readouterr().out)} == {""}
    with plane(books, home, "--lanes", f"0,{LANE}"):
        assert verb(books, home, "status", "--json") == 0
        found = {item["lane"]: item for item in json.loads(capsys.readouterr().out)}
        assert {lane for lane, item in found.items() if item["owner"]} == {0, LANE}
        assert found[LANE]["platform"] == "P1" and found[LANE]["owner"].endswith(str(home / "plane.sock"))
        assert verb(books, home, "status") == 0
        assert "written by nobody" in capsys.readouterr().out
