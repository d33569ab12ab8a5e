"""Claim end (结束债权): the platform closes a claim of which nothing is outstanding; nothing is paid to it any more.

When    the platform asks
Reads   the claim, the plan of its listing
Returns Decision; no money moves. A claim that was repaid keeps its part of interest that is still due, so it ends
        only when its listing's lenders have nothing to ask, or when it was sold whole
Order   claim, its state, what is outstanding
Source  domain.md (c.3) C17
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Claim, PlanRow
from cunguan.ledger.book import Book
from cunguan.operations.lending import rest
from cunguan.states.claim import CLAIM

KIND = "claim_end"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which claim."""

    claim: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an end depends on."""

    claim: Claim | None
    rows: Sequence[PlanRow]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an end."""
    body = instruction.body
    assert isinstance(body, Body)
    claim = book.get(Claim, body.claim)
    return Facts(claim, () if claim is None else book.find(PlanRow, "listing", claim.listing))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one end."""
    claim = facts.claim
    if claim is None:
        return refuse(Code.claim_not_found)
    if not CLAIM.may(claim.state, "ended"):
        return refuse(Code.state_forbids, f"the claim is {claim.state}", principal_minor=claim.principal_minor)
    due = sum(sum(rest(row)) for row in facts.rows)
    if claim.weight_minor and due:
        return refuse(Code.listing_unpaid, "interest may still come to it", due_minor=due)
    return Decision(Code.done, changes=(replace(claim, state=CLAIM.after(claim.state, "ended")),))
