"""Planning: each committed event once for each endpoint that wants it, whoever plans, and again when it is asked for."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from cunguan.doors.webhooks import endpoints, planning
from cunguan.store.sqlfiles import statement
from tests.doors.webhooks.harness import NOON, Books, Receiver, Running, bid, moved, run

Receivers = Callable[..., Receiver]


def planned(books: Books) -> list[tuple[int, int]]:
    rows = books.ask("SELECT seq, number FROM webhook_delivery WHERE lane = %s ORDER BY seq, number", books.lane)
    return [(seq, number) for seq, number in rows]


def cursor(books: Books) -> int:
    return int(books.ask("SELECT seq FROM webhook_cursor WHERE lane = %s", books.lane)[0][0])


def test_two_who_plan_at_once_plan_everything_once(
    books: Books, receiver: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "SEQUENCES_AT_ONCE", 7)
    platform = receiver()

    async def test(worker: Running) -> None:
        await worker.endpoint("main", platform.url)
        for n in range(30):
            books.commit(*moved(f"W{n % 3}", f"e{n}"))
            if n % 10 == 9:
                await asyncio.gather(*(worker.plan() for _ in range(4)))
        await worker.rest()

    run(books, test)
    assert planned(books) == [(seq, 1) for seq in range(1, 31)] and cursor(books) == 30
    assert len(platform.requests) == 30
    for subject in range(3):
        told = [r.message["type"] for r in platform.requests if r.message["subject"] == f"withdrawal:W{subject}"]
        assert told == [f"withdrawal.e{n}" for n in range(subject, 30, 3)]


@pytest.mark.parametrize("moves", [1, 3, 4, 5, 9])
def test_an_instruction_is_planned_whole_however_many_moves_it_has(
    books: Books, receiver: Receivers, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    monkeypatch.setattr(planning, "MOVES_AT_ONCE", 4)
    platform = receiver()

    async def test(worker: Running) -> None:
        await worker.endpoint("main", platform.url)
        many = [("hold", f"H{n}", "captured_in_full", "captured") for n in range(moves)]
        books.commit(bid(1), ("run:1", "run_step", "done", many), bid(2), ("run:2", "run_step", "done", many), bid(3))
        await worker.plan()

    run(books, test)
    steps = [(seq, number) for seq in (2, 4) for number in range(moves + 1)]
    assert planned(books) == sorted([(1, 0), (3, 0), (5, 0), *steps]) and cursor(books) == 5


def test_what_is_rolled_back_while_planning_is_planned_by_the_next(books: Books, receiver: Receivers) -> None:
    platform = receiver()

    async def test(worker: Running) -> None:
        await worker.endpoint("main", platform.url)
        books.commit(bid(1))
        books.do("ALTER TABLE webhook_delivery ADD CONSTRAINT nothing_goes CHECK (false) NOT VALID")
        try:
            await worker.plan()
        finally:
            books.do("ALTER TABLE webhook_delivery DROP CONSTRAINT nothing_goes")
        assert cursor(books) == 0
        await worker.rest()

    run(books, test)
    assert platform.types == ["instruction.done"]


def test_a_lane_nobody_listens_to_is_not_planned_and_one_without_an_active_endpoint_moves_on(
    books: Books, receiver: Receivers
) -> None:
    platform = receiver()

    async def test(worker: Running) -> None:
        books.commit(bid(1))
        await worker.plan()
        assert books.ask("SELECT FROM webhook_cursor WHERE lane = %s", books.lane) == []
        await worker.endpoint("main", platform.url)
        seen = await endpoints.one(worker.pool, worker.lane, "main")
        assert seen is not None and seen.since_seq == 1
        await endpoints.change(worker.pool, worker.lane, "main", seen.wanted, "disabled", "by the test")
        books.commit(bid(2))
        await worker.rest()
        assert planned(books) == [] and cursor(books) == 2
        await endpoints.change(worker.pool, worker.lane, "main", seen.wanted, "active", "")
        books.commit(bid(3))
        await worker.rest()

    run(books, test)
    assert planned(books) == [(3, 0)]


def test_a_range_is_told_again_in_parts_with_what_was_missed_and_what_is_dead(
    books: Books, receiver: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "SEQUENCES_AT_ONCE", 2)
    platform = receiver()

    async def test(worker: Running) -> None:
        books.commit(bid(1), bid(2))
        await worker.endpoint("main", platform.url)
        books.commit(bid(3), bid(4))
        await worker.rest()
        books.do("UPDATE webhook_delivery SET state = 'dead' WHERE lane = %s AND seq = 4", books.lane)
        platform.requests.clear()
        asked = await endpoints.replay(worker.pool, worker.lane, "again-1", "main", 1, 4, worker.clock.now())
        assert asked.next_seq == 1
        await worker.rest()
        done = await endpoints.replayed(worker.pool, worker.lane, "again-1")
        assert done is not None and (done.next_seq, done.planned_count) == (5, 4)

    run(books, test)
    assert Counter(request.headers["webhook-id"] for request in platform.requests) == Counter(
        f"evt_{books.lane}_{seq}_0" for seq in range(1, 5)
    )
    assert set(books.deliveries().values()) == {"delivered"}


def test_a_replay_of_a_subject_is_in_order_before_what_comes_new(books: Books, receiver: Receivers) -> None:
    platform = receiver()

    async def test(worker: Running) -> None:
        await worker.endpoint("main", platform.url)
        books.commit(*moved("W1", "a", "b", "c"))
        await worker.rest()
        platform.requests.clear()
        await endpoints.replay(worker.pool, worker.lane, "again-1", "main", 1, 3, worker.clock.now())
        books.commit(*moved("W1", "d"))
        await worker.rest()

    run(books, test)
    assert platform.types == [f"withdrawal.{event}" for event in "abcd"]


def test_an_endpoint_that_comes_in_while_a_lane_is_planned_misses_nothing_after_it(
    books: Books, receiver: Receivers
) -> None:
    first, second = receiver(), receiver()

    async def test(worker: Running) -> None:
        await worker.endpoint("first", first.url)
        for n in range(12):
            books.commit(bid(n))
            await asyncio.gather(worker.plan(), *([worker.endpoint("second", second.url)] if n == 6 else []))
        await worker.rest()

    run(books, test)
    seen = books.ask("SELECT since_seq FROM webhook_endpoint WHERE lane = %s AND id = 'second'", books.lane)[0][0]
    told = sorted(request.message["data"]["seq"] for request in second.requests)
    assert seen == 7 and told == list(range(8, 13)) and len(first.requests) == 12


@pytest.mark.parametrize("name", ["webhook_claim", "webhook_wake"])
def test_the_first_of_a_subject_is_found_by_its_index_in_a_table_nobody_has_analysed(books: Books, name: str) -> None:
    """Read all of the lane's rows for each subject, planning took minutes."""
    params = {"lane": books.lane, "endpoint": "main", "now": NOON, "until": NOON, "limit": 8, "subjects": ["hold:H1"]}
    with psycopg.connect(books.url) as connection:
        unanalysed(connection, "webhook_delivery")
        plan = "\n".join(row[0] for row in connection.execute(b"EXPLAIN " + statement(name).encode(), params))
    assert "Index Scan using webhook_delivery_in_order on webhook_delivery w" in plan


