"""Lending (借贷): what captures, releases and repayments do to holds, claims and listing, for one journal or one step.

When    a listing is disbursed, fails, is repaid or compensated: the atomic way and the run call the same functions
Shape   Bid: a lender's open hold, the red packet beside it, and the lender; Effect: postings and rows of some of them
Units   minor units; listing.held_minor is what open holds hold, lent_minor what was captured: raised is their sum
Source  domain-decisions.md 14, 16, 17, 18, 19, 20; design/lanes.md 13
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Given, Posting
from cunguan.kernel.rows import (
    Claim,
    ClaimMove,
    ClaimSale,
    Hold,
    Holder,
    Listing,
    Message,
    Move,
    PlanRow,
    Pool,
    Row,
    Run,
)
from cunguan.ledger import claims as register
from cunguan.ledger import schedule
from cunguan.ledger.book import Book
from cunguan.ledger.templates.disbursement import capture, marketing_capture
from cunguan.ledger.templates.hold_release import hold_release, marketing_release
from cunguan.operations.claim_sales import ended
from cunguan.operations.mandates import Mandates, given_back
from cunguan.states.claim import CLAIM
from cunguan.states.hold import HOLD
from cunguan.states.listing import LISTING
from cunguan.states.plan_row import PLAN_ROW

MARKETING = ":marketing"


class Bid(msgspec.Struct, frozen=True, gc=False):
    """An open bid; `lender` is None when the books know no such holder."""

    hold: Hold
    packet: Hold | None
    lender: Holder | None

    @property
    def amount_minor(self) -> int:
        """The lender's own money and the red packet: what his claim will be."""
        return self.hold.remaining_minor + (0 if self.packet is None else self.packet.remaining_minor)


class Effect(msgspec.Struct):
    """What some bids or shares do; Σ `amount_minor` is the money that moved."""

    postings: list[Posting]
    adds: list[Row]
    changes: list[Row]
    claim_moves: list[ClaimMove]
    amount_minor: int
    moves: list[Move] = []


# ── bids ─────────────────────────────────────────────────────────────────────
def pairs(holds: Iterable[Hold]) -> list[tuple[Hold, Hold | None]]:
    """Return each bid's open hold with its red packet's, in the order of the bids' ids."""
    live = sorted((hold for hold in holds if hold.state == "open"), key=lambda hold: hold.id)
    packets = {hold.id: hold for hold in live if hold.purpose == "marketing_bid"}
    found = [(hold, packets.pop(hold.id + MARKETING, None)) for hold in live if hold.purpose != "marketing_bid"]
    assert not packets, f"red packets are held without a bid: {sorted(packets)}"
    return found


def bids(found: Sequence[tuple[Hold, Hold | None]], lenders: Mapping[str, Holder | None]) -> list[Bid]:
    """Return the bids with their lenders."""
    return [Bid(hold, packet, lenders[hold.owner]) for hold, packet in found]


def captured(these: Sequence[Bid], borrower: Holder, listing: Listing, seq: int) -> Effect:
    """Pay bids out to the borrower; each becomes one claim, of the client's and the marketing part together."""
    postings: list[Posting] = []
    changes: list[Row] = []
    adds: list[Row] = []
    moves: list[ClaimMove] = []
    total = 0
    state = HOLD.after("open", "captured_in_full")
    for bid in these:
        hold, packet = bid.hold, bid.packet
        amount = hold.remaining_minor
        postings.append(capture(hold=hold, borrower=borrower, amount_minor=amount))
        changes.append(replace(hold, captured_minor=hold.captured_minor + amount, state=state))
        if packet is not None:
            part = packet.remaining_minor
            postings.append(marketing_capture(hold=packet, borrower=borrower, amount_minor=part))
            changes.append(replace(packet, captured_minor=packet.captured_minor + part, state=state))
            amount += part
        claim = Claim(hold.id, listing.id, hold.owner, 1, amount, amount, 0, 0, seq, "active")
        adds.append(claim)
        moves.append(register.moved(None, claim))
        total += amount
    return Effect(postings, adds, changes, moves, total)


