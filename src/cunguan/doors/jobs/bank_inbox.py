"""Bank inbox (收款入账): what banks say of the pools' accounts, into the books.

When    every second
Reads   files that were kept and not read yet, whatever brought them; in a sandbox with a demo bank, also the lines of each open bank
        account after the one that was read last
Does    files: reads them (doors/inbox/files.py), then tells the books of what is new (doors/inbox/booking.py)
        lines: hands in one deposit_direct for each receipt, under an id made of the bank's line: the same line twice, or after a lost
        cursor, is booked once. What was paid out and came back is told by the payment's own status, not here
Errors  a lane that does not decide now: its accounts wait for the next round · a refusal is logged: the money is at the bank
        and not in the books, and the day's reconciliation finds it again
Source  design/lanes.md rule 11; domain.md (c.2) B2, S-05
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Final

import httpx
import msgspec
import psycopg

from cunguan.channels.demobank.bank import CHANNEL, Line
from cunguan.channels.demobank.line import Counter
from cunguan.doors.api.context import Context
from cunguan.doors.inbox.booking import book
from cunguan.doors.inbox.files import read_received
from cunguan.doors.inbox.lines import receipt_id
from cunguan.doors.jobs.registry import Loop
from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.keys.sealed import FILE, Sealer
from cunguan.operations import deposit_direct
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 1.0


class Account(msgspec.Struct, frozen=True):
    """A bank account of a lane, and up to which line it was read."""

    lane: int
    id: str
    reference: str
    read: int


async def run(context: Context) -> bool:
    """Read what was kept, and every account a part further; return whether there is more."""
    files = await asyncio.to_thread(_files, context)
    told = await book(context, _sealer(context))
    return any([files > 0, told, await _lines(context)])


def _files(context: Context) -> int:
    with psycopg.connect(str(context.pool.conninfo), autocommit=True) as connection:
        return read_received(connection, _sealer(context), context.clock.now())


def _sealer(context: Context) -> Sealer:
    return Sealer.open(context.home / FILE)


async def _lines(context: Context) -> bool:
    """Read every account a part further; return whether there is more."""
    if not context.bank:
        return False
    accounts = await _accounts(context)
    try:
        async with Counter(context.bank) as bank:
            return any([await _read(context, bank, account) for account in accounts])
    except httpx.TransportError as error:
        log.info("the bank does not answer: %s", type(error).__name__)
        return False


async def _accounts(context: Context) -> list[Account]:
    async with context.pool.connection() as connection:
        cursor = await connection.execute(statement("bank_accounts_read"), {"channel": CHANNEL})
        return [Account(*row) for row in await cursor.fetchall()]


async def _read(context: Context, bank: Counter, account: Account) -> bool:
    lines = await bank.lines(account.reference, account.read)
    if not lines:
        return False
    receipts = [line for line in lines if line.booking == "receipt"]
    answers = await context.asks.ask_all(account.lane, [instruction(account, line) for line in receipts])
    upto = _decided(lines, receipts, answers)
    if upto > account.read:
        await _move(context, account, upto)
    return upto == lines[-1].number


def instruction(account: Account, line: Line) -> Instruction:
    """Return what the books are told of a receipt; what the payer wrote is the holder, or nobody is."""
    holder = line.reference if is_id(line.reference) else ""
    body = deposit_direct.Body(
        holder=holder, bank_account=account.id, amount_minor=line.amount_minor,
        payer_matches=bool(holder) and line.payer == holder, reference=line.reference, payee_hash=line.payer_hash,
    )  # fmt: skip
    return Instruction(receipt_id(account.reference, line), deposit_direct.KIND, body)


def _decided(lines: Sequence[Line], receipts: Sequence[Line], answers: Sequence[Answer]) -> int:
    """Return the last line before the first receipt of which nothing is stored."""
    for line, answer in zip(receipts, answers, strict=True):
        if answer.code is not Code.done:
            log.error("a receipt is not in the books: %s %s", answer.id, answer.code.name)
        if answer.seq is None:
            return max((before.number for before in lines if before.number < line.number), default=0)
    return lines[-1].number


async def _move(context: Context, account: Account, number: int) -> None:
    moved: dict[str, Any] = {"channel": CHANNEL, "reference": account.reference, "number": number}
    async with context.pool.connection() as connection:
        await connection.execute(statement("bank_cursor_move"), {**moved, "at": context.clock.now()})


LOOPS = (Loop("bank_inbox", EVERY_SECONDS, run),)
