"""Statuses (付款状态回单): a bank's report on payments of ours, pain.002, becomes the end of those payments.

When    a kept file is one
Does    hands in the result of each payment that has one: settled or rejected. What is under way, or is not ours, is told nothing
        A payment that is in doubt ends as rejected only by a final word (domain-decisions.md 26); a rejection that is not final is
        left to a later report, a query or the statement
Returns what became of the file: read · flagged: a report names payments that the books do not know, or says another amount
        a report that comes twice, or after a query, ends a payment once: by the id of the bank's word
Errors  a lane that does not decide now: the file waits for the next round, and is told again from its beginning
Source  ISO 20022 CustomerPaymentStatusReport; domain-decisions.md 24-26; domain.md (k.3) S-04, S-05
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
import psycopg

from cunguan.channels.base import BankAnswer
from cunguan.doors.api.context import Context
from cunguan.doors.inbox.reading import Read
from cunguan.kernel.codes import Code, may_retry
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.operations import payout_result, withdrawal_result
from cunguan.store.sqlfiles import statement

Connection = psycopg.AsyncConnection[Any]

#: the payment had this end already, or has another one: the bank's word is in the books, or the reconciliation finds it
TOLD: Final = frozenset({Code.withdrawal_final, Code.payout_not_open})
_ENDS: Final = frozenset({"settled", "rejected"})


class Known(msgspec.Struct, frozen=True):
    """A payment of ours that a report names."""

    order: str
    lane: int
    id: str
    is_payout: bool
    state: str
    amount_minor: int


async def tell(context: Context, connection: Connection, channel: str, answers: Sequence[BankAnswer]) -> Read | None:
    """Tell the books what a report says; None where a lane does not decide now."""
    known = await _known(connection, channel, [answer.end_to_end_id for answer in answers])
    wrong = [f"{answer.end_to_end_id} is no payment of ours" for answer in answers if answer.end_to_end_id not in known]
    asked: defaultdict[int, list[Instruction]] = defaultdict(list)
    for answer in answers:
        payment = known.get(answer.end_to_end_id)
        if payment is not None and _is_an_end(answer, payment):
            if answer.amount_minor not in (0, payment.amount_minor):  # a report need not say how much
                wrong.append(f"{answer.end_to_end_id} is said to be of another amount")
                continue
            asked[payment.lane].append(result(channel, answer, payment))
    for lane, instructions in asked.items():
        heard = await context.asks.ask_all(lane, instructions)
        if any(one.seq is None or may_retry(one.code) for one in heard):
            return None
        wrong += _refused(heard)
    return Read("flagged" if wrong else "read", "; ".join(wrong[:20]), 0)


def result(channel: str, answer: BankAnswer, payment: Known) -> Instruction:
    """Return the end of a payment; the same id as when it is heard by a query."""
    status = "rejected" if answer.status == "rejected" else "settled"
    operation = payout_result if payment.is_payout else withdrawal_result
    body = operation.Body(payment.id, status, payment.amount_minor, answer.reason, answer.is_final)
    return Instruction(withdrawal_result.result_id(channel, payment.id, status, answer.is_final), operation.KIND, body)


def _is_an_end(answer: BankAnswer, payment: Known) -> bool:
    if payment.state not in ("sent", "in_doubt") or answer.status not in _ENDS:
        return False
    return answer.status == "settled" or answer.is_final or payment.state != "in_doubt"


def _refused(answers: Iterable[Answer]) -> list[str]:
    return [
        f"{one.id}: {one.code.name} {one.why}".rstrip()
        for one in answers
        if one.code is not Code.done and one.code not in TOLD and not one.code.name.startswith("exists_with_different")
    ]


async def _known(connection: Connection, channel: str, orders: Sequence[str]) -> Mapping[str, Known]:
    cursor = await connection.execute(statement("bank_orders_of"), {"channel": channel, "orders": list(orders)})
    return {row[0]: Known(*row) for row in await cursor.fetchall()}