def unanalysed(connection: psycopg.Connection[Any], table: str) -> None:
    """Put a temporary twin before a table, for this transaction: autovacuum never comes to it, whatever others have written."""
    indexes = connection.execute(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = %s", (table,)
    ).fetchall()
    connection.execute(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table}) ON COMMIT DROP".encode())
    for (made,) in indexes:
        connection.execute(made.replace(f" ON public.{table} ", f" ON pg_temp.{table} ").encode())


def test_a_lane_that_cannot_be_planned_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    async def plan_lane(connection: Any, lane: int, now: datetime) -> bool:
        seen.append(lane)
        if lane == 1:
            raise KeyError("a kind nobody knows")
        return True

    monkeypatch.setattr(planning, "_plan_lane", plan_lane)
    assert asyncio.run(planning.plan(Behind(1, 2), datetime.now(UTC)))  # type: ignore[arg-type]
    assert seen == [1, 2]


class Behind:
    """A pool whose database says which lanes are behind."""

    def __init__(self, *lanes: int) -> None:
        self.lanes = lanes

    @asynccontextmanager
    async def connection(self) -> AsyncIterator["Behind"]:
        yield self

    async def execute(self, statement: str) -> "Behind":
        return self

    async def fetchall(self) -> list[tuple[int]]:
        return [(lane,) for lane in self.lanes]
