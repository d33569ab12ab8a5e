"""Claim purchase (债权认购): a buyer takes a share of a claim that is on sale, and pays the seller in the same journal.

When    the buyer confirms share, price and the accrued interest he was shown
Reads   the buyer and his money, the sale, its claim, the seller, the listing, its borrower, plan and guarantees, the
        pool, the buyer's key, the fee schedule he confirmed
Posts   Dr 2010 buyer / Cr 2020 buyer, Dr 2020 buyer / Cr 2010 seller; Dr 2010 buyer / Cr 2110 the agreed fee
Returns Decision; the share is the buyer's claim at once, its id is the instruction's: every payment from now on is his
Order   amounts, sale, buyer, persons, seller, pool, run, share, price, accrued interest, fee, confirmation, balance
Source  domain.md (c.3) C16; domain-decisions.md 12, 21; invariants 21, 23, 24

`price_minor` is all that the buyer pays to the seller. Where the offer adds accrued interest, the price without it is
compared with the floor; where it includes it, the whole.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, Posting, refuse
from cunguan.kernel.rows import (
    Claim,
    ClaimSale,
    FeeCharge,
    FeeConsent,
    FeeSchedule,
    Guarantee,
    Holder,
    Listing,
    Move,
    PlanRow,
    Pool,
)
from cunguan.ledger import claims as register
from cunguan.ledger.book import Book
from cunguan.ledger.templates.claim_purchase import purchase, purchase_fee, purchase_hold
from cunguan.operations.authority import Signer, confirmed, signer_of, usable
from cunguan.operations.claim_sales import accrued
from cunguan.operations.disbursement import CAPTURED_FROM
from cunguan.operations.fees import NO_FEE, Charge, charge, consented
from cunguan.operations.lending import open_run
from cunguan.operations.places import POOL_WORKS
from cunguan.states.claim import CLAIM
from cunguan.states.claim_sale import CLAIM_SALE

KIND = "claim_purchase"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A purchase: share, what it costs in all, and how much of this is accrued interest."""

    buyer: str
    sale: str
    share_minor: int
    price_minor: int
    accrued_minor: int
    fee_schedule: str = ""
    fee_item: str = ""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a purchase depends on."""

    buyer: Holder | None
    key: Signer | None
    available_minor: int
    sale: ClaimSale | None
    schedule: FeeSchedule | None
    consent: FeeConsent | None
    claim: Claim | None = None
    seller: Holder | None = None
    listing: Listing | None = None
    borrower: Holder | None = None
    pool: Pool | None = None
    rows: Sequence[PlanRow] = ()
    guarantees: Sequence[Guarantee] = ()
    open_run: str = ""


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the buyer confirms: the sale, share and accrued interest, and what he pays."""
    body = instruction.body
    assert isinstance(body, Body)
    what = f"{body.sale}:{body.share_minor}:{body.accrued_minor}"
    return AuthorityText(lane, instruction.id, "P", body.buyer, KIND, body.price_minor, what, "", "")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a purchase."""
    body = instruction.body
    assert isinstance(body, Body)
    buyer, sale = book.get(Holder, body.buyer), book.get(ClaimSale, body.sale)
    schedule, consent = consented(book, body.buyer, body.fee_schedule) if body.fee_item else (None, None)
    facts = Facts(
        buyer=buyer,
        key=None if buyer is None else signer_of(book, buyer, given),
        available_minor=0 if buyer is None else book.balance(buyer.available),
        sale=sale,
        schedule=schedule,
        consent=consent,
    )
    return facts if sale is None or sale.state != "open" else _of_sale(facts, sale, book)


def _of_sale(facts: Facts, sale: ClaimSale, book: Book) -> Facts:
    listing = book.get(Listing, sale.listing)
    assert listing is not None
    return replace(
        facts,
        claim=book.get(Claim, sale.claim),
        seller=book.get(Holder, sale.seller),
        listing=listing,
        borrower=book.get(Holder, listing.borrower),
        pool=book.get(Pool, listing.pool),
        rows=book.find(PlanRow, "listing", listing.id),
        guarantees=book.find(Guarantee, "listing", listing.id),
        open_run=open_run(book, listing.id),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one purchase."""
    body, sale, buyer = instruction.body, facts.sale, facts.buyer
    assert isinstance(body, Body)
    if body.share_minor <= 0 or body.price_minor <= 0 or body.accrued_minor < 0:
        return refuse(Code.amount_not_positive)
    if bool(body.fee_schedule) != bool(body.fee_item):
        return refuse(Code.details_missing)
    if sale is None:
        return refuse(Code.sale_not_found)
    if sale.state != "open":
        return refuse(Code.sale_not_open, f"the sale is {sale.state}")
    if given.business_date > sale.until:
        return refuse(Code.sale_not_open, "its last day is over")
    refusal = usable(buyer, "lender")
    if refusal is not None:
        return refuse(refusal)
    claim, seller, listing = facts.claim, facts.seller, facts.listing
    assert buyer is not None and claim is not None and seller is not None and listing is not None
    refusal = _persons(buyer, seller, facts)
    if refusal is not None:
        return refuse(refusal)
    if seller.state not in CAPTURED_FROM:
        return refuse(Code.account_not_active, f"the seller's account is {seller.state}")
    assert facts.pool is not None
    if facts.pool.state not in POOL_WORKS:
        return refuse(Code.pool_not_active, f"the pool is {facts.pool.state}")
    if facts.open_run:
        return refuse(Code.state_forbids, "a run still pays to the holders of record", run=facts.open_run)
    if body.share_minor > sale.left_minor:
        return refuse(Code.claim_share_exceeded, left_minor=sale.left_minor)
    interest = accrued(claim, body.share_minor, listing, facts.rows, given.business_date)
    if _price(body, sale) * sale.share_minor < sale.floor_minor * body.share_minor:
        return refuse(Code.price_below_floor)
    if body.accrued_minor != interest:
        return refuse(Code.terms_differ, "other interest has accrued than the buyer was shown", accrued_minor=interest)
    fee = _fee(body, facts, given)
    if isinstance(fee, Code):
        return refuse(fee)
    refusal = confirmed(given, facts.key, body.buyer)
    if refusal is not None:
        return refuse(refusal)
    if body.price_minor + fee.fee_minor > facts.available_minor:
        return refuse(Code.insufficient_balance, fee_minor=fee.fee_minor)
    return _buy(instruction.id, body, sale, claim, buyer, seller, facts.pool, fee, given)


