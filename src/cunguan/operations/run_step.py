"""Run step (批次分步): one step of a disbursement, failed raise, repayment or compensation too large for one journal.

When    the plane goes on with a run, step by step, between other instructions; its id is step:<run>:<step>
Reads   the run, its items of this step, their holds or claims, their owners, the listing, the borrower, the pool
Posts   what the parent fixed: captures with their part of the fee and of trustee payees, releases, or payments from
        the parent's hold
Returns Decision; after the last step the run is finished and the listing disbursed, failed, or its row paid
Order   run, step
Source  design/lanes.md 13; domain-decisions.md 16, 17, 17b; S-07

No step fails for money, nor for what happened to a client since: his authority stood when the parent fixed all.
An id is not insisted upon: a step is taken once because the run counts, whatever the id it comes under.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypedDict, TypeVar

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import step_id
from cunguan.kernel.instruction import Decision, Given, Instruction, Posting, refuse
from cunguan.kernel.rows import (
    Claim,
    ClaimSale,
    FeeCharge,
    Hold,
    Holder,
    Listing,
    Move,
    PlanRow,
    Pool,
    Row,
    Run,
    RunItem,
)
from cunguan.ledger import claims as register
from cunguan.ledger.book import Book
from cunguan.ledger.claims import Share
from cunguan.ledger.templates.compensation import compensation_step
from cunguan.ledger.templates.disbursement import disbursement_fee
from cunguan.ledger.templates.repayment import repayment
from cunguan.operations.claim_sales import open_sales
from cunguan.operations.lending import (
    bids,
    booked,
    captured,
    compensated,
    give_back,
    moved,
    paid_out,
    pairs,
    plan_of,
    recourse_claim,
    released,
)
from cunguan.operations.mandates import Mandates, mandates_of
from cunguan.operations.trustees import Trustee, of_listing, paid
from cunguan.states.hold import HOLD
from cunguan.states.run import RUN

R = TypeVar("R", bound=Row)

KIND = "run_step"
VERSION = 1
LANE = "platform"
ID_PREFIX = "step:"

#: runs that pay the holders of claims from the parent's hold
PAYS_CLAIMS = frozenset({"repayment", "compensation"})


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step: of which run, and which; the first is 1."""

    run: str
    step: int


