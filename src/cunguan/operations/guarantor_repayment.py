"""Guarantor repayment (还代偿款): the borrower pays his guarantors back what they paid for one plan row.

When    he confirms it, or under his mandate for repayments; once the lenders have nothing to ask of any row
Reads   the listing, its plan, the guarantors' claims and accounts, the borrower and his money, mandate or key
Posts   Dr 2010 borrower / Cr 2010 guarantor, one a claim, pro rata by what each may still ask
Returns Decision; the last one ends the listing, and the reservation across platforms goes back
Order   amounts, listing, pool, borrower, row, lenders, amounts of recourse, authority, balance
Source  domain.md (c.3) C14; domain-decisions.md 19; S-31

A late charge that nobody has asked for yet is no claim of a lender: only what the plan says must be paid before.
"""

from functools import partial

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Claim, Holder, Listing, Mandate, PlanRow, Pool, Row
from cunguan.ledger import claims as register
from cunguan.ledger.book import Book
from cunguan.ledger.templates.guarantor_repayment import guarantor_repayment
from cunguan.operations.authority import Signer, confirmed, mandated, signer_of, usable
from cunguan.operations.lending import booked, rest
from cunguan.operations.places import POOL_WORKS
from cunguan.states.claim import CLAIM

KIND = "guarantor_repayment"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is paid back of one plan row, by its number."""

    listing: str
    borrower: str
    plan_row: int
    principal_minor: int
    interest_minor: int
    late_minor: int = 0
    mandate: str = ""

    @property
    def amount_minor(self) -> int:
        """What the borrower pays in all."""
        return self.principal_minor + self.interest_minor + self.late_minor


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What it depends on; `claims` are the guarantors'."""

    listing: Listing | None
    borrower: Holder | None
    pool: Pool | None
    key: Signer | None
    mandate: Mandate | None
    rows: list[PlanRow]
    claims: list[Claim]
    guarantors: dict[str, Holder | None]
    available_minor: int


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the borrower confirms; None when he cites a mandate."""
    body = instruction.body
    assert isinstance(body, Body)
    if body.mandate:
        return None
    return AuthorityText(
        lane, instruction.id, "P", body.borrower, KIND, body.amount_minor, body.listing, body.listing, ""
    )


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a repayment to guarantors."""
    body = instruction.body
    assert isinstance(body, Body)
    listing, borrower = book.get(Listing, body.listing), book.get(Holder, body.borrower)
    rows: list[PlanRow] = []
    claims: list[Claim] = []
    if listing is not None and listing.state == "disbursed":
        rows = book.find(PlanRow, "listing", listing.id)
        claims = register.of_rank(book.find(Claim, "listing", listing.id), register.GUARANTORS)
    holders = list(dict.fromkeys(claim.holder for claim in claims))
    return Facts(
        listing=listing,
        borrower=borrower,
        pool=None if listing is None else book.get(Pool, listing.pool),
        key=None if borrower is None or body.mandate else signer_of(book, borrower, given),
        mandate=book.get(Mandate, body.mandate) if body.mandate else None,
        rows=rows,
        claims=claims,
        guarantors=dict(zip(holders, book.many(Holder, holders), strict=True)),
        available_minor=0 if borrower is None else book.balance(borrower.available),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one repayment to guarantors."""
    body = instruction.body
    assert isinstance(body, Body)
    listing, borrower, pool = facts.listing, facts.borrower, facts.pool
    if min(body.principal_minor, body.interest_minor, body.late_minor) < 0 or body.amount_minor == 0:
        return refuse(Code.amount_not_positive)
    if listing is None:
        return refuse(Code.listing_not_found)
    if listing.state == "disbursing":
        return refuse(Code.listing_disbursing)
    if listing.state != "disbursed":
        return refuse(Code.listing_not_disbursed, f"the listing is {listing.state}")
    if listing.borrower != body.borrower:
        return refuse(Code.borrower_differs)
    assert borrower is not None and pool is not None
    if pool.state not in POOL_WORKS:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    refusal = None if body.mandate and borrower.state == "locked" else usable(borrower, "borrower")
    if refusal is not None:
        return refuse(refusal)
    row = next((row for row in facts.rows if row.number == body.plan_row), None)
    if row is None:
        return refuse(Code.plan_row_not_found)
    if any(any(rest(row)) for row in facts.rows):
        return refuse(Code.lenders_come_first, lenders_minor=sum(sum(rest(row)) for row in facts.rows))
    if not _is_within(body, row):
        return refuse(Code.recourse_exceeded)
    refusal = _authority(body, facts, given)
    if refusal is not None:
        return refuse(refusal)
    if body.amount_minor > facts.available_minor:
        return refuse(Code.insufficient_balance)
    return _pay(body, listing, borrower, facts, given)


# ── checks ───────────────────────────────────────────────────────────────────
def _is_within(body: Body, row: PlanRow) -> bool:
    return (
        body.principal_minor <= row.compensated_principal_minor
        and body.interest_minor <= row.compensated_interest_minor
        and body.late_minor <= row.compensated_late_minor
    )


def _authority(body: Body, facts: Facts, given: Given) -> Code | None:
    if not body.mandate:
        return confirmed(given, facts.key, body.borrower)
    return mandated(
        facts.mandate,
        given,
        owner=body.borrower,
        type="repayment",
        amount_minor=body.amount_minor,
        listing=body.listing,
    )


# ── effects ──────────────────────────────────────────────────────────────────
def _pay(body: Body, listing: Listing, borrower: Holder, facts: Facts, given: Given) -> Decision:
    mandate = facts.mandate
    used = () if mandate is None else (replace(mandate, used_minor=mandate.used_minor + body.amount_minor),)
    pay = partial(guarantor_repayment, borrower=borrower, authority=given.seq if mandate is None else mandate.authority)
    shares = register.recourse_shares(
        facts.claims, principal_minor=body.principal_minor, interest_minor=body.interest_minor,
        late_minor=body.late_minor, plan_row=body.plan_row,
    )  # fmt: skip
    shares = [share for share in shares if share.amount_minor]
    claims = [_recovered(share) for share in shares]
    rows, moves, messages = booked(
        listing, facts.rows, body.plan_row, principal_minor=body.principal_minor, interest_minor=body.interest_minor,
        late_minor=body.late_minor, given=given, to_guarantors=True,
    )  # fmt: skip
    changes: tuple[Row, ...] = (*claims, *used, *rows)
    return Decision(
        Code.done,
        postings=tuple(pay(guarantor=_holder(share, facts), amount_minor=share.amount_minor) for share in shares),
        adds=messages, changes=changes, moves=moves,
        claim_moves=tuple(register.moved(share.claim, claim) for share, claim in zip(shares, claims, strict=True)),
        authority=None if used else given.confirmation,
        answer={"paid_minor": body.amount_minor, "claims": len(shares)},
    )  # fmt: skip


def _holder(share: register.Share, facts: Facts) -> Holder:
    guarantor = facts.guarantors[share.claim.holder]
    assert guarantor is not None, f"the holder of claim {share.claim.id} has no account"
    return guarantor


def _recovered(share: register.Share) -> Claim:
    claim = register.recovered(share)
    left = claim.principal_minor + claim.recourse_interest_minor + claim.recourse_late_minor
    event = "repaid_in_part" if left else "settled_in_full"
    return replace(claim, state=CLAIM.after(claim.state, event))
