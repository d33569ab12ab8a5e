"""Proofs of liabilities (负债证明任务): a snapshot a day, and one whenever a checkpoint's signature draws it.

When    every minute, by one worker at a time
Does    what doors/liabilities/drawing.py finds due, at once, in a thread; a slot that a pool has is not taken again. Where a pool's
        books do not sum, nothing is kept of it, and it is said; the others go on
"""

import asyncio
import logging

import psycopg

from cunguan.doors.api.context import Context
from cunguan.doors.jobs.registry import Loop
from cunguan.doors.liabilities import drawing
from cunguan.doors.liabilities.taking import Taken, Unbalanced, Why, take

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0


async def run(context: Context) -> None:
    """Do one round."""
    for taken in await asyncio.to_thread(sweep, context):
        log.info(
            "pool %s: snapshot %s of what is owed, %s", taken.snapshot.pool, taken.snapshot.id, taken.snapshot.slot
        )


def sweep(context: Context) -> list[Taken]:
    """Take what is due; return it. A pool whose books do not sum holds up no slot of another's."""
    url, now = str(context.pool.conninfo), context.clock.now()
    taken = list[Taken]()
    for why in _due(url, context):
        try:
            taken += take(url, context.home, why, now)
        except Unbalanced as wrong:
            log.error("slot %s: nothing was kept: %s", why.slot, wrong)
    return taken


def _due(url: str, context: Context) -> list[Why]:
    now = context.clock.now()
    with psycopg.connect(url, autocommit=True) as connection:
        return [drawing.daily(now.astimezone(context.zone).date()), *drawing.drawn(connection, now)]


LOOPS = (Loop("liabilities", EVERY_SECONDS, run),)
