"""Account statements (账户月结单任务): states each client account's month, once the month is closed and in the log.

When    every ten minutes, by one worker at a time; a month is due once
Does    what doors/receipts/months.py does, in a thread: it reads for long and waits for nothing else
"""

import asyncio
import logging

import psycopg

from cunguan.doors.api.context import Context
from cunguan.doors.jobs.registry import Loop
from cunguan.doors.receipts import months
from cunguan.keys.salts import SaltKeys

log = logging.getLogger(__name__)

EVERY_SECONDS = 600.0


async def run(context: Context) -> bool:
    """State the months that are due; a lane that is months behind comes again at once."""
    return await asyncio.to_thread(sweep, context)


def sweep(context: Context) -> bool:
    """State one month of each lane."""
    with psycopg.connect(str(context.pool.conninfo), autocommit=True) as connection:
        found = months.due(connection)
        for of in found:
            made = months.state(connection, SaltKeys(context.keys).of, of)
            log.info("lane %s: %s is stated, %s accounts", of.lane, of.month, made)
    return bool(found)


LOOPS = (Loop("account_statements", EVERY_SECONDS, run),)
