"""Kill: the plane, and PostgreSQL, die at any instant under load, and nothing acknowledged is lost, doubled or halved."""

import itertools
import os
import random
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from cunguan.doors.bench import process_path
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.plane.client import Client
from cunguan.store.embedded.server import Server
from tests.conftest import wheel_binaries
from tests.plane.harness import LANE, ROOT, bid, books_hold, deposit, ground, stored, until

CALLERS, FRAME = 4, 25


class Load:
    """Callers who go on asking for bids and deposits, and keep what they were answered."""

    def __init__(self, path: Path) -> None:
        self.answers: dict[str, Answer] = {}
        self._client = Client(path, patience_seconds=120.0)
        self._numbers = itertools.count()
        self._stop = threading.Event()
        self._callers = [threading.Thread(target=self._ask) for _ in range(CALLERS)]

    def __enter__(self) -> "Load":
        for caller in self._callers:
            caller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for caller in self._callers:
            caller.join()
        self._client.close()

    def _ask(self) -> None:
        while not self._stop.is_set():
            asked = [self._next() for _ in range(FRAME)]
            answers = self._client.ask_all([(LANE, one) for one in asked])
            self.answers.update(zip([one.id for one in asked], answers, strict=True))

    def _next(self) -> Instruction:
        number = next(self._numbers)
        return (bid if number % 2 else deposit)(number, tag="load")

    def wait_for(self, more: int) -> None:
        """Return when so many more are answered."""
        target = len(self.answers) + more
        until(lambda: len(self.answers) >= target, f"{more} more answers")


class Plane:
    """`cunguan plane` as an operator runs it."""

    def __init__(self, url: str, home: Path) -> None:
        self.url, self.home = url, home
        self.start()

    def start(self) -> None:
        self.child: subprocess.Popen[str] = process_path.start(self.url, self.home, PYTHONPATH=str(ROOT / "src"))

    def kill(self) -> None:
        self.child.kill()
        self._reap()

    def stop(self) -> int:
        self.child.send_signal(signal.SIGTERM)
        return self._reap()

    def _reap(self) -> int:
        code = self.child.wait()
        assert self.child.stdout is not None
        self.child.stdout.close()
        return code


@contextmanager
def under_load(url: str, home: Path) -> Iterator[tuple[Plane, Load]]:
    plane = Plane(url, home)
    try:
        with Load(home / "plane.sock") as load:
            yield plane, load
    finally:
        code = plane.stop()
    assert code == 0, "the last plane ends cleanly"
    acknowledged_is_stored(url, load.answers)
    assert set(stored(url, LANE, "load:")) == set(load.answers), "what was sent is there, and nothing else"
    books_hold(url)


def acknowledged_is_stored(url: str, answers: dict[str, Answer]) -> None:
    """Assert that each answer is the one in the books."""
    found = stored(url, LANE, "load:")
    wrong = {one.id for one in answers.values() if found.get(one.id) != (one.seq, "done", int(one.code))}
    assert not wrong, [(answers[id], found.get(id)) for id in sorted(wrong)[:3]]


def rounds(url: str, home: Path, seed: int, count: int, strike: Callable[[random.Random, Plane], None]) -> None:
    chance = random.Random(seed)
    instant = threading.Event()
    with under_load(url, home) as (plane, load):
        for _ in range(count):
            load.wait_for(chance.randrange(1, 400))
            instant.wait(chance.random() * 0.03)  # any instant of a batch
            before = dict(load.answers)
            strike(chance, plane)
            acknowledged_is_stored(url, before)
            load.wait_for(CALLERS * FRAME + 1)  # some of them were sent after the strike


@pytest.mark.parametrize(("seed", "count"), [(1, 4), pytest.param(2, 30, marks=pytest.mark.soak)])
def test_the_plane_is_killed_at_any_instant(books: str, home: Path, seed: int, count: int) -> None:
    def strike(chance: random.Random, plane: Plane) -> None:
        plane.kill()
        plane.start()

    rounds(books, home, seed, count, strike)


@pytest.mark.parametrize(("seed", "count"), [(3, 3), pytest.param(4, 20, marks=pytest.mark.soak)])
def test_postgresql_is_killed_at_any_instant(home: Path, seed: int, count: int) -> None:
    server = Server(home, wheel_binaries())
    url = server.start(tied=True)
    try:
        ground(url)

        def strike(chance: random.Random, plane: Plane) -> None:
            if chance.random() < 0.5:
                pid = server.status().pid
                assert pid is not None
                os.kill(pid, signal.SIGKILL)
                server.start(tied=True)
            else:
                kill_a_backend(url)
            until(lambda: answers(url), "PostgreSQL is back")

        rounds(url, home, seed, count, strike)
    finally:
        server.stop()


def kill_a_backend(url: str) -> None:
    """Kill a writer's backend; PostgreSQL then ends all others, this one too, and recovers by itself."""
    connection = psycopg.connect(url, autocommit=True)
    row = connection.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "ORDER BY xact_start NULLS LAST, pid LIMIT 1"
    ).fetchone()
    assert row is not None
    os.kill(row[0], signal.SIGKILL)
    until(lambda: not lives(connection), "PostgreSQL has noticed")
    connection.close()


def lives(connection: psycopg.Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url) as connection:
            return connection.execute("SELECT 1").fetchone() is not None
    except psycopg.OperationalError:
        return False
