"""Disbursement (放款): a full listing's money goes to the borrower, all or nothing, and becomes the lenders' claims.

When    the platform asks, while the listing is full; raising with its time over only where the pack disburses a part
Reads   the listing, its open holds, their owners and what clears the hold of one under a legal order, the borrower,
        his trustee payees, the pool, the fee schedule he confirmed
Posts   Dr 2020 lender / Cr 2010 borrower, Dr 2125 / Cr 2010 borrower, for each; Dr 2010 borrower / Cr 2110 the fee;
        Dr 2010 borrower / Cr 2010 trustee, one a payee;
        above 2,000 holds the parent fixes all figures and posts nothing, a run does, step by step
Returns Decision; the borrower's confirmation of the registration stands, to receive he gives none
Order   listing, its state and term, the holds named, the borrower, the fee, the trustee payees, the holds, the plan
Source  domain.md (c.3) C7, C9, S-08, S-12; domain-decisions.md 11, 12, 14, 16, 18, 28; design/lanes.md 13
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import (
    FeeCharge,
    FeeConsent,
    FeeSchedule,
    Hold,
    HoldClearance,
    Holder,
    Listing,
    OrderHere,
    PlanRow,
    Pool,
)
from cunguan.ledger.book import Book
from cunguan.ledger.chart import pool_account
from cunguan.ledger.templates.disbursement import disbursement_fee
from cunguan.operations import runs
from cunguan.operations.fees import NO_FEE, Charge, charge, consented
from cunguan.operations.lending import Bid, bids, captured, moved, pairs, plan_of
from cunguan.operations.places import POOL_WORKS
from cunguan.operations.related_party import is_related
from cunguan.operations.trustees import Trustee, of_listing, paid
from cunguan.policy.evaluate import PACKS

KIND = "disbursement"
VERSION = 1
LANE = "platform"

STATE_CODE = {
    "disbursing": Code.listing_disbursing,
    "disbursed": Code.listing_has_captures,
    "repaid": Code.listing_has_captures,
    "failing": Code.raise_failing,
}

#: a hold stands whatever its owner does later; only a lock, an order or a death stops its capture
CAPTURED_FROM = frozenset({"active", "suspended", "dormant", "closing"})

#: money may come into a locked account (domain-decisions.md 29), not into one that never opened or is closed
PAID_INTO = CAPTURED_FROM | {"locked"}


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A disbursement; `holds` are the bids the platform means, all of the listing's, or empty for the same."""

    listing: str
    holds: tuple[str, ...] = ()


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a disbursement depends on."""

    listing: Listing | None
    borrower: Holder | None
    pool: Pool | None
    schedule: FeeSchedule | None
    consent: FeeConsent | None
    bids: list[Bid]
    named: dict[str, Hold | None]
    barred: frozenset[str]  # bids of clients under a legal order, which nobody has cleared
    trustees: list[Trustee] = []


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a disbursement."""
    body = instruction.body
    assert isinstance(body, Body)
    listing = book.get(Listing, body.listing)
    if listing is None or listing.state not in ("raising", "full"):
        return Facts(listing, None, None, None, None, [], {}, frozenset())
    borrower, pool = book.get(Holder, listing.borrower), book.get(Pool, listing.pool)
    schedule, consent = consented(book, listing.borrower, listing.fee_schedule) if listing.fee_item else (None, None)
    found = pairs(book.find(Hold, "listing", listing.id))
    owners = list(dict.fromkeys(hold.owner for hold, _ in found))
    lenders = dict(zip(owners, book.many(Holder, owners), strict=True))
    named = dict(zip(body.holds, book.many(Hold, body.holds), strict=True))
    these = bids(found, lenders)
    return Facts(
        listing, borrower, pool, schedule, consent, these, named, _barred(these, book), of_listing(book, listing.id)
    )


