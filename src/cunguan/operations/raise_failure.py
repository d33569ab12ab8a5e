"""Failed raise (流标): every hold of the listing goes back to its owner, the red packets to the platform.

When    the platform gives a raise up, at any time before disbursement; or the custodian's timer finds it ended:
        raising past raise_until, or full past full_by
Reads   the listing, its open holds, their owners and mandates, the pool
Posts   Dr 2020 lender / Cr 2010 lender, Dr 2125 / Cr 2120, for each; above 2,000 holds a run does, step by step
Returns Decision; the listing is failed in the same journal, or failing until the run's last step
Order   listing, its state, the term
Source  domain.md (c.3) C6, S-07; domain-decisions.md 13, 15, 17
"""

from datetime import date

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Hold, Holder, Listing, Pool
from cunguan.ledger.book import Book
from cunguan.operations import runs
from cunguan.operations.lending import bids, give_back, moved, pairs, released
from cunguan.operations.mandates import Mandates, mandates_of

KIND = "raise_failure"
VERSION = 1
LANE = "platform"
AUTHORITY = "platform"
ID_PREFIX = "timer:"

BEFORE_DISBURSEMENT = frozenset({"registered", "raising", "full"})
STATE_CODE = {
    "disbursing": Code.listing_disbursing,
    "disbursed": Code.listing_has_captures,
    "repaid": Code.listing_has_captures,
    "failing": Code.raise_failing,
}


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A failed raise; `timer` when the custodian's timer found it ended, not the platform."""

    listing: str
    timer: bool = False


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a failed raise depends on."""

    listing: Listing | None
    pool: Pool | None
    holds: list[tuple[Hold, Hold | None]]
    lenders: dict[str, Holder | None]
    mandates: Mandates


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a failed raise."""
    body = instruction.body
    assert isinstance(body, Body)
    listing = book.get(Listing, body.listing)
    if listing is None or listing.state not in BEFORE_DISBURSEMENT:
        return Facts(listing, None, [], {}, {})
    found = pairs(book.find(Hold, "listing", listing.id))
    owners = list(dict.fromkeys(hold.owner for hold, _ in found))
    lenders = dict(zip(owners, book.many(Holder, owners), strict=True))
    mandates = mandates_of(book, [hold for hold, _ in found])
    return Facts(listing, book.get(Pool, listing.pool), found, lenders, mandates)


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one failed raise."""
    body = instruction.body
    assert isinstance(body, Body)
    listing, pool = facts.listing, facts.pool
    if listing is None:
        return refuse(Code.listing_not_found)
    if listing.state not in BEFORE_DISBURSEMENT:
        return refuse(STATE_CODE.get(listing.state, Code.listing_not_raising), f"the listing is {listing.state}")
    if body.timer and given.business_date <= _until(listing):
        return refuse(Code.raise_not_ended, until=_until(listing).isoformat())
    assert pool is not None
    listing, failing = moved(listing, "raise_failed")
    count = sum(1 if packet is None else 2 for _, packet in facts.holds)
    if count > runs.ATOMIC_ITEMS:
        run, items = runs.of_holds(
            instruction.id, facts.holds, kind=KIND, listing=listing.id, holder=listing.borrower, seq=given.seq
        )
        return Decision(
            Code.done, adds=(run, *items), changes=(listing,), moves=(failing,), answer={"steps": run.steps}
        )
    effect = released(bids(facts.holds, facts.lenders), pool, facts.mandates)
    assert effect.amount_minor == listing.held_minor, "the listing counts other holds than there are"
    listing, failed = moved(replace(listing, held_minor=0), "all_released")
    return Decision(
        Code.done, postings=tuple(effect.postings), adds=give_back(listing, given),
        changes=(*effect.changes, listing), moves=(failing, failed), answer={"released_minor": effect.amount_minor},
    )  # fmt: skip


def _until(listing: Listing) -> date:
    until = listing.full_by if listing.state == "full" else listing.raise_until
    assert until is not None, "a full listing has a day by which it is disbursed"
    return until
