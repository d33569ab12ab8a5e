"""Parties, by themselves (到期复核任务): what was checked is too old, a platform's review is due, a contract has lapsed.

When    every ten minutes
Does    moves a verified party whose checks are over to `due`, an accepted platform whose review is over to `due`, a contract past its
        last day to `lapsed`; logs how many people must look at. Nobody is stopped by it: the books go by pool_papers' own dates
Shape   one statement each, harmless when done again; dates are those of China
Source  issue "People" 1; docs/parties.md
"""

import logging
from typing import Final

from cunguan.desks.parties.identity import in_china
from cunguan.doors.api.context import Context
from cunguan.doors.jobs.registry import Loop
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 600.0
STATEMENTS: Final = ("parties_fall_due", "parties_platforms_fall_due", "parties_contracts_lapse")


async def run(context: Context) -> None:
    """Do one round."""
    for name, count in (await fall_due(context)).items():
        if count:
            log.warning("%s: %s more to look at", name, count)


async def fall_due(context: Context) -> dict[str, int]:
    """Move what is due; return how many of each."""
    now = context.clock.now()
    given = {"today": in_china(now), "now": now}
    async with context.pool.connection() as connection:
        return {name: (await connection.execute(statement(name), given)).rowcount for name in STATEMENTS}


LOOPS = (Loop("parties", EVERY_SECONDS, run),)
