"""Safeguarding (保障资金任务): runs every pool's rule books for the dates that are over, and says what must be told.

When    every five minutes, by one worker at a time
Does    what doors/safeguarding/daily.py finds due, in a thread; what was run is kept, and signed off by a person
"""

import asyncio
import logging
from datetime import datetime

import psycopg

from cunguan.doors.api.context import Context
from cunguan.doors.jobs.registry import Loop
from cunguan.doors.safeguarding import daily
from cunguan.doors.safeguarding.daily import Bound
from cunguan.doors.safeguarding.running import SYSTEM, Made, Session
from cunguan.policy.safeguarding.engine import FactMissing
from cunguan.store.history import History

log = logging.getLogger(__name__)

EVERY_SECONDS = 300.0


async def run(context: Context) -> None:
    """Do one round over all pools."""
    await asyncio.to_thread(sweep, str(context.pool.conninfo), context.clock.now())


def sweep(url: str, now: datetime) -> list[Made]:
    """Make every run that is due; return them."""
    with psycopg.connect(url, autocommit=True) as connection, History(url) as history:
        session = Session(history, connection, SYSTEM, now, lambda done: None)
        return [made for one in daily.bound(history) for made in _made(session, one)]


def _made(session: Session, one: Bound) -> list[Made]:
    where = f"lane {one.target.lane.lane}, pool {one.target.pool}, {one.pack.id}"
    try:
        made = list(daily.run_due(session, one))
    except FactMissing as wrong:
        log.warning("%s: not run: %s", where, wrong)
        return []
    for each in made:
        say = log.info if each.outcome.holds else log.warning
        verdict = each.outcome.figures.now.verdict
        say("%s: run %s of %s: %s, statements %s", where, each.run, each.outcome.date, verdict, each.outcome.external)
    return made


LOOPS = (Loop("safeguarding", EVERY_SECONDS, run),)
