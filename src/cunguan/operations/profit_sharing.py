"""Profit sharing (平台分润): the platform would share a profit out of 2145.

When    a caller of a bank's interface still asks for it; it is off, always, and the answer says why
Reads   nothing
Returns a refusal with the reason that stands in the chart
Order   switched off
Source  domain.md (b.2) 2145
"""

import msgspec

from cunguan.kernel.instruction import Decision, Given, Instruction
from cunguan.ledger.book import Book
from cunguan.operations.switched_off import Facts, off

KIND = "profit_sharing"
VERSION = 1
LANE = "platform"
AUTHORITY = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What would be shared, with whom."""

    pool: str
    partner: str
    amount_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect no facts."""
    return Facts()


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Refuse it."""
    return off(KIND)
