"""Bank inbox (收款入账): what banks say of the pools' accounts, into the books.

When    every second
Reads   files that were kept and not read yet, whatever brought them
Does    reads them (doors/inbox/files.py), then tells the books of what is new: of payments that ended (doors/inbox/statuses.py), of
        movements (doors/inbox/booking.py)
Errors  a lane that does not decide now: its movements wait for the next round
Source  design/lanes.md rule 11; domain.md (c.2) B2, S-05
"""

import asyncio
from typing import Final

import psycopg

from cunguan.channels.iso20022.profile import banks
from cunguan.doors.api.context import Context
from cunguan.doors.inbox.booking import book
from cunguan.doors.inbox.files import read_received
from cunguan.doors.inbox.statuses import tell_statuses
from cunguan.doors.jobs.registry import Loop
from cunguan.doors.sealing import sealer, sealer_of

EVERY_SECONDS: Final = 1.0


async def run(context: Context) -> bool:
    """Read what was kept and tell the books; return whether there was something."""
    files = await asyncio.to_thread(_files, context)
    heard = await tell_statuses(context)
    told = await book(context, await sealer_of(context))
    return any([files > 0, heard, told])


def _files(context: Context) -> int:
    with psycopg.connect(str(context.pool.conninfo), autocommit=True) as connection:
        return read_received(
            connection, sealer(context.keys, connection), banks(context.home, context.bank), context.clock.now()
        )


LOOPS = (Loop("bank_inbox", EVERY_SECONDS, run),)
