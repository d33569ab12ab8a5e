"""Bank files (银行文件): what banks lay out is fetched and kept; what is read of it is the inbox's.

When    every second it is looked which bank is due; each has its own pace (look_seconds of its profile)
Does    doors/inbox/fetching.py, in a thread; banks do not wait for one another
Errors  a bank that does not answer, or refuses us, is logged and asked again at its pace
"""

import asyncio
import logging
import time
from typing import Final

import psycopg

from cunguan.channels.iso20022.profile import Bank, banks
from cunguan.channels.transport.base import TransportFailed, TransportRefused
from cunguan.doors.api.context import Context
from cunguan.doors.inbox.fetching import fetch
from cunguan.doors.jobs.registry import Loop
from cunguan.doors.sealing import sealer

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 1.0


class Fetching:
    """Which bank was looked at when, by this process."""

    def __init__(self) -> None:
        self._looked: dict[str, float] = {}

    async def run(self, context: Context) -> None:
        """Look at the banks that are due."""
        due = [bank for bank in banks(context.home, context.bank).values() if self._is_due(bank)]
        await asyncio.gather(*(asyncio.to_thread(_look, context, bank) for bank in due))

    def _is_due(self, bank: Bank) -> bool:
        now = time.monotonic()
        if now - self._looked.get(bank.name, -float("inf")) < bank.look_seconds:
            return False
        self._looked[bank.name] = now
        return True


def _look(context: Context, bank: Bank) -> None:
    try:
        with psycopg.connect(str(context.pool.conninfo), autocommit=True) as connection:
            fetch(connection, sealer(context.keys, connection), bank, context.clock.now())
    except TransportRefused as refused:
        log.error("bank %s: a person must look: %s", bank.name, refused)
    except TransportFailed as failed:
        log.info("bank %s does not answer: %s", bank.name, failed)


LOOPS = (Loop("bank_files", EVERY_SECONDS, Fetching().run),)
