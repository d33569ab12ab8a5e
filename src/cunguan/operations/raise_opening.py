"""Raise opening (开始募集): a listing that was registered without opening begins to take bids.

When    the platform asks, after a registration with `opens` false
Reads   the listing, its borrower, the pool
Returns Decision; the listing is raising until its raise_until, which the registration has fixed
Order   listing, its state, pool, borrower, term
Source  domain.md (c.3) C1; domain-decisions.md 17
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Holder, Listing, Pool
from cunguan.ledger.book import Book
from cunguan.operations.authority import usable
from cunguan.operations.lending import moved
from cunguan.operations.places import POOL_WORKS

KIND = "raise_opening"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which listing."""

    listing: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an opening depends on."""

    listing: Listing | None
    borrower: Holder | None
    pool: Pool | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an opening."""
    body = instruction.body
    assert isinstance(body, Body)
    listing = book.get(Listing, body.listing)
    if listing is None:
        return Facts(None, None, None)
    return Facts(listing, book.get(Holder, listing.borrower), book.get(Pool, listing.pool))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one opening."""
    listing, pool = facts.listing, facts.pool
    if listing is None:
        return refuse(Code.listing_not_found)
    if listing.state != "registered":
        return refuse(Code.state_forbids, f"the listing is {listing.state}")
    assert pool is not None
    if pool.state not in POOL_WORKS:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    refusal = usable(facts.borrower, "borrower")
    if refusal is not None:
        return refuse(refusal)
    if given.business_date > listing.raise_until:
        return refuse(Code.raise_ended)
    listing, move = moved(listing, "raise_opened")
    return Decision(Code.done, changes=(listing,), moves=(move,))
