"""Approvals, by themselves (审批任务): a proposal whose time is over has expired; one whose outcome is not known is asked again.

When    every quarter of a minute
Does    ends what was not signed in time. An approved instruction that nobody heard the end of, or that was never handed in because the
        process died, is handed in again under the same id, by the names that signed: the plane answers the same, never twice. Its
        signatures are verified again first; one that does not stand is left, and somebody is told
Shape   one proposal a transaction, its row held; acts that are no instructions are asked again on their page, or by an operator
Source  issue "People" 4; ADR 0049; design/lanes.md rule 9
"""

import logging
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

import msgspec
import psycopg

from cunguan.desks.approvals.permitted import RELAYED, RESOURCES
from cunguan.doors.api.context import Context
from cunguan.doors.approvals.signed import Signed, Unsigned, signed
from cunguan.doors.jobs.registry import Loop
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code, may_retry
from cunguan.kernel.ids import resolution_id
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.operations.catalogue import operations
from cunguan.states.proposal import PROPOSAL
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 15.0
#: whoever signed last asks first: so long the portal is left to do it
PATIENCE: Final = timedelta(seconds=30)
AT_ONCE: Final = 100

Connection = psycopg.AsyncConnection[Any]


async def run(context: Context) -> None:
    """Do one round."""
    await expire(context)
    await ask_again(context)


async def expire(context: Context) -> int:
    """End every proposal whose time is over; return how many."""
    async with context.pool.connection() as connection:
        ended = await connection.execute(statement("proposals_expire"), {"now": context.clock.now()})
    return int(ended.rowcount)


async def ask_again(context: Context) -> int:
    """Hand in again what was approved and has no outcome; return how many have one now."""
    known, after = 0, ""
    for _ in range(AT_ONCE):
        async with context.pool.connection() as connection, connection.transaction():
            now = context.clock.now()
            given = {"kinds": list(kinds()), "before": now - PATIENCE, "after": after}
            row = await (await connection.execute(statement("proposals_unknown"), given)).fetchone()
            if row is None:
                break
            after = row[0]
            known += await _asked(context, connection, row, now)
    return known


@cache
def kinds() -> frozenset[str]:
    """Return the kinds of instructions that are proposed."""
    return frozenset(RESOURCES) & frozenset(operations()) - RELAYED


async def _asked(context: Context, connection: Connection, row: tuple[Any, ...], now: datetime) -> bool:
    found = await connection.execute(statement("proposal_signatures"), {"id": row[0], "version": row[4]})
    try:
        one = signed(row, await found.fetchall())
    except Unsigned as wrong:
        log.error("a proposal is not handed in: %s", wrong)
        return False
    answer = await _answer(context, one)
    event = _event(answer)
    await connection.execute(statement("proposal_outcome"), {
        "id": one.id, "state": PROPOSAL.after("approved", event), "code": int(answer.code), "now": now,
        "answer": canonical_json({"why": answer.why, "detail": answer.detail}).decode(),
        "ended_at": None if event == "outcome_unknown" else now,
    })  # fmt: skip
    return event != "outcome_unknown"


async def _answer(context: Context, one: Signed) -> Answer:
    """Return the plane's answer; none, a full queue, a stopped lane: not known yet."""
    try:
        answer = await context.asks.ask(one.lane, instruction_of(one))
    except TimeoutError:
        return Answer(one.id, Code.in_doubt)
    if answer.seq is None and may_retry(answer.code):
        return Answer(one.id, Code.in_doubt, why=f"{answer.code.name}: {answer.why}".rstrip(": "))
    return answer


def _event(answer: Answer) -> str:
    return {Code.done: "done", Code.in_doubt: "outcome_unknown"}.get(answer.code, "refused_by_books")


def instruction_of(one: Signed) -> Instruction:
    """Return the instruction of a proposal, as doing.py of the console makes it."""
    of = operations()[one.kind]
    body: Any = msgspec.convert({**one.body, "maker": one.maker, "checker": one.checkers[0]}, of.body, strict=False)
    name = resolution_id(body.instruction) if one.kind == "quarantine_resolution" else one.id
    return Instruction(name, one.kind, body)


LOOPS = (Loop("approvals", EVERY_SECONDS, run),)
