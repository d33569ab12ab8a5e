"""Worker (任务进程): runs every loop and job of the registry until it is told to stop.

When    `cunguan jobs`; two at once do nothing twice
Does    a loop runs where its advisory lock is held: by one worker at a time; a lost connection ends it there at once
        a job is deferred once for each of its times, by a row that is unique, and run under its own lock
Source  PostgreSQL's documentation of advisory locks; procrastinate's of periodic tasks and stalled jobs
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256
from typing import Any, Final

import psycopg
from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException

from cunguan.doors import extras
from cunguan.doors.api.context import Context
from cunguan.doors.jobs.registry import Job, Loop
from cunguan.doors.telemetry.metrics import JOB_RUNS, ROUNDS

log = logging.getLogger(__name__)

PAUSE_SECONDS_MAX: Final = 60.0
#: another worker has the loop: looked again after so long
LOOK_SECONDS: Final = 2.0
#: a time that passed while no worker ran is made up for
LATE_SECONDS: Final = 24 * 3600
HEARTBEAT_SECONDS, STALLED_SECONDS = 5, 30
#: 2, 4, 8 … seconds, four hours and a half in all; then it has failed, and a person looks
RETRY: Final = RetryStrategy(max_attempts=12, exponential_wait=2)


async def work(url: str, context: Context, loops: Sequence[Loop], jobs: Sequence[Job], stop: asyncio.Event) -> None:
    """Run loops and jobs until `stop` is set; what runs then may finish its round."""
    sweeping = [_sweep(url, context, loop, stop) for loop in loops]
    await asyncio.gather(*sweeping, _in_time(url, context, jobs, stop))


# ── loops ────────────────────────────────────────────────────────────────────
async def _sweep(url: str, context: Context, loop: Loop, stop: asyncio.Event) -> None:
    pause = Pause(loop.every_seconds)
    while not stop.is_set():
        try:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                await _sweep_here(connection, context, loop, stop, pause)
        except psycopg.OperationalError:
            log.warning("a loop waits for PostgreSQL", extra={"loop": loop.name})
            await _until(stop, pause.after_a_fault())


async def _sweep_here(
    connection: psycopg.AsyncConnection[Any], context: Context, loop: Loop, stop: asyncio.Event, pause: "Pause"
) -> None:
    """Run a loop for as long as its lock's connection holds."""
    while not stop.is_set():
        if not await _takes(connection, loop.name):
            await _until(stop, LOOK_SECONDS)
            continue
        while not stop.is_set():
            await _until(stop, await _round(connection, context, loop, pause))


async def _round(connection: psycopg.AsyncConnection[Any], context: Context, loop: Loop, pause: "Pause") -> float:
    """Do one round; return how long to wait for the next. A connection that is lost meanwhile ends the round: OperationalError."""
    running = asyncio.ensure_future(loop.run(context))
    try:
        while not running.done():
            await asyncio.wait([running], timeout=LOOK_SECONDS)
            await connection.execute("SELECT 1")
    except BaseException:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        raise
    return pause.after(loop.name, running)


async def _takes(connection: psycopg.AsyncConnection[Any], name: str) -> bool:
    cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", (lock_of(name),))
    row = await cursor.fetchone()
    return bool(row and row[0])


def lock_of(name: str) -> int:
    """Return the number of a loop's advisory lock."""
    return int.from_bytes(sha256(f"cunguan-loop-v1\n{name}".encode()).digest()[:8], "big", signed=True)


class Pause:
    """How long a loop waits: its own time, and after faults longer and longer."""

    def __init__(self, every_seconds: float) -> None:
        self._every, self._faults = every_seconds, 0

    def after(self, name: str, done: "asyncio.Future[bool | None]") -> float:
        """Return the pause after a round."""
        fault = done.exception()
        ROUNDS.labels(name, "failed" if fault else "done").inc()
        if fault is None:
            self._faults = 0
            return 0.0 if done.result() else self._every
        told = extras.to_type(fault)
        log.error("a loop failed%s", f": {told}" if told else "", exc_info=fault, extra={"loop": name})
        return self.after_a_fault()

    def after_a_fault(self) -> float:
        """Return the pause after one more fault."""
        self._faults += 1
        return min(max(self._every, 1.0) * 2.0 ** min(self._faults - 1, 6), PAUSE_SECONDS_MAX)


async def _until(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        pass


# ── jobs ─────────────────────────────────────────────────────────────────────
async def _in_time(url: str, context: Context, jobs: Sequence[Job], stop: asyncio.Event) -> None:
    pause = Pause(1.0)
    while not stop.is_set():
        app = _app(url, context, jobs)
        try:
            async with app.open_async():
                await _until_stopped(app, stop)
        except (psycopg.OperationalError, ConnectorException):
            log.warning("the jobs wait for PostgreSQL")
            await _until(stop, pause.after_a_fault())


async def _until_stopped(app: App, stop: asyncio.Event) -> None:
    working = asyncio.ensure_future(
        app.run_worker_async(
            install_signal_handlers=False, fetch_job_polling_interval=1.0, update_heartbeat_interval=HEARTBEAT_SECONDS, concurrency=4,
            shutdown_graceful_timeout=20, stalled_worker_timeout=STALLED_SECONDS, delete_jobs="successful",
        )
    )  # fmt: skip
    tasks = [working, asyncio.ensure_future(stop.wait()), asyncio.ensure_future(_revive(app))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()  # the worker takes it for a request to stop in good order
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for fault in ended:
        if isinstance(fault, Exception):
            raise fault


async def _revive(app: App) -> None:
    """Run again what a worker left when it died: only that worker's silence tells."""
    while True:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
            log.warning("a job was cut off and runs again", extra={"job": job.task_name})
            await app.job_manager.retry_job(job)
        await asyncio.sleep(HEARTBEAT_SECONDS)


def _app(url: str, context: Context, jobs: Sequence[Job]) -> App:
    connector = PsycopgConnector(conninfo=url, min_size=1, max_size=4)
    app = App(connector=connector, periodic_defaults={"max_delay": LATE_SECONDS})
    for job in jobs:
        task = app.task(name=job.name, lock=job.name, retry=RETRY)(_taking_time(job, context))
        app.periodic(cron=job.cron)(task)
    return app


def _taking_time(job: Job, context: Context) -> Callable[..., Awaitable[None]]:
    async def task(timestamp: int) -> None:
        try:
            await job.run(context)
        except Exception:
            JOB_RUNS.labels(job.name, "failed").inc()
            log.exception("a job failed", extra={"job": job.name})
            raise
        JOB_RUNS.labels(job.name, "done").inc()

    return task
