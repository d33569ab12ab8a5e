"""Wherever the sequencer dies, the next one gives the same bytes: nothing that was signed is ever signed otherwise."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cunguan.doors.log.process import Ground, once
from cunguan.store.log import taking
from cunguan.transparency.tiles import Tiles
from cunguan.transparency.tree import root
from tests.doors.log.books import SOME, commit
from tests.doors.log.reading import entries, opened, published


class Died(Exception):
    """The process dies here."""


class Steps:
    """Counts what reaches a disk; the one with the number `last` does not come any more, half of the time after its work."""

    def __init__(self) -> None:
        self.left = sys.maxsize

    def step(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            self._count()
            done = act(*given, **named)
            self._count()
            return done

        return run

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Died


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    """Let the sequencer die at a step of its work."""
    found = Steps()
    for owner, name in (
        ("cunguan.store.log.taking", "store"), ("cunguan.store.log.folder.Folder", "put"), ("cunguan.store.log.folder.Folder", "settle"),
        ("cunguan.store.log.folder.Folder", "publish"), ("cunguan.store.log.folder.Folder", "clear"),
        ("cunguan.store.log.mark.Marks", "write"), ("cunguan.doors.log.publishing.Publisher", "_keep"),
    ):  # fmt: skip
        module, _, last = owner.rpartition(".")
        held = taking if last == "taking" else getattr(sys.modules[module], last)
        monkeypatch.setattr(held, name, found.step(getattr(held, name)))
    yield found


def run(ground: Ground, steps: Steps, left: int = sys.maxsize) -> bool:
    """Run a sequencer that dies after so many steps; return whether it did."""
    steps.left = left
    try:
        once(ground)
    except Died:
        return True
    finally:
        steps.left = sys.maxsize
    return False


def every_root_holds(ground: Ground) -> None:
    """Every size that was ever stored has its root in the tiles of today."""
    folder, said = published(ground)
    tiles = Tiles(said.size, folder.fetch)
    with psycopg.connect(ground.url) as connection:
        for size, stored in connection.execute("SELECT size, root FROM log_checkpoint"):
            assert root(size, tiles.read) == stored


def test_dying_at_each_step_changes_nothing(books: str, ground: Ground, steps: Steps) -> None:
    head = commit(books, 1, *SOME * 60)  # a tile becomes full, and one does not
    for left in range(100):
        died = run(ground, steps, left)
        head = commit(books, 1, *SOME)
        if not died:
            break
    run(ground, steps)
    assert left > 12, "the steps were not met"
    assert entries(ground) == opened(ground, (1, head))
    every_root_holds(ground)


@given(st.lists(st.tuples(st.integers(1, 2), st.integers(1, 30), st.integers(0, 40)), min_size=1, max_size=4))
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_commits_deaths_and_restarts_in_any_order_give_the_same_bytes(
    books: str, ground: Ground, steps: Steps, story: list
) -> None:
    for lane, times, left in story:
        commit(books, lane, *SOME[:3] * times)
        run(ground, steps, left)
    run(ground, steps)
    with psycopg.connect(books) as owner:
        heads = owner.execute("SELECT lane, head FROM lane").fetchall()
    assert sorted(entries(ground)) == sorted(opened(ground, *heads))
    every_root_holds(ground)


def test_a_process_that_is_killed_is_followed_by_one_that_goes_on(books: str, ground: Ground) -> None:
    head = commit(books, 1, *SOME * 100)
    environ = {
        "DATABASE_URL": books,
        "CUNGUAN_LOG_URL": ground.url,
        "CUNGUAN_HOME": str(ground.home),
        "PATH": "/usr/bin:/bin",
    }
    argv = [sys.executable, "-m", "cunguan.config.main", "log", "sequence", "--every", "0.05"]
    process = subprocess.Popen(argv, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout is not None and process.stdout.readline().strip() == b"the sequencer has begun"
        while True:
            with psycopg.connect(ground.url) as connection:
                if connection.execute("SELECT 1 FROM log_checkpoint").fetchone():
                    break
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.communicate()
    head = commit(books, 1, *SOME)
    once(ground)
    assert entries(ground) == opened(ground, (1, head))
    every_root_holds(ground)