class Sums(TypedDict):
    """What the items of a step pay in all."""

    principal_minor: int
    interest_minor: int
    late_minor: int


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a step depends on; holds and claims stand in the order of the items, `gained` is a guarantor's own."""

    run: Run | None
    listing: Listing | None = None
    pool: Pool | None = None
    borrower: Holder | None = None
    items: Sequence[RunItem] = ()
    holds: Sequence[Hold] = ()
    claims: Sequence[Claim] = ()
    owners: dict[str, Holder | None] = msgspec.field(default_factory=dict)
    rows: Sequence[PlanRow] = ()
    reserved: Hold | None = None
    mandates: Mandates = msgspec.field(default_factory=dict)
    sales: dict[str, ClaimSale] = msgspec.field(default_factory=dict)
    gained: Claim | None = None
    trustees: dict[str, Trustee] = msgspec.field(default_factory=dict)


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a step."""
    body = instruction.body
    assert isinstance(body, Body)
    run = book.get(Run, body.run)
    if run is None or run.state != "running" or body.step != run.next_step:
        return Facts(run)
    listing = book.get(Listing, run.listing)
    assert listing is not None, f"run {run.id} has no listing"
    items = book.find(RunItem, "step", step_id(run.id, run.next_step))
    owners = list(dict.fromkeys(item.holder for item in items))
    facts = Facts(
        run=run,
        listing=listing,
        pool=book.get(Pool, listing.pool),
        borrower=book.get(Holder, run.holder),
        items=items,
        owners=dict(zip(owners, book.many(Holder, owners), strict=True)),
    )
    return _of_claims(run, facts, book) if run.kind in PAYS_CLAIMS else _of_holds(run, facts, book)


def _of_holds(run: Run, facts: Facts, book: Book) -> Facts:
    trustees = {trustee.payee.id: trustee for trustee in of_listing(book, run.listing)}
    holds = _all(book.many(Hold, [item.subject for item in facts.items if item.subject not in trustees]))
    mandates = mandates_of(book, holds) if run.kind == "raise_failure" else {}
    return replace(facts, holds=holds, trustees=trustees, mandates=mandates)


def _of_claims(run: Run, facts: Facts, book: Book) -> Facts:
    claims = _all(book.many(Claim, [item.subject for item in facts.items]))
    return replace(
        facts,
        claims=claims,
        rows=book.find(PlanRow, "listing", run.listing),
        reserved=book.get(Hold, run.id),
        sales=open_sales(book, run.listing, claims),
        gained=book.get(Claim, run.id) if run.kind == "compensation" else None,
    )


def _all(rows: Sequence[R | None]) -> list[R]:
    found = [row for row in rows if row is not None]
    assert len(found) == len(rows), "an item of a run names a row that is not there"
    return found


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one step."""
    body, run = instruction.body, facts.run
    assert isinstance(body, Body)
    if run is None:
        return refuse(Code.run_not_found)
    if run.state == "finished":
        return refuse(Code.run_finished)
    if body.step != run.next_step:
        return refuse(Code.run_step_not_next, next_step=run.next_step)
    assert facts.items, f"step {body.step} of run {run.id} has no items"
    is_last = run.next_step == run.steps
    event = "last_item_posted" if is_last else "item_posted"
    state = RUN.after(run.state, event)
    decision = _STEPS[run.kind](run, facts, is_last, given)
    return replace(
        decision,
        changes=(*decision.changes, replace(run, next_step=run.next_step + 1, state=state)),
        moves=(*decision.moves, Move("run", run.id, event, state)),
        answer={"step": body.step, "steps": run.steps, "items": len(facts.items)},
    )


def _disbursement(run: Run, facts: Facts, is_last: bool, given: Given) -> Decision:
    listing, pool, borrower = facts.listing, facts.pool, facts.borrower
    assert listing is not None and pool is not None and borrower is not None
    effect = captured(bids(pairs(facts.holds), facts.owners), borrower, listing, given.seq)
    _as_fixed(effect.amount_minor, [item for item in facts.items if item.subject not in facts.trustees])
    fee = sum(item.fee_minor for item in facts.items)
    postings: tuple[Posting, ...] = tuple(effect.postings)
    if fee:
        postings += (disbursement_fee(borrower=borrower, pool=pool, amount_minor=fee, authority=run.fee_authority),)
        effect.adds.append(FeeCharge(step_id(run.id, run.next_step), borrower.id, fee, 0, given.seq))
    postings += tuple(
        facts.trustees[item.subject].pays(borrower, item.principal_minor)
        for item in facts.items
        if item.subject in facts.trustees
    )
    listing = replace(
        listing,
        held_minor=listing.held_minor - effect.amount_minor,
        lent_minor=listing.lent_minor + effect.amount_minor,
    )
    moves: list[Move] = []
    adds: list[Row] = effect.adds
    changes: list[Row] = effect.changes
    if is_last:
        assert listing.lent_minor == run.total_minor, f"run {run.id} lent another sum than it fixed"
        for trustee in facts.trustees.values():
            payee, move = paid(trustee.payee)
            changes.append(payee)
            moves.append(move)
        listing, move = moved(listing, "disbursed")
        moves, adds = [*moves, move], [*adds, *plan_of(listing, listing.lent_minor)]
    return Decision(
        Code.done, postings=postings, adds=tuple(adds), changes=(*changes, listing), moves=tuple(moves),
        claim_moves=tuple(effect.claim_moves),
    )  # fmt: skip


