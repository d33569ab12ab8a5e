"""Claim sale (债权出让): a lender offers a share of his claim, on terms that his confirmation fixes.

When    the lender confirms share, lowest price of it all, how accrued interest is treated, and the last day
Reads   the lender, the claim, the listing, his key
Returns Decision; the claim is on sale, the sale's id is the instruction's; nothing is paid yet
Order   share and price, terms, seller, claim, listing, its rank, holding period, share, days, confirmation
Source  domain.md (c.3) C15; domain-decisions.md 21; invariant 21

A claim is on sale once at a time, so that no share is offered twice. A guarantor's claim is none that is sold: what it
brings depends on who was paid before.
"""

from datetime import date, timedelta

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Claim, ClaimSale, Holder, Listing
from cunguan.ledger.book import BALANCE_MAX, Book
from cunguan.ledger.claims import LENDERS
from cunguan.operations.authority import Signer, confirmed, signer_of, usable
from cunguan.policy.evaluate import PACKS
from cunguan.states.claim import CLAIM
from cunguan.states.claim_sale import CLAIM_SALE

KIND = "claim_sale"
VERSION = 1
LANE = "platform"

#: the price holds the accrued interest, or the buyer pays it on top of the price that is compared with the floor
ACCRUED = frozenset({"included", "added"})

#: the longest an offer may stand where the pack is silent; ours, no law
SALE_DAYS = 30


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An offer: `floor_minor` is the lowest price of the whole share, `until` its last day."""

    seller: str
    claim: str
    share_minor: int
    floor_minor: int
    accrued: str
    until: date


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an offer depends on."""

    seller: Holder | None
    key: Signer | None
    claim: Claim | None
    listing: Listing | None


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the seller confirms: claim, share and treatment of interest, the lowest price, the last day."""
    body = instruction.body
    assert isinstance(body, Body)
    what = f"{body.claim}:{body.share_minor}:{body.accrued}"
    return AuthorityText(
        lane, instruction.id, "P", body.seller, KIND, body.floor_minor, what, "", body.until.isoformat()
    )


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an offer."""
    body = instruction.body
    assert isinstance(body, Body)
    seller, claim = book.get(Holder, body.seller), book.get(Claim, body.claim)
    return Facts(
        seller=seller,
        key=None if seller is None else signer_of(book, seller, given),
        claim=claim,
        listing=None if claim is None else book.get(Listing, claim.listing),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one offer."""
    body, claim, listing = instruction.body, facts.claim, facts.listing
    assert isinstance(body, Body)
    if body.share_minor <= 0 or body.floor_minor <= 0:
        return refuse(Code.amount_not_positive)
    if body.floor_minor >= BALANCE_MAX:
        return refuse(Code.amount_too_large)
    if body.accrued not in ACCRUED:
        return refuse(Code.details_missing, "accrued interest is included in the price, or added to it")
    refusal = usable(facts.seller, "lender")
    if refusal is not None:
        return refuse(refusal)
    if claim is None or claim.holder != body.seller:
        return refuse(Code.claim_not_found)
    if claim.state == "on_sale":
        return refuse(Code.claim_on_sale)
    if claim.state != "active" or claim.rank != LENDERS:
        return refuse(Code.claim_not_active, f"the claim is {claim.state}, of rank {claim.rank}")
    assert listing is not None
    if listing.state != "disbursed":
        return refuse(Code.listing_disbursing)
    held_until = _held_until(claim, listing, given)
    if given.business_date < held_until:
        return refuse(Code.not_due_yet, "the claim is held for a while first", held_until=held_until.isoformat())
    if body.share_minor > claim.principal_minor:
        return refuse(Code.claim_share_exceeded, principal_minor=claim.principal_minor)
    if body.until < given.business_date:
        return refuse(Code.date_in_the_past)
    if (body.until - given.business_date).days > PACKS[given.pack].params.get("sale_days", SALE_DAYS):
        return refuse(Code.period_malformed, "the offer would stand too long")
    refusal = confirmed(given, facts.key, body.seller)
    if refusal is not None:
        return refuse(refusal)
    sale = ClaimSale(
        instruction.id, claim.id, claim.listing, body.seller, body.share_minor, 0, body.floor_minor, body.accrued,
        body.until, given.seq, given.seq, CLAIM_SALE.initial,
    )  # fmt: skip
    claim = replace(claim, state=CLAIM.after(claim.state, "put_on_sale"))
    return Decision(Code.done, adds=(sale,), changes=(claim,), authority=given.confirmation)


def _held_until(claim: Claim, listing: Listing, given: Given) -> date:
    since = claim.acquired_date or listing.disbursed_date
    assert since is not None
    return since + timedelta(days=PACKS[given.pack].params.get("claim_holding_days", 0))