# ── checks ───────────────────────────────────────────────────────────────────
def _persons(buyer: Holder, seller: Holder, facts: Facts) -> Code | None:
    assert facts.borrower is not None and facts.listing is not None
    if buyer.pool != facts.listing.pool:
        return Code.pool_differs
    if buyer.person == seller.person:
        return Code.buyer_is_seller
    if buyer.person == facts.borrower.person:
        return Code.borrower_is_lender
    if any(guarantee.person == buyer.person for guarantee in facts.guarantees):
        return Code.guarantor_is_party
    return None


def _price(body: Body, sale: ClaimSale) -> int:
    """Return what is compared with the floor."""
    return body.price_minor - (body.accrued_minor if sale.accrued == "added" else 0)


def _fee(body: Body, facts: Facts, given: Given) -> Charge | Code:
    if not body.fee_item:
        return NO_FEE
    return charge(facts.schedule, facts.consent, body.fee_item, body.price_minor, given.business_date)


# ── effects ──────────────────────────────────────────────────────────────────
def _buy(
    name: str, body: Body, sale: ClaimSale, claim: Claim, buyer: Holder, seller: Holder, pool: Pool, fee: Charge,
    given: Given,
) -> Decision:  # fmt: skip
    seq, price = given.seq, body.price_minor
    postings: tuple[Posting, ...] = (
        purchase_hold(buyer=buyer, amount_minor=price, authority=seq, opened=seq),
        purchase(buyer=buyer, seller=seller, amount_minor=price, authority=seq, opened=seq),
    )
    if fee.fee_minor:
        postings += (purchase_fee(buyer=buyer, pool=pool, amount_minor=fee.fee_minor, authority=fee.authority),)
    charged = (FeeCharge(name, buyer.id, fee.fee_minor, 0, seq),) if fee.fee_minor else ()
    left, bought = register.sold(claim, body.share_minor, name=name, buyer=buyer.id, day=given.business_date, seq=seq)
    sale, left, move = _sold(sale, left, body.share_minor)
    return Decision(
        Code.done, postings=postings, adds=(bought, *charged), moves=(move,),
        changes=(sale, left, *(() if fee.consent is None else (fee.consent,))),
        claim_moves=(register.moved(claim, left), register.moved(None, bought)), authority=given.confirmation,
        answer={"claim": name, "fee_minor": fee.fee_minor},
    )  # fmt: skip


def _sold(sale: ClaimSale, claim: Claim, share_minor: int) -> tuple[ClaimSale, Claim, Move]:
    """Return the sale and the seller's claim after a share of it was sold; a claim of which nothing is left is gone."""
    event = "sold_in_full" if share_minor == sale.left_minor else "sold_in_part"
    state = CLAIM_SALE.after(sale.state, event)
    sale = replace(sale, sold_minor=sale.sold_minor + share_minor, state=state)
    if not claim.principal_minor:
        claim = replace(claim, state=CLAIM.after(claim.state, "sold_in_full"))
    elif event == "sold_in_full":
        claim = replace(claim, state=CLAIM.after(claim.state, "sale_ended"))
    return sale, claim, Move("claim_sale", sale.id, event, state)
