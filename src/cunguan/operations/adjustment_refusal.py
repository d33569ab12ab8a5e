"""Adjustment refusal (驳回冲正): a request is refused by the custodian, or withdrawn by who had asked.

When    the credit was right, or the request was a mistake
Reads   the request
Posts   nothing
Returns Decision
Order   reason, request, its state, who answers
Source  domain-decisions.md 9
"""

from typing import Literal

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Adjustment, Move
from cunguan.ledger.book import Book
from cunguan.states.adjustment import ADJUSTMENT

KIND = "adjustment_refusal"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which request ends how, by whom and why: withdrawn by who had asked, refused by another."""

    request: str
    outcome: Literal["refused", "withdrawn"]
    answered_by: str
    reason: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a refusal depends on."""

    request: Adjustment | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a refusal."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(book.get(Adjustment, body.request))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide how a request ends without a posting."""
    body, request = instruction.body, facts.request
    assert isinstance(body, Body)
    if not body.reason.strip() or not body.answered_by.strip():
        return refuse(Code.reason_missing, "who answers says why")
    if request is None:
        return refuse(Code.adjustment_not_found)
    if not ADJUSTMENT.may(request.state, body.outcome):
        return refuse(Code.state_forbids, f"the request is {request.state}")
    if (body.answered_by.strip() == request.asked_by.strip()) != (body.outcome == "withdrawn"):
        return refuse(Code.approver_is_maker, "who asked withdraws, another refuses")
    state = ADJUSTMENT.after(request.state, body.outcome)
    return Decision(
        Code.done,
        changes=(replace(request, state=state),),
        moves=(Move("adjustment", request.id, body.outcome, state),),
    )
