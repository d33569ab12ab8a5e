"""Console (工作台任务): what the custodian's console needs beside the books: sums by date, quarantined instructions, files of lists.

When    sums every five seconds, files every two
Does    sums up each lane's next sequences, a few thousand at once, each in its own transaction with the lane's mark: cut off anywhere
        they are summed up once; a file is made by the worker that holds its row
"""

import asyncio
from typing import Any, Final

import psycopg

from cunguan.doors.api.context import Context
from cunguan.doors.exports.making import sweep
from cunguan.doors.jobs.registry import Loop
from cunguan.store.sqlfiles import statement

SUMS_SECONDS: Final = 5.0
FILES_SECONDS: Final = 2.0
#: sequences that are summed up in one transaction, and in one round
AT_ONCE: Final = 2_000
A_ROUND: Final = 50

Connection = psycopg.Connection[Any]


async def sums(context: Context) -> bool:
    """Sum up what was decided since; return whether there is more."""
    return await asyncio.to_thread(_with, context, sum_up)


async def files(context: Context) -> bool:
    """Make what was asked for; return whether there is more."""
    now = context.clock.now()
    return await asyncio.to_thread(_with, context, lambda connection: sweep(connection, now))


def _with(context: Context, act: Any) -> bool:
    with psycopg.connect(str(context.pool.conninfo), autocommit=True) as connection:
        connection.execute("SET statement_timeout = '60s'")
        return bool(act(connection))


def sum_up(connection: Connection) -> bool:
    """Sum up every lane's next sequences."""
    behind = connection.execute(statement("console_lanes_behind")).fetchall()
    return any([_lane(connection, lane, head) for lane, head in behind])


def _lane(connection: Connection, lane: int, head: int) -> bool:
    return all(_part(connection, lane, head) < head for _ in range(A_ROUND))


def _part(connection: Connection, lane: int, head: int) -> int:
    """Sum up the next sequences of a lane in one transaction; return up to where it is summed up then."""
    with connection.transaction():
        row = connection.execute(statement("console_mark_hold"), {"lane": lane}).fetchone()
        assert row is not None
        first, last = int(row[0]) + 1, min(int(row[0]) + AT_ONCE, head)
        if last < first:
            return int(row[0])
        of = {"lane": lane, "first": first, "last": last}
        for day, pool, currency, code, debit, credit in connection.execute(statement("console_sum"), of).fetchall():
            connection.execute(statement("console_day_add"), {
                "lane": lane, "day": day, "pool": pool, "currency": currency, "code": code, "debit": debit, "credit": credit,
            })  # fmt: skip
        connection.execute(statement("console_quarantine_add"), of)
        connection.execute(statement("console_mark_set"), {"lane": lane, "upto": last})
        return last


LOOPS = (Loop("console-sums", SUMS_SECONDS, sums), Loop("console-files", FILES_SECONDS, files))
