"""Platform compensation (平台代偿): the platform would pay lenders for a borrower, out of 2140.

When    a caller of a bank's interface still asks for it; it is off, always, and the answer says why
Reads   nothing
Returns a refusal with the reason that stands in the chart
Order   switched off
Source  domain-decisions.md 14; domain.md (b.2) 2140
"""

import msgspec

from cunguan.kernel.instruction import Decision, Given, Instruction
from cunguan.ledger.book import Book
from cunguan.operations.switched_off import Facts, off

KIND = "platform_compensation"
VERSION = 1
LANE = "platform"
AUTHORITY = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the platform would pay, for which listing."""

    pool: str
    listing: str
    amount_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect no facts."""
    return Facts()


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Refuse it."""
    return off(KIND)
