"""Plan hold (计划冻结): a lender's money would be held for a plan, to be split over listings later.

When    a caller of a bank's interface still asks for it; it is off, always, and the answer says why
Reads   nothing
Returns a refusal with the reason that stands in the chart
Order   switched off
Source  domain.md (c.3) C21, T06
"""

import msgspec

from cunguan.kernel.instruction import Decision, Given, Instruction
from cunguan.ledger.book import Book
from cunguan.operations.switched_off import Facts, off

KIND = "plan_hold"
VERSION = 1
LANE = "platform"
AUTHORITY = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What would be held, for which plan, under which mandate."""

    lender: str
    plan: str
    amount_minor: int
    mandate: str


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect no facts."""
    return Facts()


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Refuse it."""
    return off(KIND)
