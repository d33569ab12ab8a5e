"""Check files (对账文件任务): makes the files of dates that are over, and looks which were left unconfirmed.

When    every half minute, by one worker at a time
Does    what doors/checking does, in a thread: it reads for long and waits for nothing else. What stops or resumes bids is
        handed to the plane like any instruction
"""

import asyncio
import logging

import psycopg

from cunguan.doors.api.context import Context
from cunguan.doors.checking import duty, making
from cunguan.doors.checking.making import Maker
from cunguan.doors.jobs.registry import Loop
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Instruction
from cunguan.keys.custodian import CustodianKey

log = logging.getLogger(__name__)

EVERY_SECONDS = 30.0


async def run(context: Context) -> None:
    """Do one round over all lanes."""
    for lane, instruction in await asyncio.to_thread(sweep, context):
        answer = await context.asks.ask(lane, instruction)
        if answer.code is not Code.done:
            log.warning("lane %s: %s %s: %s %s", lane, instruction.kind, instruction.id, answer.code.name, answer.why)


def sweep(context: Context) -> list[tuple[int, Instruction]]:
    """Make files and note what is late; return what to ask of the plane."""
    url, key = str(context.pool.conninfo), CustodianKey.of(context.keys)
    maker = Maker(url, key, context.zone, context.clock.now())
    asked: list[tuple[int, Instruction]] = []
    with psycopg.connect(maker.url, autocommit=True) as connection:
        for place in making.places(connection):
            for day in making.make_missing(maker, place):
                log.info("lane %s: the check files of %s are issued", place.lane, day)
        for here in duty.lanes(connection):
            instruction = duty.look(connection, here, maker.now, maker.zone)
            if instruction is not None:
                asked.append((here.lane, instruction))
    return asked


LOOPS = (Loop("check_files", EVERY_SECONDS, run),)