def released(these: Sequence[Bid], pool: Pool, mandates: Mandates) -> Effect:
    """Give bids back to their lenders and their mandates' caps, and their red packets to the platform."""
    postings: list[Posting] = []
    changes: list[Row] = []
    total = 0
    for bid in these:
        assert bid.lender is not None, f"the owner of hold {bid.hold.id} has no account"
        for hold in (bid.hold,) if bid.packet is None else (bid.hold, bid.packet):
            amount = hold.remaining_minor
            postings.append(
                hold_release(hold=hold, owner=bid.lender, amount_minor=amount)
                if hold.purpose == "bid"
                else marketing_release(hold=hold, pool=pool, amount_minor=amount)
            )
            changes.append(release(hold, amount))
            total += amount
    changes += given_back(mandates, [(bid.hold.mandate, bid.hold.remaining_minor) for bid in these])
    return Effect(postings, [], changes, [], total)


def release(hold: Hold, amount_minor: int) -> Hold:
    """Return a hold after some of it was given back."""
    event = "released_in_full" if amount_minor == hold.remaining_minor else "released_in_part"
    return replace(hold, released_minor=hold.released_minor + amount_minor, state=HOLD.after(hold.state, event))


# ── the listing ──────────────────────────────────────────────────────────────
def moved(listing: Listing, event: str) -> tuple[Listing, Move]:
    """Return the listing after an event, and the move."""
    state = LISTING.after(listing.state, event)
    return replace(listing, state=state), Move("listing", listing.id, event, state)


def plan_of(listing: Listing, lent_minor: int) -> list[PlanRow]:
    """Return the plan rows of what a listing lent on its disbursed_date; ValueError when its rule makes none."""
    assert listing.disbursed_date is not None
    recorded = [(row.due_date, row.principal_minor, row.interest_minor) for row in listing.recorded]
    rows = schedule.plan(listing.rule, lent_minor, listing.rate_e6, listing.months, listing.disbursed_date, recorded)
    return [
        PlanRow(
            plan_row_id(listing.id, row.number), listing.id, row.number, row.due_date, row.principal_minor,
            row.interest_minor, 0, 0, 0, "planned",
        )
        for row in rows
    ]  # fmt: skip


def plan_row_id(listing: str, number: int) -> str:
    """Return the id of a plan row."""
    return f"{listing}:{number}"


def give_back(listing: Listing, given: Given) -> tuple[Message, ...]:
    """Return the message that gives the reservation across platforms back, when the listing has ended."""
    if not listing.reservation:
        return ()
    name = release_id(listing.reservation)
    body = {"reservation": listing.reservation, "amount_minor": None}  # all that is left of it
    payload = {"id": name, "kind": "limit_release", "body": body}
    return (Message(name, "lane:0", "limit_release", canonical_json(payload), given.seq, "waiting"),)


def release_id(reservation: str) -> str:
    """Return the id of the one instruction that gives a reservation back, whichever way it comes to that."""
    return f"{reservation}:release"


# ── repayment and compensation ───────────────────────────────────────────────
#: what a payment is for the claim it pays: for a part of the principal, for all that is left of it
PAID = {
    "repayment":    ("repaid_in_part",      "settled_in_full"),
    "compensation": ("compensated_in_part", "compensated_in_full"),
}  # fmt: skip


def paid_out(
    shares: Iterable[register.Share],
    pay: Callable[..., Posting],
    lenders: Mapping[str, Holder | None],
    sales: Mapping[str, ClaimSale],
    kind: str,
) -> Effect:
    """Pay shares to the holders of the claims, those of nothing left out.

    `pay` is the template with its payer; a sale whose share is not there any more lapses.
    """
    effect = Effect([], [], [], [], 0)
    for share in shares:
        if not share.amount_minor:
            continue
        lender = lenders[share.claim.holder]
        assert lender is not None, f"the holder of claim {share.claim.id} has no account"
        effect.postings.append(pay(lender=lender, amount_minor=share.amount_minor))
        claim = _paid(share, sales.get(share.claim.id), kind, effect)
        effect.changes.append(claim)
        effect.claim_moves.append(register.moved(share.claim, claim))
        effect.amount_minor += share.amount_minor
    return effect


def _paid(share: register.Share, sale: ClaimSale | None, kind: str, effect: Effect) -> Claim:
    claim = register.paid(share)
    if sale is not None and claim.principal_minor < sale.left_minor:
        sale, claim, move = ended(sale, claim, "claim_ended")
        effect.changes.append(sale)
        effect.moves.append(move)
    if not share.principal_minor:
        return claim
    in_part, in_full = PAID[kind]
    return replace(claim, state=CLAIM.after(claim.state, in_part if claim.principal_minor else in_full))


