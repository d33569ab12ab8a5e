"""What a lane does not take, how much it takes at once, whose it is, and by which clock."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec
import psycopg
import pytest

from cunguan.kernel.codes import NOT_ADMITTED, Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.ledger.book import Book
from cunguan.operations import deposit_direct, person_link
from cunguan.plane import lane as lane_module
from cunguan.plane import runner as runner_module
from cunguan.plane.lane import Clock, ClockWrong, Lane, LaneTaken, VirtualClock
from cunguan.plane.runner import Item, Runner, admit
from cunguan.store import postgres
from cunguan.store.batch import Batch
from cunguan.store.postgres import PostgresReader
from tests.plane.harness import (
    LANE,
    LISTINGS,
    Submits,
    ask,
    bid,
    books_hold,
    deposit,
    held_back,
    one,
    rows,
    running,
    stored,
    until,
)

WAIT = 60.0


def hear(lane: Submits, asked: Iterable[Instruction]) -> list[Answer]:
    """Hand in all at once and return the answers in order; none may stay away."""
    futures = [lane.submit(each) for each in asked]
    return [future.result(timeout=WAIT) for future in futures]


def items(asked: Iterable[Instruction]) -> list[Item]:
    """Return instructions as a lane admits them."""
    found = [admit(each, LANE) for each in asked]
    assert all(isinstance(each, Item) for each in found)
    return [each for each in found if isinstance(each, Item)]


def expire(url: str) -> None:
    """Let the lane's lease have run out, by PostgreSQL's clock."""
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE lease SET until = '-infinity' WHERE lane = %s", (LANE,))


# ── the queue ────────────────────────────────────────────────────────────────
def test_a_queue_holds_twenty_thousand_items_or_32_mb() -> None:
    assert (lane_module.QUEUE_ITEMS, lane_module.QUEUE_BYTES) == (20_000, 32 * 2**20)


@pytest.mark.parametrize(("bound", "most"), [("QUEUE_ITEMS", 300), ("QUEUE_BYTES", 30_000)])
def test_a_full_queue_answers_lane_busy_stores_nothing_and_leaves_the_id_free(
    books: str, monkeypatch: pytest.MonkeyPatch, bound: str, most: int
) -> None:
    monkeypatch.setattr(lane_module, bound, most)
    asked = [bid(n) for n in range(4_000)]  # two batches under way, one decided, the queue: fewer than these
    with running(books) as lane:
        with held_back(books):
            futures = [lane.submit(each) for each in asked]
            turned_away = [each for each, future in zip(asked, futures, strict=True) if future.done()]
            own: list[Answer] = []
            lane.enqueue(deposit(0, tag="own"), own.append, own=True)
            assert not own, "the plane's own waits in the queue; it is not turned away"
        first = [future.result(timeout=WAIT) for future in futures]
        busy = {answer.id for answer in first if answer.code is Code.lane_busy}
        assert busy == {each.id for each in turned_away} and 0 < len(busy) < len(asked)
        assert {answer.seq for answer in first if answer.id in busy} == {None}
        assert {answer.code for answer in first if answer.id not in busy} == {Code.done}
        assert set(stored(books, LANE, "bid:")) == {each.id for each in asked} - busy
        later = hear(lane, turned_away[:200])
        assert {answer.code for answer in later} == {Code.done}
        assert until(lambda: own, "the answer of the plane's own")[0].code is Code.done
    assert {answer.id: answer.seq for answer in later}.items() <= {
        k: v[0] for k, v in stored(books, LANE).items()
    }.items()
    books_hold(books)


# ── batches ──────────────────────────────────────────────────────────────────
def test_a_batch_closes_at_a_thousand_items(books: str) -> None:
    committed: list[Batch] = []
    with running(books, on_commit=lambda number, batch: committed.append(batch)) as lane:
        with held_back(books):
            futures = [lane.submit(bid(n)) for n in range(4_000)]
        assert {future.result(timeout=WAIT).code for future in futures} == {Code.done}
    sizes = [len(batch.entries) for batch in committed]
    assert max(sizes) == 1_000 and sum(sizes) == 4_000
    books_hold(books)


@pytest.mark.parametrize(
    ("most", "batches"),
    [
        (5_000, [7, 1]),  # seven of 700 postings, and the eighth would cross
        (4_900, [7, 1]),  # to the bound, not below it
        (4_899, [6, 2]),
        (500, [1] * 8),  # a larger one is a batch of its own
    ],
)
def test_a_batch_closes_before_the_item_that_would_cross_the_postings(
    books: str, monkeypatch: pytest.MonkeyPatch, most: int, batches: list[int]
) -> None:
    assert runner_module.BATCH_POSTINGS == 5_000
    with running(books) as lane:
        assert {answer.code for answer in hear(lane, [bid(n) for n in range(5_600)])} == {Code.done}
    monkeypatch.setattr(runner_module, "BATCH_POSTINGS", most)
    waiting = items(ask(LANE, f"failure:{name}", "raise_failure", listing=name) for name in LISTINGS)
    reader = PostgresReader(books)
    try:
        runner = Runner(LANE, reader, Book(None))
        taken, first = [], runner.next_seq
        while waiting:
            batch, count = runner.decide(waiting, datetime.now(UTC))
            assert batch.first_seq == first and {entry.state for entry in batch.entries} == {"done"}
            assert [len(entry.after) for entry in batch.entries] == [700] * count
            taken.append(count)
            waiting, first = waiting[count:], batch.last_seq + 1
    finally:
        reader.close()
    assert taken == batches


# ── what is not admitted ─────────────────────────────────────────────────────
IN = deposit(0, tag="x").body
LINK = person_link.Body("person:L000", LANE)
NUL = deposit_direct.Body("L000", "bank", 1, True, "a\0b")

#: what comes in -> lane, id, kind, body, the answer
NOT_TAKEN: dict[str, tuple[int, str, str, msgspec.Struct, Code]] = {
    "an unknown kind":          (LANE, "x:1",         "no_such_kind",   IN,   Code.unknown_kind),
    "another kind's body":      (LANE, "x:1",         "bid_hold",       IN,   Code.malformed),
    "a text with a NUL":        (LANE, "x:1",         "deposit_direct", NUL,  Code.malformed),
    "the custodian's, here":    (LANE, "x:1",         "person_link",    LINK, Code.unknown_lane),
    "a platform's, in lane 0":  (0,    "x:1",         "deposit_direct", IN,   Code.unknown_lane),
    "no id":                    (LANE, "",            "deposit_direct", IN,   Code.id_malformed),
    "an id with a space":       (LANE, "x 1",         "deposit_direct", IN,   Code.id_malformed),
    "an id too long":           (LANE, "x" * 201,     "deposit_direct", IN,   Code.id_malformed),
    "the timer's prefix":       (LANE, "timer:x",     "deposit_direct", IN,   Code.id_malformed),
    "the day close's prefix":   (LANE, "close:x",     "deposit_direct", IN,   Code.id_malformed),
    "the bank's prefix":        (LANE, "bank:x",      "deposit_direct", IN,   Code.id_malformed),
}  # fmt: skip


def test_what_is_not_admitted_stores_nothing_and_leaves_the_id_free(books: str) -> None:
    before = rows(books, LANE), rows(books, 0)
    with running(books, 0, LANE) as plane:
        for what, (number, name, kind, body, code) in NOT_TAKEN.items():
            answer = plane.submit(number, Instruction(name, kind, body)).result(timeout=WAIT)
            assert (answer.id, answer.code, answer.seq) == (name, code, None), what
            assert answer.why, what
            assert code in NOT_ADMITTED or code is Code.id_malformed, what
        elsewhere = plane.submit(7, Instruction("x:1", "deposit_direct", IN)).result(timeout=WAIT)
        assert (elsewhere.code, elsewhere.seq) == (Code.unknown_lane, None)
        assert (rows(books, LANE), rows(books, 0)) == before
        head = one(books, "SELECT head FROM lane WHERE lane = %s", LANE)
        taken = plane.submit(LANE, Instruction("x:1", "deposit_direct", IN)).result(timeout=WAIT)
        assert (taken.code, taken.seq) == (Code.done, head + 1)
    books_hold(books)


# ── whose it is ──────────────────────────────────────────────────────────────
def test_a_lease_that_runs_cannot_be_taken_and_one_that_ran_out_can(books: str) -> None:
    dead = postgres.take(books, LANE, "dead", 3_600.0)
    assert dead is not None
    with pytest.raises(LaneTaken):
        Lane(LANE, books, owner="next").start()
    with pytest.raises(LaneTaken):  # nor by one of the same name: a process that was restarted is another
        Lane(LANE, books, owner="dead").start()
    assert one(books, "SELECT token FROM lane WHERE lane = %s", LANE) == dead.token
    expire(books)
    with running(books) as lane:
        [answer] = hear(lane, [bid(0)])
    assert (answer.code, answer.seq) == (Code.done, dead.head + 1)
    assert one(books, "SELECT token FROM lane WHERE lane = %s", LANE) == dead.token + 1
    books_hold(books)


def test_a_clean_stop_gives_the_lease_back_at_once(books: str) -> None:
    for n in range(5):
        lane = Lane(LANE, books, owner=f"process{n}", lease_seconds=3_600.0).start()  # it waits for nobody
        try:
            assert hear(lane, [bid(n)])[0].code is Code.done
        finally:
            lane.stop()
        assert not lane.is_stopped
        assert lane.submit(bid(99)).result(timeout=WAIT).code is Code.lane_stopped
    assert len(stored(books, LANE, "bid:")) == 5
    books_hold(books)


def test_a_stop_finishes_what_waits(books: str) -> None:
    lane = Lane(LANE, books, owner="test").start()
    try:
        futures = [lane.submit(bid(n)) for n in range(3_000)]
    finally:
        lane.stop()
    assert {future.result(timeout=WAIT).code for future in futures} == {Code.done}
    assert len(stored(books, LANE, "bid:")) == 3_000
    books_hold(books)


def test_a_lease_that_ran_out_and_that_nobody_took_is_its_owners_again(books: str) -> None:
    with running(books) as lane:
        token = one(books, "SELECT token FROM lane WHERE lane = %s", LANE)
        expire(books)
        until(lambda: one(books, "SELECT token FROM lane WHERE lane = %s", LANE) == token + 1, "the fence was raised")
        assert {answer.code for answer in hear(lane, [bid(n) for n in range(100)])} == {Code.done}
        until(lane.has_lease, "the lease was renewed")
    assert not lane.is_stopped
    books_hold(books)


def test_the_old_writer_of_a_lane_that_was_taken_stops_by_itself(books: str) -> None:
    old = Lane(LANE, books, owner="old").start()
    try:
        assert hear(old, [bid(0)])[0].code is Code.done
        expire(books)
        taken = postgres.take(books, LANE, "new", 3_600.0)
        assert taken is not None
        until(lambda: old.is_stopped, "the old writer knows")
        assert not old.has_lease() or old.submit(bid(1)).result(timeout=WAIT).code is Code.lane_stopped
    finally:
        old.stop()
    assert one(books, "SELECT owner FROM lease WHERE lane = %s AND until > clock_timestamp()", LANE) == "new"
    assert one(books, "SELECT head FROM lane WHERE lane = %s", LANE) == taken.head
    books_hold(books)


# ── by which clock ───────────────────────────────────────────────────────────
class Off(Clock):
    """The wall clock, so much off."""

    def __init__(self) -> None:
        self.off = timedelta(0)

    def now(self) -> datetime:
        """Return the wrong instant."""
        return datetime.now(UTC) + self.off


def test_a_clock_more_than_two_seconds_back_stops_the_lane_before_anything_is_stored(books: str) -> None:
    clock = Off()
    with running(books, clock=clock) as lane:
        clock.off = timedelta(seconds=30)
        assert hear(lane, [bid(0)])[0].code is Code.done
        clock.off = timedelta(seconds=-30)
        assert hear(lane, [bid(1)])[0].code is Code.in_doubt
        until(lambda: lane.is_stopped, "the lane stopped")
        assert "ClockWrong" in lane.stopped_because
        assert hear(lane, [bid(2)])[0].code is Code.lane_stopped
    assert set(stored(books, LANE, "bid:")) == {"bid:000000"}
    right = Off()
    right.off = timedelta(seconds=30)
    with running(books, clock=right) as lane:
        assert [answer.code for answer in hear(lane, [bid(1), bid(2)])] == [Code.done] * 2
    books_hold(books)


def test_an_instant_never_goes_back_when_the_clock_does_a_little(books: str) -> None:
    class Backwards(Clock):
        at = datetime.now(UTC) + timedelta(seconds=30)

        def now(self) -> datetime:
            return self.at

    clock, committed = Backwards(), list[Batch]()
    with running(books, clock=clock, on_commit=lambda number, batch: committed.append(batch)) as lane:
        assert hear(lane, [bid(0)])[0].code is Code.done
        clock.at -= timedelta(seconds=2)
        assert hear(lane, [bid(1)])[0].code is Code.done
        clock.at += timedelta(seconds=5)
        assert hear(lane, [bid(2)])[0].code is Code.done
    first, second, third = (batch.at for batch in committed)
    assert (second, third) == (first, first + timedelta(seconds=3))


def test_a_clock_over_a_minute_ahead_of_postgresqls_stops_the_lane(books: str) -> None:
    clock = Off()
    with running(books, clock=clock) as lane:
        assert hear(lane, [bid(0)])[0].code is Code.done
        clock.off = timedelta(seconds=90)
        until(lambda: lane.is_stopped, "the lane stopped")
        assert "ahead of PostgreSQL's" in lane.stopped_because
    expire(books)
    with pytest.raises(ClockWrong):
        Lane(LANE, books, owner="ahead", clock=clock).start()
    expire(books)
    with running(books) as lane:
        assert hear(lane, [bid(1)])[0].code is Code.done
    books_hold(books)


@pytest.mark.parametrize("moved", [timedelta(days=-3_000), timedelta(days=3_000)])
def test_a_virtual_clock_may_stand_anywhere_and_go_back(books: str, moved: timedelta) -> None:
    clock, committed = VirtualClock(datetime.now(UTC) + moved), list[Batch]()
    with running(books, clock=clock, on_commit=lambda number, batch: committed.append(batch)) as lane:
        assert hear(lane, [bid(0)])[0].code is Code.done
        clock.at -= timedelta(days=1)
        assert hear(lane, [bid(1)])[0].code is Code.done
        assert not lane.is_stopped
    first, second = (batch.at for batch in committed)
    assert first == second, "the instant stands still"
    books_hold(books)
