"""Hold expiry (冻结到期): the custodian's own timer gives a hold back whose time is over.

When    the business date is past the hold's release_by; the id is expire:<hold>
Reads   the hold, its owner and his pool, its mandate, the listing, the run that pays from the hold
Posts   Dr 2020 owner / Cr 2010 owner
Returns Decision; a hold of a raise is not released alone, because the raise fails as a whole: raise_failure
Order   id, hold, its day, the listing, the run
Source  domain-decisions.md 13; design/lanes.md 11
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import expiry_id, is_of
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Hold, Holder, Listing, Pool, Row, Run
from cunguan.ledger.book import Book
from cunguan.ledger.templates.hold_release import hold_release, marketing_release
from cunguan.operations.lending import release
from cunguan.operations.mandates import Mandates, given_back, mandates_of

KIND = "hold_expiry"
VERSION = 1
LANE = "platform"
ID_PREFIX = "expire:"

RAISE = frozenset({"bid", "marketing_bid"})


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An expiry: which hold."""

    hold: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an expiry depends on; the owner of a red packet is a pool."""

    hold: Hold | None
    owner: Holder | None
    pool: Pool | None
    listing: Listing | None
    run: Run | None
    mandates: Mandates


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an expiry."""
    body = instruction.body
    assert isinstance(body, Body)
    hold = book.get(Hold, body.hold)
    if hold is None:
        return Facts(None, None, None, None, None, {})
    of_platform = hold.purpose == "marketing_bid"
    return Facts(
        hold=hold,
        owner=None if of_platform else book.get(Holder, hold.owner),
        pool=book.get(Pool, hold.owner) if of_platform else None,
        listing=book.get(Listing, hold.listing) if hold.purpose in RAISE else None,
        run=book.get(Run, hold.id),
        mandates=mandates_of(book, [hold]),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one expiry."""
    body = instruction.body
    assert isinstance(body, Body)
    hold, listing = facts.hold, facts.listing
    if not is_of(instruction.id, expiry_id(body.hold)):
        return refuse(Code.id_malformed, f"the id of this expiry is {expiry_id(body.hold)}")
    if hold is None:
        return refuse(Code.hold_not_found)
    if hold.state != "open":
        return refuse(Code.hold_not_open, f"the hold is {hold.state}")
    if given.business_date <= hold.release_by:
        return refuse(Code.hold_not_expired, release_by=hold.release_by.isoformat())
    if listing is not None and listing.state == "disbursing":
        return refuse(Code.listing_disbursing)
    if listing is not None and listing.state == "failing":
        return refuse(Code.raise_failing)
    if listing is not None and listing.state != "failed":
        return refuse(Code.state_forbids, "the raise fails as a whole", instruction="raise_failure", listing=listing.id)
    if facts.run is not None and facts.run.state == "running":
        return refuse(Code.state_forbids, "a run pays from this hold", run=facts.run.id)
    return _give_back(hold, facts)


def _give_back(hold: Hold, facts: Facts) -> Decision:
    owner, pool, listing = facts.owner, facts.pool, facts.listing
    amount = hold.remaining_minor
    if pool is not None:
        posting = marketing_release(hold=hold, pool=pool, amount_minor=amount)
    else:
        assert owner is not None, f"the owner of hold {hold.id} has no account"
        posting = hold_release(hold=hold, owner=owner, amount_minor=amount)
    changes: tuple[Row, ...] = (release(hold, amount), *given_back(facts.mandates, [(hold.mandate, amount)]))
    if listing is not None:
        changes += (replace(listing, held_minor=listing.held_minor - amount),)
    return Decision(Code.done, postings=(posting,), changes=changes, answer={"released_minor": amount})
