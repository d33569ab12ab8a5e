"""Planning (通知编排): from what is committed to one delivery for each event and each endpoint that wants it.

When    a lane's head is past its cursor, or a range is to be told again; some hundred sequences at a time
Shape   the deliveries and the cursor in one transaction, which holds the cursor's row: nothing is passed over and nothing
        planned twice, whoever dies and however many plan
Source  design/lanes.md rule 12: consumers never block a lane
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

import msgspec
import psycopg
from psycopg_pool import AsyncConnectionPool

from cunguan.doors.webhooks.events import Decided, Event, Moved, events, is_wanted
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)

SEQUENCES_AT_ONCE: Final = 500
MOVES_AT_ONCE: Final = 2_000

Connection = psycopg.AsyncConnection[Any]


class Wants(msgspec.Struct, frozen=True):
    """An endpoint that is told, and what it wants to hear of."""

    id: str
    types: Sequence[str]
    subjects: Sequence[str]
    since_seq: int


async def plan(pool: AsyncConnectionPool[Any], now: datetime) -> bool:
    """Plan a part of every lane that is behind; return whether there is more."""
    async with pool.connection() as connection:
        behind = await (await connection.execute(statement("webhook_behind"))).fetchall()
        return any([await _planned(connection, lane, now) for (lane,) in behind])


async def _planned(connection: Connection, lane: int, now: datetime) -> bool:
    """Plan a part of a lane; what cannot be planned of one keeps no other lane waiting."""
    try:
        return await _plan_lane(connection, lane, now)
    except psycopg.OperationalError:
        raise  # the connection, or all of PostgreSQL: the round ends
    except Exception:
        log.exception("what a lane has to tell could not be planned", extra={"lane": lane})
        return False


async def _plan_lane(connection: Connection, lane: int, now: datetime) -> bool:
    """Plan the next part of a lane, and of one range that is told again; return whether there is more."""
    async with connection.transaction():
        taken = await (await connection.execute(statement("webhook_cursor_take"), {"lane": lane})).fetchone()
        if taken is None:
            return False  # another plans it
        cursor, head = taken
        told = await _tell_again(connection, lane, now)
        wanting = await hold(connection, lane)
        upto = head
        if wanting and cursor < head:
            upto, found = await _events(connection, lane, cursor + 1, head)
            for each in wanting:
                await _write(
                    connection, each.id, [one for one in found if one.seq > each.since_seq and _wants(each, one)], now
                )
        await connection.execute(statement("webhook_cursor_set"), {"lane": lane, "seq": upto})
        return told or upto < head


async def _tell_again(connection: Connection, lane: int, now: datetime) -> bool:
    """Plan the next part of the oldest range that is told again."""
    replay = await (await connection.execute(statement("webhook_replay_take"), {"lane": lane})).fetchone()
    if replay is None:
        return False
    name, endpoint, first, last = replay
    held = await hold(connection, lane, endpoint)
    if not held:
        return False  # disabled this very moment: it goes on when it is active again
    upto, found = await _events(connection, lane, first, last)
    wanted = [one for one in found if _wants(held[0], one)]
    planned = await _write(connection, endpoint, wanted, now, is_again=True)
    done = {"lane": lane, "id": name, "next": upto + 1, "planned": planned}
    await connection.execute(statement("webhook_replay_set"), done)
    return True


async def hold(connection: Connection, lane: int, endpoint: str | None = None) -> list[Wants]:
    """Hold the rows of a lane's active endpoints, or of one, and return them."""
    params = {"lane": lane, "endpoint": endpoint}
    return [
        Wants(*row) for row in await (await connection.execute(statement("webhook_endpoints_hold"), params)).fetchall()
    ]


def _wants(endpoint: Wants, event: Event) -> bool:
    return is_wanted(event, endpoint.types, endpoint.subjects)


# ── reading ──────────────────────────────────────────────────────────────────
async def _events(connection: Connection, lane: int, first: int, head: int) -> tuple[int, list[Event]]:
    """Return the events of the next sequences, and the last of these; all moves of a sequence or none of them."""
    last = min(head, first + SEQUENCES_AT_ONCE - 1)
    moves = await _moves(connection, lane, first, last, MOVES_AT_ONCE + 1)
    if len(moves) > MOVES_AT_ONCE:
        last = max(first, moves[-1].seq - 1)  # the last one read may have more; alone, it is read whole
        moves = await _moves(connection, lane, first, last, None)
    params = {"lane": lane, "first": first, "last": last}
    rows = await (await connection.execute(statement("webhook_decided"), params)).fetchall()
    by_seq = {seq: list(these) for seq, these in groupby(moves, key=lambda move: move.seq)}
    return last, [one for row in rows for one in events(lane, Decided(*row), by_seq.get(row[0], ()))]


async def _moves(connection: Connection, lane: int, first: int, last: int, limit: int | None) -> list[Moved]:
    params = {"lane": lane, "first": first, "last": last, "limit": limit}
    return [Moved(*row) for row in await (await connection.execute(statement("webhook_moved"), params)).fetchall()]


# ── writing ──────────────────────────────────────────────────────────────────
async def _write(
    connection: Connection, endpoint: str, found: Sequence[Event], now: datetime, *, is_again: bool = False
) -> int:
    """Write the deliveries of events to one endpoint, and let the first of each subject be tried."""
    if not found:
        return 0
    lane = found[0].lane
    columns = zip(*((one.seq, one.number, one.type, one.subject) for one in found), strict=True)
    params = dict(zip(("seqs", "numbers", "types", "subjects"), map(list, columns), strict=True))
    written = await connection.execute(
        statement("webhook_plan"), {"lane": lane, "endpoint": endpoint, "now": now, "is_again": is_again, **params}
    )
    await wake(connection, lane, endpoint, params["subjects"], now)
    return written.rowcount


async def wake(connection: Connection, lane: int, endpoint: str, subjects: Iterable[str], now: datetime) -> None:
    """Let the first waiting delivery of each subject be tried; the endpoint's row is held or shared before."""
    params = {"lane": lane, "endpoint": endpoint, "subjects": sorted(set(subjects)), "now": now}
    await connection.execute(statement("webhook_wake"), params)
