"""Bid cancel (撤标): a lender takes his bid back, whole or in part, while the listing is raising.

When    the lender asks and confirms it; of a full listing only where the pack gives a right to withdraw
Reads   the hold with its red packet and mandate, the lender, the listing, the pool, the key
Posts   Dr 2020 lender / Cr 2010 lender; of the whole bid also Dr 2125 / Cr 2120
Returns Decision; a part leaves the red packet where it is
Order   amount, lender, hold, listing, confirmation, remaining
Source  domain.md (c.3) C5; domain-decisions.md 14, 15
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, Posting, refuse
from cunguan.kernel.rows import Hold, Holder, Listing, Move, Pool, Row
from cunguan.ledger.book import Book
from cunguan.ledger.templates.hold_release import hold_release, marketing_release
from cunguan.operations.authority import Signer, confirmed, signer_of, usable
from cunguan.operations.lending import MARKETING, moved, release
from cunguan.operations.mandates import Mandates, given_back, mandates_of
from cunguan.policy.evaluate import PACKS

KIND = "bid_cancel"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cancel: `hold` is the bid's id, `amount_minor` what the lender takes back of his own money."""

    lender: str
    hold: str
    amount_minor: int


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a cancel depends on."""

    lender: Holder | None
    key: Signer | None
    hold: Hold | None
    packet: Hold | None
    listing: Listing | None
    pool: Pool | None
    mandates: Mandates


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the lender confirms."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(lane, instruction.id, "P", body.lender, "bid_cancel", body.amount_minor, body.lender, "", "")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a cancel."""
    body = instruction.body
    assert isinstance(body, Body)
    lender = book.get(Holder, body.lender)
    hold = book.get(Hold, body.hold)
    packet = book.get(Hold, body.hold + MARKETING)
    if packet is not None and packet.purpose != "marketing_bid":
        packet = None  # somebody's own bid under such an id
    listing = None if hold is None else book.get(Listing, hold.listing)
    return Facts(
        lender=lender,
        key=None if lender is None else signer_of(book, lender, given),
        hold=hold,
        packet=packet,
        listing=listing,
        pool=None if listing is None else book.get(Pool, listing.pool),
        mandates={} if hold is None else mandates_of(book, [hold]),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one cancel."""
    body = instruction.body
    assert isinstance(body, Body)
    lender, hold, listing = facts.lender, facts.hold, facts.listing
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    refusal = usable(lender, "lender")
    if refusal is not None:
        return refuse(refusal)
    if hold is None:
        return refuse(Code.hold_not_found)
    if hold.owner != body.lender:
        return refuse(Code.hold_owner_differs)
    if hold.purpose != "bid":
        return refuse(Code.hold_purpose_differs)
    assert lender is not None and listing is not None
    if listing.state == "disbursing":
        return refuse(Code.listing_disbursing)
    if listing.state == "failing":
        return refuse(Code.raise_failing, "the hold is being released")
    if hold.state != "open":
        return refuse(Code.hold_not_open, f"the hold is {hold.state}")
    if listing.state == "full" and not PACKS[given.pack].params.get("withdraw_when_full"):
        return refuse(Code.listing_not_raising, "the listing is full, and the pack gives no right to withdraw")
    refusal = confirmed(given, facts.key, body.lender)
    if refusal is not None:
        return refuse(refusal)
    if body.amount_minor > hold.remaining_minor:
        return refuse(Code.hold_remaining_exceeded, remaining_minor=hold.remaining_minor)
    return _give_back(body, lender, hold, facts, given)


def _give_back(body: Body, lender: Holder, hold: Hold, facts: Facts, given: Given) -> Decision:
    packet, listing, pool = facts.packet, facts.listing, facts.pool
    assert listing is not None and pool is not None
    postings: tuple[Posting, ...] = (hold_release(hold=hold, owner=lender, amount_minor=body.amount_minor),)
    changes: tuple[Row, ...] = (release(hold, body.amount_minor),)
    changes += given_back(facts.mandates, [(hold.mandate, body.amount_minor)])
    back_minor = body.amount_minor
    if packet is not None and body.amount_minor == hold.remaining_minor:
        part = packet.remaining_minor
        postings += (marketing_release(hold=packet, pool=pool, amount_minor=part),)
        changes += (release(packet, part),)
        back_minor += part
    listing, moves = _held_less(listing, back_minor)
    return Decision(
        Code.done, postings=postings, changes=(*changes, listing), moves=moves, authority=given.confirmation
    )


def _held_less(listing: Listing, amount_minor: int) -> tuple[Listing, tuple[Move, ...]]:
    listing = replace(listing, held_minor=listing.held_minor - amount_minor)
    if listing.state == "raising":
        return listing, ()
    listing, move = moved(replace(listing, full_by=None), "bid_withdrawn")
    return listing, (move,)