def _raise_failure(run: Run, facts: Facts, is_last: bool, given: Given) -> Decision:
    listing, pool = facts.listing, facts.pool
    assert listing is not None and pool is not None
    effect = released(bids(pairs(facts.holds), facts.owners), pool, facts.mandates)
    _as_fixed(effect.amount_minor, facts.items)
    listing = replace(listing, held_minor=listing.held_minor - effect.amount_minor)
    moves: tuple[Move, ...] = ()
    adds: tuple[Row, ...] = ()
    if is_last:
        assert listing.held_minor == 0, f"run {run.id} left money held for a failed listing"
        listing, move = moved(listing, "all_released")
        moves, adds = (move,), give_back(listing, given)
    return Decision(
        Code.done, postings=tuple(effect.postings), adds=adds, changes=(*effect.changes, listing), moves=moves
    )


def _repayment(run: Run, facts: Facts, is_last: bool, given: Given) -> Decision:
    listing, borrower = facts.listing, facts.borrower
    assert listing is not None and borrower is not None
    shares = _shares(facts)
    pay = partial(repayment, borrower=borrower, authority=run.authority, opened=run.seq)
    effect = paid_out(shares, pay, facts.owners, facts.sales, run.kind)
    number = next(row.number for row in facts.rows if row.id == run.plan_row)
    rows, moves, messages = booked(listing, facts.rows, number, given=given, is_last=is_last, **_sums(shares))
    return Decision(
        Code.done, postings=tuple(effect.postings), adds=messages,
        changes=(*effect.changes, _reserved(run, facts, effect.amount_minor, is_last), *rows),
        moves=(*effect.moves, *moves), claim_moves=tuple(effect.claim_moves),
    )  # fmt: skip


def _compensation(run: Run, facts: Facts, is_last: bool, given: Given) -> Decision:
    guarantor = facts.borrower  # the holder of the run
    assert guarantor is not None
    shares = _shares(facts)
    pay = partial(compensation_step, guarantor=guarantor, authority=run.authority, opened=run.seq)
    effect = paid_out(shares, pay, facts.owners, facts.sales, run.kind)
    gained = register.subrogated(facts.gained or recourse_claim(run.id, run.listing, run.holder, given), shares)
    row = next(row for row in facts.rows if row.id == run.plan_row)
    row = compensated(row, **_sums(shares))
    changes = (*effect.changes, _reserved(run, facts, effect.amount_minor, is_last), row)
    return Decision(
        Code.done, postings=tuple(effect.postings), adds=() if facts.gained else (gained,),
        changes=(*changes, gained) if facts.gained else changes, moves=tuple(effect.moves),
        claim_moves=(*effect.claim_moves, register.moved(facts.gained, gained)),
    )  # fmt: skip


def _shares(facts: Facts) -> list[Share]:
    return [
        Share(claim, item.principal_minor, item.interest_minor, item.late_minor)
        for claim, item in zip(facts.claims, facts.items, strict=True)
    ]


def _sums(shares: Sequence[Share]) -> Sums:
    return Sums(
        principal_minor=sum(share.principal_minor for share in shares),
        interest_minor=sum(share.interest_minor for share in shares),
        late_minor=sum(share.late_minor for share in shares),
    )


def _reserved(run: Run, facts: Facts, amount_minor: int, is_last: bool) -> Hold:
    assert facts.reserved is not None
    reserved = _captured_from(facts.reserved, amount_minor)
    assert (reserved.state == "captured") is is_last, f"run {run.id} pays another sum than it holds"
    return reserved


def _captured_from(hold: Hold, amount_minor: int) -> Hold:
    event = "captured_in_full" if amount_minor == hold.remaining_minor else "captured_in_part"
    return replace(hold, captured_minor=hold.captured_minor + amount_minor, state=HOLD.after(hold.state, event))


def _as_fixed(amount_minor: int, items: Sequence[RunItem]) -> None:
    assert amount_minor == sum(item.principal_minor for item in items), "the holds are not as the parent fixed them"


_STEPS: dict[str, Callable[[Run, Facts, bool, Given], Decision]] = {
    "disbursement": _disbursement,
    "raise_failure": _raise_failure,
    "repayment": _repayment,
    "compensation": _compensation,
}
