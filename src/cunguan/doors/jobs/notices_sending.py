"""Notices that go out (站外通知任务): hand them to the message gateway, and try again what it did not take.

When    every five seconds, at once while much waits; `again` when somebody of the custodian has what was given up sent again
Shape   at least once: a notice is taken until a time by one statement, handed over while no transaction is open and no row locked, and
        then marked. Who dies meanwhile leaves it to be taken when that time is over; the gateway knows it by its key
        a round takes AT_ONCE and hands them over side by side, so that it ends when a slow gateway's time for one is over
Errors  what the gateway does is noted in the row, in a word of ours; what PostgreSQL does ends the round
Source  desks/notices/sending.py, trying.py; docs/notices.md
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import psycopg

from cunguan.desks.notices.sending import SandboxSender, Sender, SendFailed, Sending
from cunguan.desks.notices.trying import next_try
from cunguan.desks.people.roles import CLIENT
from cunguan.doors.api.context import Context
from cunguan.doors.jobs.registry import Loop
from cunguan.doors.persons.phones import phones
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 5.0
AT_ONCE: Final = 16
#: longer than a round can last
LEASE: Final = timedelta(minutes=2)
#: what one act has sent again
AGAIN_AT_ONCE: Final = 5_000


class Try(msgspec.Struct, frozen=True):
    """A notice that is ours until its time is over: which try this is, and since when it is tried."""

    sending: Sending
    tries: int
    since: datetime


def sender_of(context: Context) -> Sender | None:
    """Return the channel notices go out by: the gateway that is named, a sandbox's own; else None, and they wait."""
    return context.sender or (SandboxSender() if context.is_sandbox else None)


async def send(context: Context) -> bool:
    """Hand on what is due; return whether there may be more that would be taken."""
    sender = sender_of(context)
    if sender is None:
        return False
    taken = await _taken(context)
    known = await _phones(context, taken) if sender.carries_phone else {}
    # each is written down by itself, so that a fault of one leaves the others' outcomes as they are
    came = await asyncio.gather(
        *(_handed_on(context, sender, one, known.get(one.sending.reader, "")) for one in taken), return_exceptions=True
    )
    for fault in came:
        if isinstance(fault, BaseException):
            raise fault
    for why, count in Counter(why for why in came if why).items():
        log.warning("notices could not be handed on; they are tried again", extra={"count": count, "code": why})
    return len(taken) == AT_ONCE and "" in came


async def again(context: Context, by: str, *, number: int | None = None, why: str | None = None) -> int:
    """Have what was given up sent again: one notice, or those of one error; return how many."""
    given = {"now": context.clock.now(), "by": by, "number": number, "why": why, "limit": AGAIN_AT_ONCE}
    async with context.pool.connection() as connection:
        return int((await connection.execute(statement("notices_again"), given)).rowcount)


async def _taken(context: Context) -> list[Try]:
    now = context.clock.now()
    async with context.pool.connection() as connection:
        given = {"now": now, "until": now + LEASE, "limit": AT_ONCE}
        rows = await (await connection.execute(statement("notices_take"), given)).fetchall()
    return [Try(Sending(*row[:-2]), *row[-2:]) for row in rows]


async def _phones(context: Context, taken: Sequence[Try]) -> Mapping[str, str | None]:
    """Return the phones of the clients among the readers; None of each where keys cannot be had: that may mend itself."""
    clients = [one.sending.reader for one in taken if one.sending.reader_kind == CLIENT]
    try:
        return await phones(context, clients)
    except psycopg.Error:
        raise
    except Exception:  # a provider of keys that is away raises what its library raises
        log.exception("clients' phones cannot be read")
        return dict.fromkeys(clients)


async def _handed_on(context: Context, sender: Sender, one: Try, phone: str | None) -> str:
    """Hand one notice over and note what came of it; return why it was not taken, "" when it was."""
    why = await _why_not(sender, one.sending, phone)
    given: dict[str, Any] = {"number": one.sending.number}
    if why:
        next_at = next_try(one.tries, one.since, context.clock.now())
        given |= {"tries": one.tries, "why": why, "next_at": next_at}
    async with context.pool.connection() as connection:
        await connection.execute(statement("notice_not_sent" if why else "notice_sent"), given)
    return why


async def _why_not(sender: Sender, sending: Sending, phone: str | None) -> str:
    if phone is None:
        return "no_details"
    try:
        await sender.send(msgspec.structs.replace(sending, phone=phone))
    except SendFailed as failed:
        return failed.why
    return ""


LOOPS = (Loop("notices_sending", EVERY_SECONDS, send),)