def open_run(book: Book, listing: str) -> str:
    """Return the run that still pays out a repayment or compensation of a disbursed listing, or nothing."""
    return next((run.id for run in book.find(Run, "listing", listing) if run.state == "running"), "")


def rest(row: PlanRow) -> tuple[int, int]:
    """Return the principal and interest of a plan row that the lenders may still ask."""
    return (
        row.principal_minor - row.paid_principal_minor - row.compensated_principal_minor,
        row.interest_minor - row.paid_interest_minor - row.compensated_interest_minor,
    )


def above_due(
    row: PlanRow, listing: Listing, given: Given, *, principal_minor: int, interest_minor: int, late_minor: int
) -> Code | None:
    """Return what of a payment to the lenders is above what they may ask of a plan row today, or None."""
    principal, interest = rest(row)
    if principal_minor > principal:
        return Code.principal_exceeds_due
    if interest_minor > interest:
        return Code.interest_exceeds_due
    if listing.late_rate_e6 is None:
        return None
    days = (given.business_date - row.due_date).days
    late = schedule.late_charge(principal + interest, listing.late_rate_e6, days, listing.grace_days)
    if late_minor > max(late - row.paid_late_minor - row.compensated_late_minor, 0):
        return Code.late_charge_exceeds_due
    return None


def is_paid(row: PlanRow) -> bool:
    """Test that the borrower owes nothing of a plan row, also to no guarantor; the amounts say it, not the state."""
    paid = row.paid_principal_minor == row.principal_minor and row.paid_interest_minor == row.interest_minor
    return paid and not row.compensated_late_minor


def booked(
    listing: Listing, rows: Sequence[PlanRow], number: int, *, principal_minor: int, interest_minor: int,
    late_minor: int, given: Given, is_last: bool = True, to_guarantors: bool = False,
) -> tuple[tuple[Row, ...], tuple[Move, ...], tuple[Message, ...]]:  # fmt: skip
    """Book a payment on a plan row and its listing: the rows changed, their moves, and what follows for lane 0.

    A step of a run that is not the last one leaves both open, whatever the sums say: late charge may still follow.
    What is paid `to_guarantors` is what they have paid for the row before.
    """
    row = next(row for row in rows if row.number == number)
    if to_guarantors:
        row = compensated(row, principal_minor=-principal_minor, interest_minor=-interest_minor, late_minor=-late_minor)
    row = replace(
        row,
        paid_principal_minor=row.paid_principal_minor + principal_minor,
        paid_interest_minor=row.paid_interest_minor + interest_minor,
        paid_late_minor=row.paid_late_minor + late_minor,
    )
    event = "paid_in_full" if is_last and is_paid(row) else "paid_in_part"
    row = replace(row, state=PLAN_ROW.after(row.state, event))
    moves: tuple[Move, ...] = (Move("plan_row", row.id, event, row.state),)
    listing = replace(
        listing,
        repaid_minor=listing.repaid_minor + principal_minor,
        interest_minor=listing.interest_minor + interest_minor,
        late_minor=listing.late_minor + late_minor,
    )
    all_paid = all(is_paid(row if other.number == number else other) for other in rows)
    if not is_last or listing.repaid_minor != listing.lent_minor or not all_paid:
        return (row, listing), moves, ()
    listing, move = moved(listing, "repaid_in_full")
    return (row, listing), (*moves, move), give_back(listing, given)


def compensated(row: PlanRow, *, principal_minor: int, interest_minor: int, late_minor: int) -> PlanRow:
    """Return a plan row after a guarantor paid so much of it: the lenders have it, the borrower owes it to him."""
    return replace(
        row,
        compensated_principal_minor=row.compensated_principal_minor + principal_minor,
        compensated_interest_minor=row.compensated_interest_minor + interest_minor,
        compensated_late_minor=row.compensated_late_minor + late_minor,
    )


def recourse_claim(name: str, listing: str, guarantor: str, given: Given) -> Claim:
    """Return the claim a compensation begins with: a guarantor's, of nothing yet, behind the lenders."""
    return Claim(name, listing, guarantor, register.GUARANTORS, 0, 0, 0, 0, given.seq, CLAIM.initial)
