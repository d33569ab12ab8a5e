"""Courier (投递): takes deliveries that are due, sends them, and writes down what came of each.

When    the jobs worker sweeps; several may, each delivery is taken by one
Shape   at least once: what was taken and has no outcome is taken again when its time is over, as after kill -9
        in order for one subject and one endpoint; many subjects and endpoints at once, some of each: a receiver that does not
        answer is tried one at a time until it does
Errors  whatever a receiver does is an outcome; what PostgreSQL does is logged, and the delivery taken again later
Source  Standard Webhooks 1.0.0; design/lanes.md rule 12
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import msgspec
from psycopg_pool import AsyncConnectionPool

import cunguan
from cunguan.doors.webhooks.backoff import pause
from cunguan.doors.webhooks.events import Event, Told, message, sample_message
from cunguan.doors.webhooks.planning import Connection, wake
from cunguan.doors.webhooks.post import DELIVERED, GONE, Outcome, Poster
from cunguan.keys.webhook import signatures
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)

AT_ONCE: Final = 128
AT_ONCE_PER_ENDPOINT: Final = 8
#: longer than a try can last
LEASE: Final = timedelta(seconds=60)
LOOK_SECONDS: Final = 0.25


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """Return the instant."""


class Due(msgspec.Struct, frozen=True):
    """An endpoint for which something may be tried."""

    lane: int
    id: str
    url: str
    is_failing: bool
    platform: str
    is_sandbox: bool


class Taken(msgspec.Struct, frozen=True):
    """A delivery that is ours until its time is over; `attempts` says which try this is."""

    delivery: int
    seq: int
    number: int
    type: str
    subject: str
    attempts: int
    failures: int


class Sending(msgspec.Struct, frozen=True):
    """One try, ready to be sent."""

    endpoint: Due
    taken: Taken
    event_id: str
    body: bytes
    secrets: list[bytes]


class Courier:
    """Sends what is due; lives as long as its process, so that a slow receiver holds up nobody else."""

    def __init__(
        self, pool: AsyncConnectionPool[Any], clock: Clock, is_sandbox: bool, sign: Callable[[bytes], bytes] | None,
        *, poster: Callable[[bool], Poster] = Poster, lease: timedelta = LEASE,
    ) -> None:  # fmt: skip
        self._pool, self._clock, self._sign, self._lease = pool, clock, sign, lease
        self._is_sandbox = is_sandbox
        self._posters = {True: poster(True), False: poster(False)}
        self._flying: dict[asyncio.Task[None], tuple[int, str]] = {}

    async def round(self) -> bool:
        """Take what is due and send it; return whether anything is under way."""
        self._forget()
        for endpoint in await self._due():
            room = self._room(endpoint)
            if room > 0:
                for sending in await self._take(endpoint, room):
                    self._flying[asyncio.create_task(self._deliver(sending))] = (endpoint.lane, endpoint.id)
        if self._flying:
            await asyncio.wait(self._flying, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        return bool(self._flying)

    async def close(self) -> None:
        """Give what is under way up; it is taken again by whoever comes next."""
        for task in self._flying:
            task.cancel()
        await asyncio.gather(*self._flying, return_exceptions=True)
        for poster in self._posters.values():
            await poster.close()

    def _forget(self) -> None:
        for task in [task for task in self._flying if task.done()]:
            del self._flying[task]
            if not task.cancelled() and (fault := task.exception()):
                log.error("a webhook's outcome was not written down: it is sent again", exc_info=fault)

    def _room(self, endpoint: Due) -> int:
        """Return how many more an endpoint may be sent at once; some at a time, because each look for them has its price."""
        here = Counter(self._flying.values())[endpoint.lane, endpoint.id]
        most = 1 if endpoint.is_failing else AT_ONCE_PER_ENDPOINT
        room = min(most - here, AT_ONCE - len(self._flying))
        return room if room * 2 >= most else 0

    # ── taking ───────────────────────────────────────────────────────────────
    async def _due(self) -> list[Due]:
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(statement("webhook_due"), {"now": self._clock.now()})).fetchall()
        return [Due(*row) for row in rows]

    async def _take(self, endpoint: Due, limit: int) -> list[Sending]:
        now = self._clock.now()
        of = {"lane": endpoint.lane, "endpoint": endpoint.id, "now": now}
        async with self._pool.connection() as connection:
            claim = {**of, "until": now + self._lease, "limit": limit}
            rows = await (await connection.execute(statement("webhook_claim"), claim)).fetchall()
            taken = [Taken(*row) for row in rows]
            secrets = [
                bytes(row[0]) for row in await (await connection.execute(statement("webhook_secrets"), of)).fetchall()
            ]
            messages = await _messages(connection, endpoint, taken, now)
        return [Sending(endpoint, one, *messages[one.delivery], secrets) for one in taken]

    # ── sending ──────────────────────────────────────────────────────────────
    async def _deliver(self, sending: Sending) -> None:
        begun = time.monotonic()
        endpoint = sending.endpoint
        outcome = await self._posters[self._is_sandbox and endpoint.is_sandbox].post(
            endpoint.url, self._headers(sending), sending.body
        )
        await self._write(sending, outcome, round((time.monotonic() - begun) * 1000))

    def _headers(self, sending: Sending) -> dict[str, str]:
        timestamp = int(self._clock.now().timestamp())
        return {
            "content-type": "application/json",
            "user-agent": f"Cunguan-Webhooks/{cunguan.__version__}",
            "webhook-id": sending.event_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signatures(sending.event_id, timestamp, sending.body, sending.secrets, self._sign),
        }

    async def _write(self, sending: Sending, outcome: Outcome, duration_ms: int) -> None:
        endpoint, taken, now = sending.endpoint, sending.taken, self._clock.now()
        of = {"lane": endpoint.lane, "endpoint": endpoint.id, "now": now}
        tried = {"lane": endpoint.lane, "delivery": taken.delivery, "attempt": taken.attempts}
        verdict = verdict_of(endpoint.id, sending.event_id, taken.failures, outcome, now)
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute(statement("webhook_endpoint_share"), of)
            ended = await (await connection.execute(statement("webhook_ended"), {**tried, **verdict})).fetchone()
            log_of = {"outcome": outcome.name, "status": outcome.status, "duration_ms": duration_ms}
            await connection.execute(statement("webhook_attempt_ended"), {**tried, **log_of})
            if ended is None:
                return  # it took too long, and another has taken the delivery up
            if verdict["state"] != "waiting":
                await wake(connection, endpoint.lane, endpoint.id, [taken.subject], now)
        await self._note_health(of, outcome)

    async def _note_health(self, of: dict[str, Any], outcome: Outcome) -> None:
        """Write down whether the endpoint answers; by itself, because it locks the row that those who end deliveries share."""
        async with self._pool.connection() as connection:
            await connection.execute(statement("webhook_well" if outcome.name == DELIVERED else "webhook_failing"), of)
            if outcome.name == GONE:
                await connection.execute(
                    statement("webhook_disable"), {**of, "reason": "the receiver answered 410 Gone"}
                )


def verdict_of(endpoint: str, event_id: str, failures: int, outcome: Outcome, now: datetime) -> dict[str, Any]:
    """Return what becomes of a delivery: delivered, dead, or when it is tried next."""
    if outcome.name == DELIVERED:
        return {"state": "delivered", "failed": 0, "next": None, "ended": now}
    wait = pause(endpoint, event_id, failures + 1, outcome.retry_after)
    if outcome.name == GONE or wait is None:
        return {"state": "dead", "failed": 1, "next": None, "ended": now}
    return {"state": "waiting", "failed": 1, "next": now + wait, "ended": None}


async def _messages(
    connection: Connection, endpoint: Due, taken: list[Taken], now: datetime
) -> dict[int, tuple[str, bytes]]:
    """Return id and bytes of each delivery's message, read from the books; of a test they are made here."""
    of_books = [one for one in taken if one.seq]
    params = {"lane": endpoint.lane, "seqs": [one.seq for one in of_books], "numbers": [one.number for one in of_books]}
    rows = await (await connection.execute(statement("webhook_told"), params)).fetchall()
    found = {}
    for one, row in zip(of_books, rows, strict=True):
        event = Event(endpoint.lane, one.seq, one.number, one.type, one.subject)
        found[one.delivery] = (event.id, message(event, Told(*row), endpoint.platform))
    for one in taken:
        if not one.seq:
            name = sample_id(endpoint.lane, endpoint.id, one.number)
            found[one.delivery] = (name, sample_message(name, endpoint.id, endpoint.platform, now))
    return found


def sample_id(lane: int, endpoint: str, number: int) -> str:
    """Return the id of a test; it has no place in the books."""
    return f"test_{lane}_{endpoint}_{number}"
