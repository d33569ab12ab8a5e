"""General hold release (一般解冻): give an amount that is held for no payee back to its owner, before its end.

When    two people of the custodian say that its reason is gone; at its end the timer does it (hold_expiry)
Reads   the hold, its owner
Posts   Dr 2020 owner / Cr 2010 owner
Returns Decision; a part may be given back
Order   amount, reason, names, hold, its purpose, its state, remaining
Source  domain.md (c.3) C20; domain-decisions.md 23
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Hold, Holder
from cunguan.ledger.book import Book
from cunguan.ledger.templates.hold_release import hold_release
from cunguan.operations.two_names import two_names
from cunguan.states.general_hold import GENERAL_HOLD

KIND = "general_hold_release"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A release: which hold, how much of it, why, who answers for it."""

    hold: str
    amount_minor: int
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a release depends on."""

    hold: Hold | None
    owner: Holder | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a release."""
    body = instruction.body
    assert isinstance(body, Body)
    hold = book.get(Hold, body.hold)
    return Facts(hold, None if hold is None else book.get(Holder, hold.owner))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one release."""
    body, hold = instruction.body, facts.hold
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if not body.reason:
        return refuse(Code.reason_missing)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if hold is None:
        return refuse(Code.hold_not_found)
    if hold.purpose != "general":
        return refuse(Code.hold_purpose_differs)
    if hold.state != "open":
        return refuse(Code.hold_not_open, f"the hold is {hold.state}")
    if body.amount_minor > hold.remaining_minor:
        return refuse(Code.hold_remaining_exceeded, remaining_minor=hold.remaining_minor)
    assert facts.owner is not None, f"the owner of hold {hold.id} has no account"
    event = "released_in_full" if body.amount_minor == hold.remaining_minor else "released_in_part"
    left = replace(
        hold, released_minor=hold.released_minor + body.amount_minor, state=GENERAL_HOLD.after(hold.state, event)
    )
    return Decision(
        Code.done,
        postings=(hold_release(hold=hold, owner=facts.owner, amount_minor=body.amount_minor),),
        changes=(left,),
    )
