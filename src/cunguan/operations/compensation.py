"""Compensation (代偿): a guarantor pays the lenders what is overdue of one plan row, and takes their place for it.

When    the guarantor confirms it; direct (直接代偿) or indirect (间接代偿): that one is shown to the borrower as paid on
        his behalf, the money goes the same way
Reads   the listing, its plan, claims and their open sales, its guarantees, the guarantor and his money, the lenders,
        his key, related parties
Posts   Dr 2010 guarantor / Cr 2010 lender, one a claim, in one journal; above 2,000 claims the parent posts
        Dr 2010 guarantor / Cr 2020 guarantor, a run pays from it step by step
Returns Decision; the principal paid becomes the guarantor's claim, interest and late charge his recourse (代位), behind
        the lenders until they have all; its id is the instruction's
Order   amounts, listing, pool, guarantor, guarantee, the platform's own, row, overdue, run, amounts due, confirmation, balance
Source  domain.md (c.3) C12, C13; domain-decisions.md 19, 20; invariants 21, 23, 26, 46

A row is overdue from the day after its last day of grace. What the guarantor may ask of the borrower is what he paid:
no charge for late payment runs on it.
"""

from collections.abc import Sequence
from functools import partial

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import (
    Claim,
    ClaimSale,
    Guarantee,
    Hold,
    Holder,
    Listing,
    PlanRow,
    Pool,
    RelatedParty,
)
from cunguan.ledger import claims as register
from cunguan.ledger.book import Book
from cunguan.ledger.claims import Share
from cunguan.ledger.templates.compensation import compensation, compensation_hold
from cunguan.operations import runs
from cunguan.operations.authority import Signer, confirmed, signer_of, usable
from cunguan.operations.claim_sales import open_sales
from cunguan.operations.lending import above_due, compensated, open_run, paid_out, plan_row_id, recourse_claim, rest
from cunguan.operations.places import POOL_WORKS
from cunguan.operations.related_party import is_related
from cunguan.policy.evaluate import PACKS

KIND = "compensation"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A compensation of one plan row, by its number."""

    listing: str
    guarantor: str
    plan_row: int
    principal_minor: int
    interest_minor: int
    late_minor: int = 0
    indirect: bool = False

    @property
    def amount_minor(self) -> int:
        """What the guarantor pays in all."""
        return self.principal_minor + self.interest_minor + self.late_minor


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a compensation depends on; `claims` are the lenders', `sales` the open ones, by claim."""

    listing: Listing | None
    guarantor: Holder | None
    key: Signer | None
    related: RelatedParty | None
    guarantees: Sequence[Guarantee]
    pool: Pool | None
    row: PlanRow | None
    claims: list[Claim]
    lenders: dict[str, Holder | None]
    sales: dict[str, ClaimSale]
    open_run: str
    available_minor: int


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the guarantor confirms."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(
        lane, instruction.id, "P", body.guarantor, KIND, body.amount_minor, body.listing, body.listing, ""
    )


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a compensation."""
    body = instruction.body
    assert isinstance(body, Body)
    listing, guarantor = book.get(Listing, body.listing), book.get(Holder, body.guarantor)
    claims: list[Claim] = []
    if listing is not None and listing.state == "disbursed":
        claims = register.of_rank(book.find(Claim, "listing", listing.id), register.LENDERS)
    holders = list(dict.fromkeys(claim.holder for claim in claims))
    return Facts(
        listing=listing,
        guarantor=guarantor,
        key=None if guarantor is None else signer_of(book, guarantor, given),
        related=None if guarantor is None else book.get(RelatedParty, guarantor.person),
        guarantees=book.find(Guarantee, "listing", body.listing),
        pool=None if listing is None else book.get(Pool, listing.pool),
        row=book.get(PlanRow, plan_row_id(body.listing, body.plan_row)),
        claims=claims,
        lenders=dict(zip(holders, book.many(Holder, holders), strict=True)),
        sales=open_sales(book, body.listing, claims),
        open_run=open_run(book, body.listing),
        available_minor=0 if guarantor is None else book.balance(guarantor.available),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one compensation."""
    body = instruction.body
    assert isinstance(body, Body)
    listing, guarantor, pool, row = facts.listing, facts.guarantor, facts.pool, facts.row
    if min(body.principal_minor, body.interest_minor, body.late_minor) < 0 or body.amount_minor == 0:
        return refuse(Code.amount_not_positive)
    if listing is None:
        return refuse(Code.listing_not_found)
    if listing.state == "disbursing":
        return refuse(Code.listing_disbursing)
    if listing.state != "disbursed":
        return refuse(Code.listing_not_disbursed, f"the listing is {listing.state}")
    assert pool is not None
    if pool.state not in POOL_WORKS:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    refusal = usable(guarantor, "guarantor")
    if refusal is not None:
        return refuse(refusal)
    assert guarantor is not None
    if not any(guarantee.guarantor == guarantor.id for guarantee in facts.guarantees):
        return refuse(Code.guarantor_not_registered)
    if is_related(facts.related):
        return refuse(Code.platform_may_not_guarantee, "it became the platform's own since")
    if row is None:
        return refuse(Code.plan_row_not_found)
    if not any(rest(row)):
        return refuse(Code.plan_row_paid)
    if (given.business_date - row.due_date).days <= listing.grace_days:
        return refuse(Code.not_overdue)
    if facts.open_run:
        return refuse(Code.state_forbids, "a run still pays to the lenders of this listing", run=facts.open_run)
    refusal = above_due(
        row, listing, given, principal_minor=body.principal_minor, interest_minor=body.interest_minor,
        late_minor=body.late_minor,
    )  # fmt: skip
    if refusal is not None:
        return refuse(refusal)
    refusal = confirmed(given, facts.key, body.guarantor)
    if refusal is not None:
        return refuse(refusal)
    if body.amount_minor > facts.available_minor:
        return refuse(Code.insufficient_balance)
    shares = register.shares(
        facts.claims, principal_minor=body.principal_minor, interest_minor=body.interest_minor,
        late_minor=body.late_minor, plan_row=body.plan_row,
    )  # fmt: skip
    paying = [share for share in shares if share.amount_minor]
    if len(paying) > runs.ATOMIC_ITEMS:
        return _start(instruction.id, body, guarantor, row, paying, given)
    return _at_once(instruction.id, body, guarantor, row, paying, facts, given)


