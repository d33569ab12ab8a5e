"""Automatic recharge (自动充值): the platform would have a client's bank debited for him.

When    a caller of a bank's interface still asks for it; it is off, always, and the answer says why
Reads   nothing
Returns a refusal with the reason that stands in the chart
Order   switched off
Source  domain.md (c.1) A7, (c.2) B1
"""

import msgspec

from cunguan.kernel.instruction import Decision, Given, Instruction
from cunguan.ledger.book import Book
from cunguan.operations.switched_off import Facts, off

KIND = "auto_recharge"
VERSION = 1
LANE = "platform"
AUTHORITY = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What would be debited, by which channel, under which mandate."""

    holder: str
    channel: str
    amount_minor: int
    mandate: str


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect no facts."""
    return Facts()


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Refuse it."""
    return off(KIND)
