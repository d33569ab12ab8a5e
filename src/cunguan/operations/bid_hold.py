"""Bid (投标): a lender sets money aside for one listing, by his own confirmation or a standing mandate.

When    a platform hands in a lender's bid while the listing is raising
Reads   whether new bids are stopped, the lender and his money, the listing, its borrower and guarantors (by person), mandate
        or key, the pool
Posts   Dr 2010 lender / Cr 2020 lender; with a red packet Dr 2120 / Cr 2125
Returns Decision; the hold's id is the instruction's id, the red packet's is that with :marketing
Order   amount, stop, lender, listing, person, authority, remaining, marketing money, balance
Source  domain.md (c.3) C3, C4; domain-decisions.md 13, 14, 15
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, Posting, refuse
from cunguan.kernel.rows import BidStop, Guarantee, Hold, Holder, Listing, Mandate, Move, Pool
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.ledger.templates.bid_hold import bid_hold, marketing_hold
from cunguan.operations.authority import Signer, confirmed, mandated, signer_of, usable
from cunguan.operations.bid_stop import BIDS, is_stopped
from cunguan.operations.lending import MARKETING
from cunguan.policy.evaluate import PACKS
from cunguan.states.listing import LISTING

KIND = "bid_hold"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bid: `amount_minor` is the lender's own money, `marketing_minor` the platform's red packet beside it."""

    lender: str
    listing: str
    amount_minor: int
    marketing_minor: int = 0
    mandate: str = ""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a bid depends on."""

    lender: Holder | None
    listing: Listing | None
    borrower: Holder | None
    pool: Pool | None
    key: Signer | None
    mandate: Mandate | None
    available_minor: int
    marketing_minor: int
    guarantees: Sequence[Guarantee] = ()
    stop: BidStop | None = None


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the lender confirms; None when he cites a mandate."""
    body = instruction.body
    assert isinstance(body, Body)
    if body.mandate:
        return None
    return AuthorityText(
        lane, instruction.id, "P", body.lender, "bid", body.amount_minor, body.listing, body.listing, ""
    )


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a bid."""
    body = instruction.body
    assert isinstance(body, Body)
    lender = book.get(Holder, body.lender)
    listing = book.get(Listing, body.listing)
    mandate = book.get(Mandate, body.mandate) if body.mandate else None
    key = signer_of(book, lender, given) if lender is not None and not body.mandate else None
    borrower = pool = None
    if listing is not None:
        borrower = book.get(Holder, listing.borrower)
        pool = book.get(Pool, listing.pool)
    return Facts(
        lender=lender,
        listing=listing,
        borrower=borrower,
        pool=pool,
        key=key,
        mandate=mandate,
        available_minor=0 if lender is None else book.balance(lender.available),
        marketing_minor=0 if pool is None else book.balance(pool_account(pool.base, "2120")),
        guarantees=book.find(Guarantee, "listing", body.listing),
        stop=book.get(BidStop, BIDS),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one bid."""
    body = instruction.body
    assert isinstance(body, Body)
    lender, listing, pool = facts.lender, facts.listing, facts.pool
    if instruction.id.endswith(MARKETING):
        return refuse(Code.id_malformed, f"an id that ends with {MARKETING} is that of a bid's red packet")
    if body.amount_minor <= 0 or body.marketing_minor < 0:
        return refuse(Code.amount_not_positive)
    if is_stopped(facts.stop):
        return refuse(Code.bids_stopped, "the platform has left days unconfirmed: confirm their check files")
    refusal = usable(lender, "lender")
    if refusal is not None:
        return refuse(refusal)
    if listing is None:
        return refuse(Code.listing_not_found)
    assert lender is not None and pool is not None and facts.borrower is not None
    asked = body.amount_minor + body.marketing_minor
    remaining = listing.amount_minor - listing.held_minor
    if listing.state == "full":
        return refuse(Code.listing_remaining_exceeded, remaining_minor=0)
    if listing.state != "raising":
        return refuse(Code.listing_not_raising, f"the listing is {listing.state}")
    if given.business_date > listing.raise_until:
        return refuse(Code.raise_ended)
    if lender.pool != listing.pool:
        return refuse(Code.pool_differs)
    if lender.person == facts.borrower.person:
        return refuse(Code.borrower_is_lender)
    if any(guarantee.person == lender.person for guarantee in facts.guarantees):
        return refuse(Code.guarantor_is_party)
    refusal = _authority(body, facts, given)
    if refusal is not None:
        return refuse(refusal)
    if asked > remaining:
        return refuse(Code.listing_remaining_exceeded, remaining_minor=remaining)
    if body.marketing_minor > facts.marketing_minor:
        return refuse(Code.insufficient_marketing)
    if body.amount_minor > facts.available_minor:
        return refuse(Code.insufficient_balance)
    return _accept(instruction.id, body, lender, listing, pool, facts.mandate, given)


def _authority(body: Body, facts: Facts, given: Given) -> Code | None:
    if not body.mandate:
        return confirmed(given, facts.key, body.lender)
    return mandated(
        facts.mandate, given, owner=body.lender, type="bid", amount_minor=body.amount_minor, listing=body.listing
    )


def _accept(
    bid: str, body: Body, lender: Holder, listing: Listing, pool: Pool, mandate: Mandate | None, given: Given
) -> Decision:
    seq = given.seq
    authority = seq if mandate is None else mandate.authority
    postings: tuple[Posting, ...] = bid_hold(
        lender=lender, amount_minor=body.amount_minor, authority=authority, opened=seq
    )
    holds: tuple[Hold, ...] = (
        Hold(
            bid,
            lender.id,
            lender.held,
            "bid",
            listing.id,
            body.amount_minor,
            0,
            0,
            listing.release_by,
            authority,
            seq,
            "open",
            body.mandate,
        ),
    )
    if body.marketing_minor:
        postings += marketing_hold(pool=pool, amount_minor=body.marketing_minor, opened=seq)
        held = pool_account(pool.base, "2125")
        holds += (
            Hold(
                f"{bid}{MARKETING}", pool.id, held, "marketing_bid", listing.id, body.marketing_minor, 0, 0,
                listing.release_by, 0, seq, "open",
            ),
        )  # fmt: skip
    listing, moves = _held_more(listing, body.amount_minor + body.marketing_minor, given)
    changes: tuple[Listing | Mandate, ...] = (listing,)
    if mandate is not None:
        changes += (replace(mandate, used_minor=mandate.used_minor + body.amount_minor),)
    return Decision(
        Code.done, postings=postings, adds=holds, changes=changes, moves=moves,
        authority=None if mandate is not None else given.confirmation,
    )  # fmt: skip


def _held_more(listing: Listing, amount_minor: int, given: Given) -> tuple[Listing, tuple[Move, ...]]:
    held = listing.held_minor + amount_minor
    if held < listing.amount_minor:
        return replace(listing, held_minor=held), ()
    pack = PACKS[given.pack]
    waits_until = pack.calendar.add_working_days(given.business_date, pack.params["full_working_days"])
    state = LISTING.after(listing.state, "filled")
    full = replace(listing, held_minor=held, state=state, full_by=min(waits_until, listing.release_by))
    return full, (Move("listing", listing.id, "filled", state),)
