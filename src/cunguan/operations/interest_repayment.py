"""Interest repayment (还派息款): a client would give interest back to the platform.

When    a caller of a bank's interface still asks for it; it is off, always, and the answer says why
Reads   nothing
Returns a refusal with the reason that stands in the chart
Order   switched off
Source  domain-decisions.md 14; domain.md (c.3) C19
"""

import msgspec

from cunguan.kernel.instruction import Decision, Given, Instruction
from cunguan.ledger.book import Book
from cunguan.operations.switched_off import Facts, off

KIND = "interest_repayment"
VERSION = 1
LANE = "platform"
AUTHORITY = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What would be taken, of whom."""

    pool: str
    holder: str
    amount_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect no facts."""
    return Facts()


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Refuse it."""
    return off(KIND)
