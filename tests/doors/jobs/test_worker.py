"""The jobs worker on a real database: two at once do nothing twice, what fails comes again, what was cut off is taken over."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from cunguan.doors.api.context import Context
from cunguan.doors.jobs.registry import Job, Loop, jobs, loops
from cunguan.doors.jobs.worker import Pause, lock_of, work
from tests.conftest import migrated


@pytest.fixture
def queue(wheel_database: str) -> str:
    """A database with the queue's tables."""
    migrated(wheel_database)
    return wheel_database


@asynccontextmanager
async def worker(url: str, loops: list[Loop], jobs: list[Job]) -> AsyncIterator[None]:
    """Run one worker for a while."""
    stop = asyncio.Event()
    async with AsyncConnectionPool(url, min_size=1, max_size=4, kwargs={"autocommit": True}) as pool:
        context = Context(None, pool, "", Path(), True)  # type: ignore[arg-type]  # nothing here asks a plane
        running = asyncio.create_task(work(url, context, loops, jobs, stop))
        yield
        stop.set()
        await running


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not is_so():
            await asyncio.sleep(0.02)


class Sweep:
    """A loop that notes who runs it, and how many at once."""

    def __init__(self) -> None:
        self.rounds, self.inside, self.at_once = 0, 0, 0

    async def run(self, context: Context) -> None:
        self.inside += 1
        self.at_once = max(self.at_once, self.inside)
        await asyncio.sleep(0.01)
        self.rounds += 1
        self.inside -= 1


def test_two_workers_never_run_a_loop_at_once(queue: str) -> None:
    sweep = Sweep()

    async def main() -> None:
        loop = Loop("sweep", 0.01, sweep.run)
        async with worker(queue, [loop], []), worker(queue, [loop], []):
            await until(lambda: sweep.rounds >= 10)

    asyncio.run(main())
    assert sweep.at_once == 1


def test_a_loop_goes_on_when_its_connection_is_lost(queue: str) -> None:
    sweep = Sweep()

    async def main() -> None:
        async with worker(queue, [Loop("sweep", 0.01, sweep.run)], []):
            await until(lambda: sweep.rounds >= 2)
            assert _holders(queue, "sweep") == 1
            _end_all(queue)
            before = sweep.rounds
            await until(lambda: sweep.rounds >= before + 3)

    asyncio.run(main())


def test_a_loop_that_fails_comes_again(queue: str) -> None:
    seen: list[int] = []

    async def fails_once(context: Context) -> None:
        seen.append(1)
        if len(seen) == 1:
            raise ValueError("the first time")

    async def main() -> None:
        async with worker(queue, [Loop("fails", 0.01, fails_once)], []):
            await until(lambda: len(seen) >= 3)

    asyncio.run(main())


def test_two_workers_run_a_job_once_for_each_time(queue: str) -> None:
    runs: list[int] = []

    async def run(context: Context) -> None:
        runs.append(1)

    with psycopg.connect(queue, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE seen (at text); "
            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN INSERT INTO seen VALUES (NEW.args ->> 'timestamp'); RETURN NEW; END $$; "
            "CREATE TRIGGER note AFTER INSERT ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION note()"
        )

    async def main() -> None:
        job = Job("every-second", "* * * * * */1", run)
        async with worker(queue, [], [job]), worker(queue, [], [job]):
            await until(lambda: len(runs) >= 3)

    asyncio.run(main())
    with psycopg.connect(queue) as connection:
        row: Any = connection.execute("SELECT count(*), count(DISTINCT at) FROM seen").fetchone()
    assert row[0] == row[1] >= len(runs) >= 3


def test_a_job_that_died_with_its_worker_runs_again(queue: str) -> None:
    runs: list[int] = []

    async def run(context: Context) -> None:
        runs.append(1)

    with psycopg.connect(queue, autocommit=True) as connection:
        connection.execute(
            "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id) "
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, status, worker_id) "
            "SELECT 'default', 'cut-off', 'cut-off', '{\"timestamp\": 1}', 'doing', id FROM dead"
        )

    async def main() -> None:
        async with worker(queue, [], [Job("cut-off", "0 0 1 1 *", run)]):
            await until(lambda: bool(runs))

    asyncio.run(main())
    assert runs == [1]


@pytest.mark.parametrize(("faults", "seconds"), [(1, 1.0), (2, 2.0), (3, 4.0), (7, 60.0), (100, 60.0)])
def test_a_pause_grows_with_the_faults_up_to_a_minute(faults: int, seconds: float) -> None:
    pause = Pause(0.1)
    assert [pause.after_a_fault() for _ in range(faults)][-1] == seconds


def test_what_is_registered_has_a_name_of_its_own() -> None:
    assert len({one.name for one in (*loops(), *jobs())}) == len(loops()) + len(jobs())


def _holders(url: str, name: str) -> int:
    number = lock_of(name) % 2**64
    with psycopg.connect(url) as connection:
        row: Any = connection.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND granted",
            (number >> 32, number % 2**32),
        ).fetchone()
    return int(row[0])


def _end_all(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
