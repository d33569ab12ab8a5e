"""Reconciliation (日终对账任务): runs each date when it is over, and again when more of it has come.

When    every minute, by one worker at a time
Does    what doors/reconciliation does, in a thread; what stops outgoing payments is handed to the plane like any instruction,
        under an id derived from its break: asked again it is the same answer
"""

import asyncio
import logging

import psycopg

from cunguan.doors.api.context import Context
from cunguan.doors.jobs.registry import Loop
from cunguan.doors.reconciliation.due import due, to_stop
from cunguan.doors.reconciliation.run import reconcile
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Instruction

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0


async def run(context: Context) -> None:
    """Do one round."""
    for lane, instruction in await asyncio.to_thread(sweep, context):
        answer = await context.asks.ask(lane, instruction)
        if answer.code is not Code.done:
            log.error("lane %s: outgoing payments do not stop: %s %s", lane, answer.code.name, answer.why)


def sweep(context: Context) -> list[tuple[int, Instruction]]:
    """Run what is due; return what to ask of the plane."""
    asked: dict[str, tuple[int, Instruction]] = {}
    with psycopg.connect(str(context.pool.conninfo), autocommit=True) as connection:
        for date in due(connection):
            day = reconcile(connection, date, context.clock.now(), engine=context.engine)
            log.info("%s: %s, %s breaks", date, day.verdict, sum(1 for one in day.breaks if one.state != "closed"))
            asked.update({instruction.id: (lane, instruction) for lane, instruction in to_stop(day)})
    return list(asked.values())


LOOPS = (Loop("reconciliation", EVERY_SECONDS, run),)
