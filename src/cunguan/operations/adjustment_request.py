"""Adjustment request (冲正申请): somebody says that a client was credited wrongly; nothing moves yet.

When    the platform asks, or a clerk of the custodian finds it
Reads   the journal that credited the client, what was asked and adjusted of it before, the holder
Posts   nothing
Returns Decision; a request of the instruction's id, which two people answer: adjustment, or adjustment_refusal
Order   amount, reason, who asks, holder, the credit, its amount less what was asked of it before
Source  domain-decisions.md 9 ("a platform may request a reversal; two people of the custodian decide")
"""

from collections.abc import Sequence

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Adjustment, Holder, Posted
from cunguan.ledger.book import Book
from cunguan.operations.corrections import last_day
from cunguan.states.adjustment import ADJUSTMENT

KIND = "adjustment_request"
VERSION = 1
LANE = "platform"

#: requests that count against a credit: those that stand, and those that were carried out
COUNT = frozenset({"asked", "approved", "posted"})


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which line of which instruction credited whom wrongly, by how much, and who says so."""

    of: str
    line: int
    holder: str
    amount_minor: int
    reason: str
    asked_by: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a request depends on."""

    holder: Holder | None
    postings: tuple[Posted, ...]
    others: Sequence[Adjustment]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a request."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(book.get(Holder, body.holder), book.posted(body.of), book.find(Adjustment, "of", body.of))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide whether a request stands."""
    body, holder = instruction.body, facts.holder
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.reason.strip():
        return refuse(Code.reason_missing)
    if not body.asked_by.strip():
        return refuse(Code.details_missing, "a request says who asks")
    if holder is None:
        return refuse(Code.account_not_found)
    credit = next((line for line in facts.postings if line.line == body.line), None)
    if credit is None or credit.credit != holder.available:
        return refuse(Code.journal_not_found, "that line does not credit what this client has available")
    asked_minor = sum(row.amount_minor for row in facts.others if row.line == body.line and row.state in COUNT)
    if body.amount_minor + asked_minor > credit.amount_minor:
        return refuse(Code.correction_exceeds_credit, left_minor=credit.amount_minor - asked_minor)
    row = Adjustment(
        instruction.id, body.of, credit.seq, body.line, holder.id, body.amount_minor, body.asked_by, body.reason,
        given.seq, ADJUSTMENT.initial,
    )  # fmt: skip
    until = last_day(credit.business_date, given.pack)
    return Decision(Code.done, adds=(row,), answer={"from_the_client_until": until.isoformat()})
