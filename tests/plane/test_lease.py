"""Lease and clocks: one owner at a time by PostgreSQL's clock; an owner whose own clock is wrong stops."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from cunguan.kernel.codes import Code
from cunguan.plane.lane import Clock, ClockWrong, Lane, LaneTaken, VirtualClock
from cunguan.plane.process import Process
from cunguan.store import postgres
from tests.plane.harness import LANE, Proxy, answers, bid, books_hold, codes, deposit, one, running, stored, until


class SetClock(Clock):
    """The wall clock, wrong by so much."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


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


# ── one owner ────────────────────────────────────────────────────────────────
def test_a_lane_that_is_owned_is_not_taken_and_its_owner_is_not_disturbed(books: str) -> None:
    with running(books) as lane:
        before = token(books)
        for _ in range(3):
            with pytest.raises(LaneTaken, match="lane 1 is written by another process"):
                Lane(LANE, books, owner="other").start()
        assert lane.submit(deposit(1)).result().code is Code.done
        assert token(books) == before
    books_hold(books)


def test_a_clean_stop_gives_the_lease_back_at_once(books: str) -> None:
    with running(books) as lane:
        assert lane.submit(deposit(1)).result().code is Code.done
    assert lease_left(books) < 0
    other = Lane(LANE, books, owner="other").start()
    try:
        assert other.submit(deposit(2)).result().code is Code.done
    finally:
        other.stop()


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


def test_an_idle_owner_notices_that_his_lane_was_taken(books: str) -> None:
    with running(books, lease_seconds=0.5) as old:
        with psycopg.connect(books) as connection:
            connection.execute("UPDATE lease SET until = '-infinity' WHERE lane = 1")
        with running(books) as new:
            until(lambda: old.is_stopped, "the old owner stopped")
            assert "taken over" in old.stopped_because
            assert old.submit(bid(1)).result().code is Code.lane_stopped
            until(lambda: not old.has_lease(), "the old owner answers no reads from memory")
            assert new.submit(bid(1)).result().code is Code.done
    assert len(stored(books, LANE, "bid:")) == 1


def test_an_owner_whose_lease_ran_out_and_was_not_taken_goes_on_under_a_new_token(books: str) -> None:
    with running(books) as lane:
        before = token(books)
        with psycopg.connect(books) as connection:
            connection.execute("UPDATE lease SET until = '-infinity' WHERE lane = 1")
        until(lambda: token(books) > before, "the fence raised again")
        until(lambda: lease_left(books) > 0, "the lease renewed")
        assert set(codes(answers(lane, [deposit(n) for n in range(50)]))) == {Code.done}
        assert not lane.is_stopped
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


# ── clocks ───────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("back", "stops"), [(1.0, False), (1.9, False), (2.5, True), (3600.0, True)])
def test_a_clock_that_went_back_stops_the_lane(books: str, back: float, stops: bool) -> None:
    clock = SetClock()
    with running(books, clock=clock) as lane:
        clock.by = timedelta(seconds=30)
        first = lane.submit(deposit(1)).result()
        clock.by = timedelta(seconds=30 - back)
        answer = lane.submit(deposit(2)).result()
        assert lane.is_stopped is stops
    assert answer.code is (Code.in_doubt if stops else Code.done)
    with psycopg.connect(books) as connection:
        instants = connection.execute("SELECT at FROM batch WHERE lane = 1 ORDER BY first_seq").fetchall()
    assert instants == sorted(instants), "an instant of the books never goes back"
    assert one(books, "SELECT head FROM lane WHERE lane = 1") == (first.seq or 0) + (not stops)
    if stops:
        assert "the clock says" in lane.stopped_because
        assert lane.submit(deposit(3)).result().code is Code.lane_stopped
    books_hold(books)


def test_a_clock_that_is_ahead_of_postgresqls_starts_no_lane_and_stops_one(books: str) -> None:
    clock = SetClock()
    clock.by = timedelta(seconds=61)
    head = one(books, "SELECT head FROM lane WHERE lane = 1")
    with pytest.raises(ClockWrong, match="61 s ahead of PostgreSQL's"):
        Lane(LANE, books, owner="ahead", clock=clock, lease_seconds=0.5).start()
    clock.by = timedelta(seconds=50)
    with running(books, clock=clock, lease_seconds=0.5) as lane:
        clock.by = timedelta(seconds=61)
        until(lambda: lane.is_stopped, "the lane stopped")
        assert lane.submit(deposit(1)).result().code is Code.lane_stopped
    assert one(books, "SELECT head FROM lane WHERE lane = 1") == head
    books_hold(books)


def test_a_virtual_clock_may_stand_anywhere(books: str) -> None:
    clock = VirtualClock(datetime(2031, 1, 1, tzinfo=UTC))
    with running(books, clock=clock, lease_seconds=0.5) as lane:
        first = one(books, "SELECT until FROM lease WHERE lane = 1")
        assert lane.submit(deposit(1)).result().code is Code.done
        clock.at = datetime(2026, 3, 2, tzinfo=UTC)
        assert lane.submit(deposit(2)).result().code is Code.done
        until(lambda: one(books, "SELECT until FROM lease WHERE lane = 1") > first, "a renewal")
        assert not lane.is_stopped
    assert one(books, "SELECT count(DISTINCT at) FROM batch WHERE lane = 1 AND at > '2030-01-01'") == 1
    books_hold(books)
