"""Statuses (付款状态回单): a bank's report on payments of ours, pain.002, becomes the end of those payments.

When    a kept file is one: `keep_statuses` keeps what it says; `tell_statuses` tells the books, again and again until they decided
Does    hands in the result of each payment that has one, settled or rejected, under the id of the bank's word: heard twice, or by a
        query as well, it ends the payment once. What is only under way is told nothing
        a payment in doubt ends as rejected only by a final word (domain-decisions.md 26): one that is not final is left to a later
        report, a query or the statement
Errors  a lane that does not decide now is told in the next round · what is not ours, or says another amount, waits for a person
Source  ISO 20022 CustomerPaymentStatusReport; domain-decisions.md 24-26; domain.md (k.3) S-04, S-05
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

import msgspec
import psycopg

from cunguan.channels.base import BankAnswer
from cunguan.doors.api.context import Context
from cunguan.doors.inbox.reading import Read
from cunguan.doors.inbox.sorting import PAID, UNDER_WAY
from cunguan.kernel.codes import Code, is_other, may_retry
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.operations import payout_result, withdrawal_result
from cunguan.store.sqlfiles import statement

Connection = psycopg.AsyncConnection[Any]

STATUSES_AT_ONCE: Final = 500

_COPY: Final = """COPY bank_status (file, number, channel, order_id, status, amount_minor, reason, is_final, instruction_id, outcome,
    cause) FROM STDIN"""


class Word(msgspec.Struct, frozen=True):
    """What a bank says of one payment, and the payment, as far as it is ours."""

    file: int
    number: int
    channel: str
    order: str
    status: str
    amount_minor: int
    reason: str
    is_final: bool
    lane: int | None
    payment: str | None
    is_payout: bool
    state: str | None
    payment_minor: int | None


class Told(msgspec.Struct, frozen=True):
    """What became of a word."""

    outcome: str
    cause: str
    instruction_id: str = ""


def keep_statuses(connection: psycopg.Connection[Any], file: int, channel: str, answers: Sequence[BankAnswer]) -> Read:
    """Keep what a report says; within the transaction of the caller."""
    with connection.cursor().copy(_COPY) as copy:
        for number, one in enumerate(answers, 1):
            said = (one.end_to_end_id, one.status, one.amount_minor, one.reason, one.is_final)
            copy.write_row((file, number, channel, *said, "", "", ""))
    return Read("read", "", 0)


async def tell_statuses(context: Context) -> bool:
    """Tell the books of every word that they can be told now; return whether there was one."""
    busy: set[int] = set()
    told = False
    async with context.pool.connection() as connection:
        while words := await _open(connection, busy):
            for lane, group in groupby(words, key=lambda word: word.lane):
                done = await _tell(context, connection, lane, list(group))
                told = told or done
                if not done and lane is not None:
                    busy.add(lane)
    return told


async def _open(connection: Connection, busy: set[int]) -> list[Word]:
    given = {"busy": sorted(busy), "most": STATUSES_AT_ONCE}
    return [Word(*row) for row in await (await connection.execute(statement("bank_status_open"), given)).fetchall()]


async def _tell(context: Context, connection: Connection, lane: int | None, words: Sequence[Word]) -> bool:
    ends = {(word.file, word.number): aside(word) for word in words}
    asked = [word for word in words if ends[word.file, word.number] is None]
    for own in (False, True):  # under the id of the bank's word; where that was refused before, under the file's own
        answers = await context.asks.ask_all(lane, [result(word, own=own) for word in asked]) if asked and lane else []
        ends |= {(word.file, word.number): _heard(answer) for word, answer in zip(asked, answers, strict=True)}
        asked = [word for word, answer in zip(asked, answers, strict=True) if is_other(answer.code)]
    for (file, number), end in ends.items():
        if end is not None:
            row = {**msgspec.structs.asdict(end), "file": file, "number": number}
            await connection.execute(statement("bank_status_told"), row)
    return any(end is not None for end in ends.values())


def aside(word: Word) -> Told | None:
    """Return why the books are told nothing of a word; None: they are told."""
    if word.payment is None or word.state is None:
        return Told("person", "not_ours")
    if word.amount_minor not in (0, word.payment_minor):  # a report need not say how much
        return Told("person", "amount_differs")
    if word.status not in ("settled", "rejected"):
        return Told("nothing", "pending")
    if word.state in UNDER_WAY:
        return Told("nothing", "not_final") if _is_too_early(word) else None
    if (word.state in PAID) == (word.status == "settled") and word.state != "held":
        return Told("known", "payment")
    return Told("person", "paid_after_end" if word.status == "settled" else "ended_otherwise")


def result(word: Word, *, own: bool = False) -> Instruction:
    """Return the end of a payment: the same as when it is heard by a query; `own`: under an id of the file."""
    assert word.payment is not None and word.payment_minor is not None
    operation = payout_result if word.is_payout else withdrawal_result
    status: Any = word.status
    body = operation.Body(word.payment, status, word.payment_minor, word.reason, word.is_final)
    name = withdrawal_result.result_id(word.channel, word.payment, word.status, word.is_final)
    return Instruction(f"{name}:{word.file}.{word.number}" if own else name, operation.KIND, body)


def _is_too_early(word: Word) -> bool:
    return word.state == "in_doubt" and word.status == "rejected" and not word.is_final


def _heard(answer: Answer) -> Told | None:
    if answer.seq is None or may_retry(answer.code):
        return None
    if answer.code is Code.done:
        return Told("booked", "payment", answer.id)
    if answer.code in (Code.withdrawal_final, Code.payout_not_open):
        return Told("known", "payment", answer.id)
    return Told("person", answer.code.name, answer.id)