def _barred(these: Sequence[Bid], book: Book) -> frozenset[str]:
    """Return the bids of clients under an order that are not cleared since; of all others nothing is read."""
    under = [bid for bid in these if bid.lender is not None and bid.lender.legal_orders]
    cleared = book.many(HoldClearance, [bid.hold.id for bid in under])
    return frozenset(
        bid.hold.id
        for bid, word in zip(under, cleared, strict=True)
        if bid.lender and (word is None or word.seq < _last_order(book, bid.lender.person))
    )


def _last_order(book: Book, person: str) -> int:
    return max(order.seq for order in book.find(OrderHere, "person", person) if order.state == "in_force")


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one disbursement."""
    body = instruction.body
    assert isinstance(body, Body)
    listing, borrower, pool = facts.listing, facts.borrower, facts.pool
    if listing is None:
        return refuse(Code.listing_not_found)
    if listing.state in STATE_CODE:
        return refuse(STATE_CODE[listing.state])
    if listing.state != "full" and not _is_part(listing, given):
        return refuse(Code.listing_not_full, f"the listing is {listing.state}")
    assert borrower is not None and pool is not None
    if pool.state not in POOL_WORKS:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    if listing.full_by is not None and given.business_date > listing.full_by:
        return refuse(Code.raise_ended, "the listing was to be disbursed by full_by; raise_failure gives all back")
    wrong = _named(body.holds, facts)
    if wrong is not None:
        return refuse(wrong)
    if borrower.state not in PAID_INTO:
        return refuse(Code.account_not_active, f"the borrower's account is {borrower.state}")
    fee = _fee(listing, facts, given)
    if isinstance(fee, Code):
        return refuse(fee)
    if fee.fee_minor > listing.held_minor:
        return refuse(Code.insufficient_fee_money, fee_minor=fee.fee_minor)
    refusal = _trustees(facts.trustees, listing.held_minor - fee.fee_minor)
    if refusal is not None:
        return refusal
    unusable = [
        bid.hold.id for bid in facts.bids if bid.hold.id in facts.barred or not _is_usable(bid, listing, pool, given)
    ]
    if unusable:
        return refuse(Code.hold_unusable, "nothing moved", holds=unusable)
    lent = sum(bid.amount_minor for bid in facts.bids)
    assert lent == listing.held_minor, "the listing counts other holds than there are"
    listing = replace(listing, disbursed_date=given.business_date)
    try:
        rows = plan_of(listing, lent)
    except ValueError as error:
        return refuse(Code.schedule_malformed, str(error))
    if sum(1 if bid.packet is None else 2 for bid in facts.bids) > runs.ATOMIC_ITEMS:
        return _start(instruction.id, listing, facts.bids, fee, facts.trustees, given)
    return _at_once(instruction.id, listing, borrower, pool, facts.bids, rows, fee, facts.trustees, given)


# ── checks ───────────────────────────────────────────────────────────────────
def _is_part(listing: Listing, given: Given) -> bool:
    may = bool(PACKS[given.pack].params.get("disburse_part"))
    return may and listing.state == "raising" and given.business_date > listing.raise_until and listing.held_minor > 0


def _named(holds: Sequence[str], facts: Facts) -> Code | None:
    if not holds:
        return None
    assert facts.listing is not None
    if len(set(holds)) != len(holds):
        return Code.duplicate_detail
    for hold in facts.named.values():
        if hold is None:
            return Code.hold_not_found
        if hold.purpose != "bid":
            return Code.hold_purpose_differs
        if hold.listing != facts.listing.id:
            return Code.hold_listing_differs
        if hold.state != "open":
            return Code.hold_not_open
    if len(holds) != len(facts.bids):
        return Code.details_missing
    return None


def _fee(listing: Listing, facts: Facts, given: Given) -> Charge | Code:
    """Return the fee on what is lent, by the schedule the borrower confirmed."""
    if not listing.fee_item:
        return NO_FEE
    return charge(facts.schedule, facts.consent, listing.fee_item, listing.held_minor, given.business_date)


def _trustees(trustees: Sequence[Trustee], net_minor: int) -> Decision | None:
    """Return why the third payees the borrower named cannot be paid, or None; nothing goes to him instead."""
    pending = [trustee.payee.id for trustee in trustees if trustee.payee.state == "pending_review"]
    if pending:
        return refuse(Code.trustee_payee_pending, "two people of the custodian look at it first", payees=pending)
    for trustee in trustees:
        if is_related(trustee.related):
            return refuse(Code.related_party, "it became one since the review", payee=trustee.payee.id)
        if trustee.holder.state not in PAID_INTO:
            return refuse(Code.payee_not_allowed, f"its account is {trustee.holder.state}", payee=trustee.payee.id)
    asked = sum(trustee.payee.amount_minor for trustee in trustees)
    if asked > net_minor:
        return refuse(Code.details_differ, "the trustee payees get more than the loan brings", net_minor=net_minor)
    return None


def _is_usable(bid: Bid, listing: Listing, pool: Pool, given: Given) -> bool:
    hold, packet, lender = bid.hold, bid.packet, bid.lender
    if lender is None or lender.state not in CAPTURED_FROM or lender.pool != listing.pool:
        return False
    if hold.purpose != "bid" or hold.account != lender.held or hold.release_by < given.business_date:
        return False
    if packet is None:
        return True
    return packet.purpose == "marketing_bid" and packet.account == pool_account(pool.base, "2125")


# ── effects ──────────────────────────────────────────────────────────────────
def _start(
    run_id: str, listing: Listing, these: Sequence[Bid], fee: Charge, trustees: Sequence[Trustee], given: Given
) -> Decision:
    run, items = runs.of_holds(
        run_id, [(bid.hold, bid.packet) for bid in these], kind=KIND, listing=listing.id, holder=listing.borrower,
        seq=given.seq, fee_minor=fee.fee_minor, fee_authority=fee.authority,
    )  # fmt: skip
    items += runs.of_trustees(run_id, items, [trustee.payee for trustee in trustees])
    listing, move = moved(listing, "run_started")
    return Decision(
        Code.done, adds=(run, *items), changes=(listing, *_charged(fee)), moves=(move,),
        answer={"lent_minor": run.total_minor, "fee_minor": fee.fee_minor, "steps": run.steps},
    )  # fmt: skip


def _at_once(
    instruction_id: str,
    listing: Listing,
    borrower: Holder,
    pool: Pool,
    these: Sequence[Bid],
    rows: Sequence[PlanRow],
    fee: Charge,
    trustees: Sequence[Trustee],
    given: Given,
) -> Decision:
    effect = captured(these, borrower, listing, given.seq)
    lent, postings = effect.amount_minor, effect.postings
    if fee.fee_minor:
        postings.append(
            disbursement_fee(borrower=borrower, pool=pool, amount_minor=fee.fee_minor, authority=fee.authority)
        )
        effect.adds.append(FeeCharge(instruction_id, borrower.id, fee.fee_minor, 0, given.seq))
    changes, moves = [], []
    for trustee in trustees:
        postings.append(trustee.pays(borrower, trustee.payee.amount_minor))
        payee, move = paid(trustee.payee)
        changes.append(payee)
        moves.append(move)
    listing, move = moved(replace(listing, held_minor=0, lent_minor=lent), "disbursed")
    return Decision(
        Code.done, postings=tuple(postings), adds=(*effect.adds, *rows), moves=(*moves, move),
        changes=(*effect.changes, listing, *_charged(fee), *changes), claim_moves=tuple(effect.claim_moves),
        answer={"lent_minor": lent, "fee_minor": fee.fee_minor},
    )  # fmt: skip


def _charged(fee: Charge) -> tuple[FeeConsent, ...]:
    return () if fee.consent is None else (fee.consent,)
