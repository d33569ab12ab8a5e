"""Bar (禁用编号): take an id for ever, so that nothing can be done under it any more.

When    an instruction's fate is known outside, and a late copy of it must never act
Reads   nothing
Returns a refusal, always: the id stands in the lane as barred, and whoever uses it for another kind hears
        exists_with_different_kind
Order   reason, barred
Source  domain-decisions.md 26: a reference whose payment failed is barred
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.ledger.book import Book

KIND = "bar"
VERSION = 1
LANE = "both"
AUTHORITY = "S"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the id must not be used."""

    reason: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """A bar depends on nothing but that the id is free."""


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect no facts."""
    return Facts()


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one bar; without a reason the id is taken as well, for a refusal is final."""
    body = instruction.body
    assert isinstance(body, Body)
    if not body.reason:
        return refuse(Code.reason_missing)
    return refuse(Code.barred, body.reason)
