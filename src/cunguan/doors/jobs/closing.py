"""Closing (日切任务): closes each platform's business date at its cut-off, the oldest first, and then the custodian's own.

When    every minute, by one worker at a time. After a pause dates are closed one by one, as they would have been
Does    hands `day_close` to the plane under the date's own id: asked again, it is done once. In a sandbox the date is the
        tester's, who moves it: nothing is closed there
"""

import asyncio
import logging
from collections.abc import Collection
from datetime import datetime

import psycopg

from cunguan.doors.api.context import Context
from cunguan.doors.closing import days
from cunguan.doors.closing.days import USED_UP, Close, Lane
from cunguan.doors.jobs.registry import Loop
from cunguan.kernel.codes import Code
from cunguan.policy.cutoffs import NoCutOff, cut_offs

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0


async def run(context: Context) -> None:
    """Close all that has ended; a lane that refuses keeps no other from being closed, and is asked again next time."""
    refused: set[int] = set()
    while (
        close := await asyncio.to_thread(look, str(context.pool.conninfo), context.clock.now(), refused)
    ) is not None:
        if not await _close(context, close):
            refused.add(close.lane)


def look(url: str, now: datetime, without: Collection[int] = ()) -> Close | None:
    """Return the date to close now, of the lanes that are left."""
    with psycopg.connect(url, autocommit=True) as connection:
        every = [one for one in days.lanes(connection) if not one.is_sandbox]
    platforms = [one for one in every if one.lane and one.lane not in without and _has_cut_offs(one)]
    return days.ended(platforms, now) or (None if 0 in without else days.own_close(every))


def _has_cut_offs(here: Lane) -> bool:
    try:
        cut_offs(here.currencies)
    except NoCutOff as wrong:
        log.warning("lane %s is not closed by the clock: %s", here.lane, wrong)
        return False
    return True


async def _close(context: Context, close: Close) -> bool:
    for instruction in days.asking(close):
        answer = await context.asks.ask(close.lane, instruction)
        if answer.code is Code.done:
            log.info("lane %s: %s is closed, %s has begun", close.lane, close.day, close.next_day)
            if not close.is_known:
                log.warning("lane %s: no calendar speaks of %s, only weekends are known", close.lane, close.next_day)
            return True
        if answer.code not in USED_UP:
            break
    log.warning("lane %s: %s is not closed: %s %s", close.lane, close.day, answer.code.name, answer.why)
    return False


LOOPS = (Loop("closing", EVERY_SECONDS, run),)
