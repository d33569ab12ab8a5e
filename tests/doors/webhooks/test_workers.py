"""Workers that are several, slow, or killed: everything arrives, in order for a subject."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from cunguan.doors.api.context import Context
from cunguan.doors.jobs import registry
from cunguan.doors.jobs import webhooks as jobs
from cunguan.doors.webhooks import endpoints
from tests.doors.webhooks.harness import Books, Receiver, Running, Turned, bid, moved, run, running
from tests.plane.harness import until

Receivers = Callable[..., Receiver]
ROOT = Path(__file__).resolve().parents[3]


def test_two_couriers_at_once_send_everything_once_and_in_order(books: Books, receiver: Receivers) -> None:
    platform = receiver()

    async def test(first: Running) -> None:
        async with running(books, first.clock) as second:
            await first.endpoint("main", platform.url)
            books.commit(*(row for n in range(6) for row in moved(f"W{n}", *"abcde")))
            await asyncio.gather(first.rest(), second.rest())
            await asyncio.gather(first.rest(), second.rest())

    run(books, test)
    assert len(platform.requests) == 30 and set(books.deliveries().values()) == {"delivered"}
    for n in range(6):
        told = [
            request.message["type"] for request in platform.requests if request.message["subject"] == f"withdrawal:W{n}"
        ]
        assert told == [f"withdrawal.{event}" for event in "abcde"]


def test_what_a_killed_worker_was_sending_is_sent_again_and_nothing_is_lost(books: Books, receiver: Receivers) -> None:
    platform = receiver()
    platform.answers = lambda request: platform.hang
    clock = Turned()

    async def prepare(worker: Running) -> None:
        await worker.endpoint("main", platform.url)
        books.commit(*moved("W1", "a", "b"), *(bid(n) for n in range(5)))

    run(books, prepare, clock)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.doors.webhooks.worker_process", books.url, str(books.lane)], cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        until(lambda: len(platform.requests) == 6, "a request of each subject")
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
    platform.answers = lambda request: 204
    platform.released.set()
    assert "delivered" not in books.deliveries().values()

    async def after(worker: Running) -> None:
        await worker.rest()
        assert len(platform.requests) == 6, "what the dead worker took is its own until the time is over"
        worker.clock.turn(timedelta(seconds=61))
        await worker.rest()

    run(books, after, clock)
    assert set(books.deliveries().values()) == {"delivered"} and len(books.deliveries()) == 7
    seen = Counter(request.headers["webhook-id"] for request in platform.requests)
    assert seen == Counter({f"evt_{books.lane}_{n}_{1 if n < 3 else 0}": 1 if n == 2 else 2 for n in range(1, 8)})
    log = books.ask("SELECT outcome, count(*) FROM webhook_attempt WHERE lane = %s GROUP BY 1 ORDER BY 1", books.lane)
    assert log == [("", 6), ("delivered", 7)], "a try that was cut off stays in the log as one"


def test_who_comes_back_too_late_changes_nothing(books: Books, receiver: Receivers) -> None:
    slow = receiver()
    slow.answers = lambda request: slow.hang if len(slow.requests) == 1 else 204

    async def test(first: Running) -> None:
        await first.endpoint("main", slow.url)
        books.commit(*moved("W1", "a", "b"))
        await first.plan()
        await first.courier.round()
        first.clock.turn(timedelta(seconds=61))
        async with running(books, first.clock) as second:
            await second.rest()
        assert set(books.deliveries().values()) == {"delivered"}
        slow.released.set()
        await first.rest()

    run(books, test, patience=60.0)
    assert set(books.deliveries().values()) == {"delivered"}
    assert books.ask("SELECT attempts, failures FROM webhook_delivery WHERE lane = %s ORDER BY seq", books.lane) == [
        (2, 0),
        (1, 0),
    ]


def test_dead_deliveries_are_driven_again_in_their_order(books: Books, receiver: Receivers) -> None:
    platform = receiver()

    async def test(worker: Running) -> None:
        await worker.endpoint("main", platform.url)
        books.commit(*moved("W1", "a", "b", "c"))
        await worker.plan()
        books.do(
            "UPDATE webhook_delivery SET state = 'dead', next_at = NULL, ended_at = now() WHERE lane = %s", books.lane
        )
        assert await endpoints.again(worker.pool, worker.lane, worker.clock.now(), endpoint="main") == 3
        await worker.rest()

    run(books, test)
    assert platform.types == ["withdrawal.a", "withdrawal.b", "withdrawal.c"]


def test_a_delivery_that_waits_for_its_time_is_brought_forward(books: Books, receiver: Receivers) -> None:
    platform = receiver(lambda request: 500)

    async def test(worker: Running) -> None:
        await worker.endpoint("main", platform.url)
        books.commit(bid(1))
        await worker.rest()
        platform.answers = lambda request: 204
        ((number,),) = books.ask("SELECT delivery FROM webhook_delivery WHERE lane = %s", books.lane)
        assert await endpoints.again(worker.pool, worker.lane, worker.clock.now(), number=number) == 1
        await worker.rest()

    run(books, test)
    assert set(books.deliveries().values()) == {"delivered"}


def test_the_jobs_worker_has_both_sweeps_and_forgets_what_is_old(
    books: Books, receiver: Receivers, tmp_path: Path
) -> None:
    platform = receiver()
    assert {"webhook_planning", "webhook_courier"} <= {loop.name for loop in registry.loops()}
    assert "webhook_forgetting" in {job.name for job in registry.jobs()}

    async def test(worker: Running) -> None:
        context = Context(None, worker.pool, "", tmp_path, True, worker.clock)  # type: ignore[arg-type]  # no plane is asked
        await worker.endpoint("main", platform.url)
        books.commit(bid(1), bid(2))
        while await jobs.run_planning(context):
            pass
        while await jobs.run_courier(context):
            pass
        await jobs.forget(context)
        assert set(books.deliveries().values()) == {"delivered"}
        await endpoints.rotate(worker.pool, worker.lane, "main", "rotation", timedelta(hours=1), worker.clock.now())
        await worker.endpoint("gone", platform.url)
        books.commit(bid(3))
        while await jobs.run_planning(context):
            pass
        assert Counter(books.deliveries().values()) == {"delivered": 2, "waiting": 2}
        await endpoints.delete(worker.pool, worker.lane, "gone")
        await jobs.forget(context)
        assert Counter(books.deliveries().values()) == {"delivered": 2, "waiting": 1}, "nobody is there to be told"
        while await jobs.run_courier(context):
            pass
        worker.clock.turn(jobs.KEPT + timedelta(hours=2))
        await jobs.forget(context)

    run(books, test)
    assert books.ask("SELECT number FROM webhook_secret WHERE lane = %s", books.lane) == [(2,)]
    assert len(platform.requests) == 3 and "v1a," in platform.requests[0].headers["webhook-signature"]
    assert books.deliveries() == {}
    assert books.ask("SELECT FROM webhook_attempt WHERE lane = %s", books.lane) == []
