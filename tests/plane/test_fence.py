"""A writer that was paused, and a lane that was taken over meanwhile: what it had begun is there whole, or not at all."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from cunguan.kernel.codes import Code
from cunguan.plane.lane import Lane, Writer
from cunguan.store import postgres
from cunguan.store.postgres import PostgresWriter
from tests.plane.harness import (
    LANE,
    Pause,
    answers,
    bid,
    books_hold,
    codes,
    deposit,
    held_back,
    rows,
    running,
    stored,
    until,
    waits_at_a_lock,
)

#: where the old writer stands, whose method that is, whether it stops before or after it, and whether its end was sent
POINTS: dict[str, tuple[type, str, str, bool]] = {
    "before the batch is handed over": (Writer, "hand", "before", False),
    "before the copy":                 (PostgresWriter, "copy", "before", False),
    "after the copy":                  (PostgresWriter, "copy", "after", False),
    "before the end is sent":          (PostgresWriter, "end", "before", False),
    "after the end is sent":           (PostgresWriter, "end", "after", True),
    "before the answer is read":       (PostgresWriter, "wait", "before", True),
    "before the callers are told":     (Lane, "_commit", "before", True),
}  # fmt: skip


def stop_at(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, when: str, pause: Pause) -> None:
    """Let a method stop before or after its work, once the pause is armed."""
    original: Callable[..., Any] = getattr(owner, name)

    def stopping(self: Any, *given: Any) -> Any:
        if when == "before":
            pause.here()
        result = original(self, *given)
        if when == "after":
            pause.here()
        return result

    monkeypatch.setattr(owner, name, stopping)


def end_lease(url: str) -> None:
    """Let the lease run out now: it cannot be renewed any more, and anybody may take it."""
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE lease SET until = '-infinity' WHERE lane = %s", (LANE,))


@pytest.mark.parametrize("point", POINTS)
def test_a_paused_writers_batch_is_committed_before_the_takeover_or_refused_after_it(
    books: str, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    owner, name, when, was_sent = POINTS[point]
    pause = Pause()
    stop_at(monkeypatch, owner, name, when, pause)
    asked = [bid(n, tag="old") for n in range(50)]
    with running(books) as old:
        assert set(codes(answers(old, [bid(n, tag="first") for n in range(20)]))) == {Code.done}
        pause.arm()
        futures = [old.submit(one) for one in asked]
        pause.wait_until_reached()
        end_lease(books)
        with running(books) as new:
            assert set(codes(answers(new, [deposit(n, tag="new") for n in range(30)]))) == {Code.done}
            taken, before = stored(books, LANE, "old:"), rows(books, LANE)
            pause.go_on()
            heard = [future.result() for future in futures]
            late = old.submit(bid(99, tag="late")).result()
            assert late.code in (Code.in_doubt, Code.lane_stopped)
            assert rows(books, LANE) == before, "the old writer wrote after it was taken over"
            assert bool(taken) is was_sent
            for answer in heard:  # acknowledged is there; what is not there was never acknowledged
                assert answer.code is (Code.done if answer.id in taken else Code.in_doubt)
            again = answers(new, asked)
        assert old.is_stopped and "Fenced" in old.stopped_because
    assert set(codes(again)) == {Code.done}
    assert all(one.seq == first.seq for one, first in zip(again, heard, strict=True) if first.seq is not None)
    assert len(stored(books, LANE, "old:")) == 50 and not stored(books, LANE, "late:")
    books_hold(books)


def test_a_takeover_waits_for_the_batch_in_flight_and_goes_on_after_it(books: str) -> None:
    with running(books) as old:
        head = old.submit(deposit(0)).result().seq
        with held_back(books):
            future = old.submit(deposit(1))
            until(lambda: waits_at_a_lock(books), "the batch at the fence")
            end_lease(books)
            assert not future.done()
        taken = postgres.take(books, LANE, "other", 3.0)
        assert future.result().seq == head + 1
        assert taken is None or taken.head == head + 1