# ── effects ──────────────────────────────────────────────────────────────────
def _at_once(
    name: str, body: Body, guarantor: Holder, row: PlanRow, paying: Sequence[Share], facts: Facts, given: Given
) -> Decision:
    pay = partial(compensation, guarantor=guarantor, authority=given.seq)
    effect = paid_out(paying, pay, facts.lenders, facts.sales, KIND)
    assert effect.amount_minor == body.amount_minor, "the shares are not the amount"
    gained = register.subrogated(recourse_claim(name, body.listing, guarantor.id, given), paying)
    row = compensated(
        row, principal_minor=body.principal_minor, interest_minor=body.interest_minor, late_minor=body.late_minor
    )
    return Decision(
        Code.done, postings=tuple(effect.postings), adds=(gained,), changes=(*effect.changes, row),
        moves=tuple(effect.moves), claim_moves=(*effect.claim_moves, register.moved(None, gained)),
        authority=given.confirmation, answer={"paid_minor": body.amount_minor, "claims": len(paying)},
    )  # fmt: skip


def _start(run_id: str, body: Body, guarantor: Holder, row: PlanRow, paying: Sequence[Share], given: Given) -> Decision:
    amount, seq = body.amount_minor, given.seq
    run, items = runs.of_shares(
        run_id, paying, kind=KIND, listing=body.listing, holder=guarantor.id, plan_row=row.id, authority=seq, seq=seq
    )
    assert run.total_minor == amount, "the shares are not the amount"
    pack = PACKS[given.pack]
    release_by = pack.calendar.add_working_days(given.business_date, pack.params["full_working_days"])
    hold = Hold(run_id, guarantor.id, guarantor.held, KIND, body.listing, amount, 0, 0, release_by, seq, seq, "open")
    return Decision(
        Code.done,
        postings=(compensation_hold(guarantor=guarantor, amount_minor=amount, authority=seq, opened=seq),),
        adds=(hold, run, *items), authority=given.confirmation,
        answer={"paid_minor": amount, "claims": len(paying), "steps": run.steps},
    )  # fmt: skip
