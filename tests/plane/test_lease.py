"""Lease: it runs for as long as its owner does, through an outage too, and is taken when he is dead."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from cunguan.kernel.codes import Code
from cunguan.plane.lane import Lane, LaneTaken
from cunguan.plane.process import Process
from cunguan.store import postgres
from tests.plane.harness import LANE, Proxy, books_hold, deposit, one, running, until


def token(url: str) -> int:
    return int(one(url, "SELECT token FROM lane WHERE lane = %s", LANE))


def lease_left(url: str) -> float:
    """Return for how many seconds the lease still runs, by PostgreSQL's clock; below zero when anybody may take it."""
    return float(
        one(
            url,
            "SELECT CASE WHEN isfinite(until) THEN extract(epoch FROM until - clock_timestamp()) ELSE -1 END "
            "FROM lease WHERE lane = %s",
            LANE,
        )
    )


def test_a_lease_is_renewed_for_as_long_as_the_lane_runs(books: str) -> None:
    with running(books, lease_seconds=1.0) as lane:
        first = one(books, "SELECT until FROM lease WHERE lane = 1")
        until(lambda: one(books, "SELECT until FROM lease WHERE lane = 1") > first + timedelta(seconds=2), "two leases")
        assert postgres.take(books, LANE, "other", 1.0) is None
        assert lane.has_lease()


def test_the_lease_of_an_owner_who_died_is_taken_when_it_has_run_out(books: str) -> None:
    died = (
        "import os, sys; from cunguan.plane.lane import Lane; "
        "Lane(1, sys.argv[1], owner='dead', lease_seconds=1.5).start(); os._exit(1)"
    )
    assert subprocess.run([sys.executable, "-c", died, books], check=False).returncode == 1
    before = token(books)
    with pytest.raises(LaneTaken):
        Lane(LANE, books, owner="next").start()
    assert lease_left(books) > 0
    heir = Lane(LANE, books, owner="next").start(wait_seconds=30.0)
    try:
        assert heir.submit(deposit(1)).result().code is Code.done
        assert token(books) == before + 1
    finally:
        heir.stop()
    books_hold(books)


def test_a_lease_lives_on_after_postgresql_was_away_for_longer_than_it_runs(books: str, home: Path) -> None:
    proxy = Proxy(home / "net", books)
    try:
        with running(proxy.url, lease_seconds=0.5) as lane:
            before = token(books)
            proxy.shut()
            until(lambda: lease_left(books) < 0, "the lease run out")
            proxy.is_open = True
            until(lambda: token(books) > before, "the fence raised again")
            until(lambda: lease_left(books) > 0, "the lease renewed")
            assert lane.submit(deposit(1)).result().code is Code.done
            assert postgres.take(books, LANE, "other", 1.0) is None
    finally:
        proxy.close()


def test_a_process_that_cannot_have_all_its_lanes_holds_none(books: str) -> None:
    with running(books), pytest.raises(LaneTaken):
        Process(books, owner="other", channels=lambda lane: {}, wait_seconds=0.0).start()
    with Process(books, owner="third", channels=lambda lane: {}, wait_seconds=0.0) as process:
        assert process.plane.ask(LANE, deposit(1)).code is Code.done
