"""Hold clearance (冻结客户投标放行): two people say that a bid hold of a client under a legal order may be captured.

When    a listing is to be disbursed and one of its lenders is under an order
Reads   the hold, its owner, what was said of it before
Posts   nothing
Returns Decision; it stands for the orders in force when it is said: a later order asks for another
Order   reason, names, hold, its purpose, its state, the order
Source  domain-decisions.md 28: an open bid hold of a frozen client is not captured without a two-person decision
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Hold, HoldClearance, Holder
from cunguan.ledger.book import Book
from cunguan.operations.two_names import two_names

KIND = "hold_clearance"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which hold, why, and the two who answer for it."""

    hold: str
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a clearance depends on."""

    hold: Hold | None
    owner: Holder | None
    before: HoldClearance | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a clearance."""
    body = instruction.body
    assert isinstance(body, Body)
    hold = book.get(Hold, body.hold)
    owner = None if hold is None else book.get(Holder, hold.owner)
    return Facts(hold, owner, book.get(HoldClearance, body.hold))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one clearance."""
    body, hold = instruction.body, facts.hold
    assert isinstance(body, Body)
    if not body.reason:
        return refuse(Code.reason_missing)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if hold is None:
        return refuse(Code.hold_not_found)
    if hold.purpose != "bid":
        return refuse(Code.hold_purpose_differs)
    if hold.state != "open":
        return refuse(Code.hold_not_open, f"the hold is {hold.state}")
    if facts.owner is None or not facts.owner.legal_orders:
        return refuse(Code.order_not_found, "no order is in force over its owner")
    cleared = (HoldClearance(hold.id, given.seq),)
    return Decision(Code.done, adds=() if facts.before else cleared, changes=cleared if facts.before else ())
