"""Endpoints (回调地址): what a platform writes down, changes and takes away, and how deliveries are driven again.

When    the platform's door is asked, or the custodian's people at the command line; never the courier
Shape   each function is one short transaction over webhook_… tables; who holds what stands in store/sql/webhook_*.sql
Errors  TooMany: more than a platform may have
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from psycopg_pool import AsyncConnectionPool

from cunguan.doors.webhooks.events import SAMPLE_TYPE
from cunguan.doors.webhooks.planning import Connection, wake
from cunguan.keys.webhook import new_secret
from cunguan.store.sqlfiles import statement

ENDPOINTS_MAX: Final = 16
SECRETS_MAX: Final = 3
COUNTED_MAX: Final = 10_000
AGAIN_MAX: Final = 1_000
REPLAYS_MAX: Final = 16

#: so long a request that is sent again hears its secret again: its first answer may have been lost
ANSWER_LOST: Final = timedelta(hours=1)
#: an endpoint that answers nothing for so long is shown as failing
FAILING: Final = timedelta(hours=1)

Pool = AsyncConnectionPool[Any]


class TooMany(Exception):
    """A platform has as many as it may have."""


class Wanted(msgspec.Struct, frozen=True):
    """What a platform asks an endpoint to be."""

    url: str
    description: str
    types: Sequence[str]
    subjects: Sequence[str]


class Seen(msgspec.Struct, frozen=True):
    """An endpoint as it stands."""

    id: str
    url: str
    description: str
    types: list[str]
    subjects: list[str]
    state: str
    reason: str
    made_at: datetime
    since_seq: int
    failing_since: datetime | None

    @property
    def wanted(self) -> Wanted:
        """What it was asked to be."""
        return Wanted(self.url, self.description, self.types, self.subjects)


class Delivery(msgspec.Struct, frozen=True):
    """One event for one endpoint."""

    delivery: int
    endpoint: str
    seq: int
    number: int
    type: str
    subject: str
    state: str
    attempts: int
    failures: int
    planned_at: datetime
    next_at: datetime | None
    ended_at: datetime | None


class Attempt(msgspec.Struct, frozen=True):
    """One try; without an outcome it is under way, or whoever tried it died."""

    number: int
    at: datetime
    outcome: str
    status: int | None
    duration_ms: int | None


class Replay(msgspec.Struct, frozen=True):
    """A range that is told again."""

    id: str
    endpoint: str
    first_seq: int
    last_seq: int
    next_seq: int
    planned_count: int
    asked_at: datetime


# ── endpoints ────────────────────────────────────────────────────────────────
async def add(pool: Pool, lane: int, endpoint: str, wanted: Wanted, now: datetime) -> tuple[Seen | None, bytes | None]:
    """Return the endpoint that has this id now, and its secret where this request made it; None: one of this id was deleted."""
    of = {"lane": lane, "endpoint": endpoint, "asked_by": endpoint, "now": now}
    async with pool.connection() as connection, connection.transaction():
        await connection.execute(statement("webhook_cursor_begin"), of)
        await connection.execute(statement("webhook_cursor_hold"), of)
        made = await connection.execute(
            statement("webhook_endpoint_add"), {**of, "id": endpoint, **_columns(wanted)}
        )  # fmt: skip
        if made.rowcount:
            if (await _count(connection, of)) > ENDPOINTS_MAX:
                raise TooMany(f"a platform has at most {ENDPOINTS_MAX} endpoints: delete one first")
            await connection.execute(statement("webhook_secret_add"), {**of, "secret": new_secret()})
        return await _seen(connection, of), await _secret(connection, of)


async def change(pool: Pool, lane: int, endpoint: str, wanted: Wanted, state: str, reason: str) -> Seen | None:
    """Make an endpoint what is asked and return it; None: there is none."""
    of = {"lane": lane, "endpoint": endpoint}
    async with pool.connection() as connection, connection.transaction():
        if await _held(connection, of) is None:
            return None
        columns = {**_columns(wanted), "state": state, "reason": reason}
        await connection.execute(statement("webhook_endpoint_set"), {**of, **columns})
        return await _seen(connection, of)


async def delete(pool: Pool, lane: int, endpoint: str) -> bool:
    """Take an endpoint away, or see that it is; return whether there ever was one. Its log stays for as long as any other."""
    of = {"lane": lane, "endpoint": endpoint, "reason": "deleted by the platform"}
    async with pool.connection() as connection:
        return bool((await connection.execute(statement("webhook_delete"), of)).rowcount)


async def rotate(
    pool: Pool, lane: int, endpoint: str, asked_by: str, overlap: timedelta, now: datetime
) -> tuple[Seen, bytes | None] | None:
    """Give an endpoint a new secret; the ones before end after the overlap. The same request gets the same secret."""
    of = {"lane": lane, "endpoint": endpoint, "asked_by": asked_by, "now": now}
    async with pool.connection() as connection, connection.transaction():
        held = await _held(connection, of)
        if held is None:
            return None
        made = await connection.execute(statement("webhook_secret_add"), {**of, "secret": new_secret()})
        row = await made.fetchone()
        if row is not None:
            ends = {**of, "number": row[0], "ends_at": now + overlap}
            await connection.execute(statement("webhook_secrets_end"), ends)
            if len(await _rows(connection, "webhook_secrets", of)) > SECRETS_MAX:
                raise TooMany(
                    f"an endpoint has at most {SECRETS_MAX} secrets at once: wait until an older one has ended"
                )
        return held, await _secret(connection, of)


async def one(pool: Pool, lane: int, endpoint: str) -> Seen | None:
    """Return an endpoint; None: there is none."""
    async with pool.connection() as connection:
        return await _seen(connection, {"lane": lane, "endpoint": endpoint})


async def some(pool: Pool, lane: int, after: str, limit: int, state: str | None) -> list[Seen]:
    """Return endpoints by id."""
    params = {"lane": lane, "after": after, "limit": limit, "state": state}
    async with pool.connection() as connection:
        return [Seen(*row) for row in await _rows(connection, "webhook_endpoints", params)]


async def counts(pool: Pool, lane: int, endpoint: str) -> tuple[int, int]:
    """Return how many deliveries wait and how many are dead, each counted up to COUNTED_MAX."""
    params = {"lane": lane, "endpoint": endpoint, "most": COUNTED_MAX}
    async with pool.connection() as connection:
        ((waiting, dead),) = await _rows(connection, "webhook_counts", params)
    return waiting, dead


def is_failing(endpoint: Seen, now: datetime) -> bool:
    """Return whether an endpoint has answered nothing as it should for long."""
    return endpoint.failing_since is not None and now - endpoint.failing_since >= FAILING


# ── deliveries ───────────────────────────────────────────────────────────────
async def deliveries(pool: Pool, lane: int, after: int, limit: int, asked: dict[str, Any]) -> list[Delivery]:
    """Return deliveries, the oldest first; `asked`: state, endpoint, type, subject, since, until."""
    names = ("state", "endpoint", "type", "subject", "since", "until")
    params = {"lane": lane, "after": after, "limit": limit, **{name: asked.get(name) for name in names}}
    async with pool.connection() as connection:
        return [Delivery(*row) for row in await _rows(connection, "webhook_deliveries", params)]


async def delivery(pool: Pool, lane: int, endpoint: str, seq: int, number: int) -> Delivery | None:
    """Return a delivery; None: there is none."""
    params = {"lane": lane, "endpoint": endpoint, "seq": seq, "number": number}
    async with pool.connection() as connection:
        found = await _rows(connection, "webhook_delivery", params)
    return Delivery(*found[0]) if found else None


async def attempts(pool: Pool, lane: int, of: Delivery) -> list[Attempt]:
    """Return the tries of a delivery."""
    async with pool.connection() as connection:
        return [
            Attempt(*row)
            for row in await _rows(connection, "webhook_attempts", {"lane": lane, "delivery": of.delivery})
        ]


async def sample(pool: Pool, lane: int, endpoint: str, now: datetime) -> int | None:
    """Plan a test and return its number; None: there is no such endpoint that is active."""
    of = {"lane": lane, "endpoint": endpoint, "now": now, "type": SAMPLE_TYPE, "subject": f"webhook:{endpoint}"}
    async with pool.connection() as connection, connection.transaction():
        held = await _held(connection, of)
        if held is None or held.state != "active":
            return None
        ((number,),) = await _rows(connection, "webhook_sample", of)
    return int(number)


async def again(pool: Pool, lane: int, now: datetime, *, endpoint: str | None = None, number: int | None = None) -> int:
    """Drive one delivery again, or all that are dead, up to AGAIN_MAX at once; return how many."""
    params = {"lane": lane, "endpoint": endpoint, "delivery": number, "now": now, "limit": AGAIN_MAX}
    async with pool.connection() as connection, connection.transaction():
        await connection.execute(statement("webhook_endpoints_hold"), params)
        driven = await _rows(connection, "webhook_again", params)
        for name in sorted({row[1] for row in driven}):
            await wake(connection, lane, name, [row[2] for row in driven if row[1] == name], now)
    return len(driven)


async def replay(pool: Pool, lane: int, asked_by: str, endpoint: str, first: int, last: int, now: datetime) -> Replay:
    """Have a range told again to an endpoint; the same request is one range. Sequences that are not planned yet come by themselves."""
    params = {
        "lane": lane,
        "id": asked_by,
        "endpoint": endpoint,
        "first": first,
        "last": last,
        "now": now,
        "most": REPLAYS_MAX,
    }
    async with pool.connection() as connection:
        await connection.execute(statement("webhook_replay_add"), params)
        found = await _rows(connection, "webhook_replay", params)
    if not found:
        raise TooMany(f"a platform has at most {REPLAYS_MAX} ranges under way: wait until one is told")
    return Replay(*found[0])


async def replayed(pool: Pool, lane: int, name: str) -> Replay | None:
    """Return how far a range was told again."""
    async with pool.connection() as connection:
        found = await _rows(connection, "webhook_replay", {"lane": lane, "id": name})
    return Replay(*found[0]) if found else None


async def planned_upto(pool: Pool, lane: int) -> int:
    """Return up to which sequence deliveries were planned; 0 where no endpoint ever was."""
    async with pool.connection() as connection:
        found = await (
            await connection.execute("SELECT seq FROM webhook_cursor WHERE lane = %s", (lane,))
        ).fetchone()  # fmt: skip
    return found[0] if found else 0


# ── inside ───────────────────────────────────────────────────────────────────
async def _rows(connection: Connection, name: str, params: dict[str, Any]) -> list[Any]:
    return await (await connection.execute(statement(name), params)).fetchall()


async def _seen(connection: Connection, of: dict[str, Any]) -> Seen | None:
    found = await _rows(connection, "webhook_endpoint_seen", of)
    return Seen(*found[0]) if found else None


async def _held(connection: Connection, of: dict[str, Any]) -> Seen | None:
    found = await _rows(connection, "webhook_endpoint_hold", of)
    return Seen(*found[0]) if found else None


async def _secret(connection: Connection, of: dict[str, Any]) -> bytes | None:
    found = await _rows(connection, "webhook_secret_of", {**of, "since": of["now"] - ANSWER_LOST})
    return bytes(found[0][0]) if found else None


async def _count(connection: Connection, of: dict[str, Any]) -> int:
    ((count,),) = await _rows(connection, "webhook_endpoints_count", of)
    return int(count)


def _columns(wanted: Wanted) -> dict[str, Any]:
    return {**msgspec.structs.asdict(wanted), "types": list(wanted.types), "subjects": list(wanted.subjects)}
