"""Repayment (还款): a borrower pays principal, interest and late charge of one plan row to the holders of the claims.

When    the platform hands it in under his confirmation, or under his mandate also while his account is locked
Reads   the listing, its plan and claims, the borrower and his money, the holders, mandate or key
Posts   Dr 2010 borrower / Cr 2020 borrower, then Dr 2020 borrower / Cr 2010 lender, one a claim, in one journal;
        above 2,000 claims the parent posts the hold, a run pays from it step by step
Returns Decision; the last row pays exactly the rest, and the reservation across platforms goes back
Not     what a guarantor paid for the row: the borrower owes that to him, guarantor_repayment
Order   amounts, listing, borrower, row, run, amounts due, authority, balance
Source  domain.md (c.3) C10, C11; domain-decisions.md 17b, 18, 19, 22, 29; invariants 21, 23, 46

The late charge is at most that on what the row owes now, for all days after grace, less what was paid as late charge
for the row: whoever pays a row in parts, and late charge with the parts, never pays for the same day twice.
"""

from collections.abc import Sequence
from functools import partial

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Claim, ClaimSale, Hold, Holder, Listing, Mandate, PlanRow, Pool, Row
from cunguan.ledger import claims as register
from cunguan.ledger.book import Book
from cunguan.ledger.claims import Share
from cunguan.ledger.templates.repayment import repayment, repayment_hold
from cunguan.operations import runs
from cunguan.operations.authority import Signer, confirmed, mandated, signer_of, usable
from cunguan.operations.claim_sales import open_sales
from cunguan.operations.lending import above_due, booked, open_run, paid_out, rest
from cunguan.operations.places import POOL_WORKS
from cunguan.policy.evaluate import PACKS

KIND = "repayment"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A repayment of one plan row, by its number."""

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
    """What a repayment depends on; `sales` are the open ones, by claim."""

    listing: Listing | None
    borrower: Holder | None
    pool: Pool | None
    key: Signer | None
    mandate: Mandate | None
    rows: list[PlanRow]
    claims: list[Claim]
    lenders: dict[str, Holder | None]
    sales: dict[str, ClaimSale]
    open_run: str
    available_minor: int


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the borrower confirms; None when he cites a mandate."""
    body = instruction.body
    assert isinstance(body, Body)
    if body.mandate:
        return None
    return AuthorityText(
        lane, instruction.id, "P", body.borrower, "repayment", body.amount_minor, body.listing, body.listing, ""
    )


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a repayment."""
    body = instruction.body
    assert isinstance(body, Body)
    listing, borrower = book.get(Listing, body.listing), book.get(Holder, body.borrower)
    rows: list[PlanRow] = []
    claims: list[Claim] = []
    if listing is not None and listing.state == "disbursed":
        rows = sorted(book.find(PlanRow, "listing", listing.id), key=lambda row: row.number)
        claims = register.of_rank(book.find(Claim, "listing", listing.id), register.LENDERS)
    holders = list(dict.fromkeys(claim.holder for claim in claims))
    return Facts(
        listing=listing,
        borrower=borrower,
        pool=None if listing is None else book.get(Pool, listing.pool),
        key=None if borrower is None or body.mandate else signer_of(book, borrower, given),
        mandate=book.get(Mandate, body.mandate) if body.mandate else None,
        rows=rows,
        claims=claims,
        lenders=dict(zip(holders, book.many(Holder, holders), strict=True)),
        sales=open_sales(book, body.listing, claims),
        open_run=open_run(book, body.listing),
        available_minor=0 if borrower is None else book.balance(borrower.available),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one repayment."""
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
    # A mandate goes on while the account is locked: what is due to lenders is paid (decision 29).
    refusal = None if body.mandate and borrower.state == "locked" else usable(borrower, "borrower")
    if refusal is not None:
        return refuse(refusal)
    row = next((row for row in facts.rows if row.number == body.plan_row), None)
    if row is None:
        return refuse(Code.plan_row_not_found)
    if not any(rest(row)):
        return refuse(Code.plan_row_paid)
    if not listing.early and any(any(rest(before)) for before in facts.rows if before.number < row.number):
        return refuse(Code.plan_row_not_next)
    if facts.open_run:
        return refuse(Code.state_forbids, "a run still pays out a repayment of this listing", run=facts.open_run)
    refusal = above_due(
        row, listing, given, principal_minor=body.principal_minor, interest_minor=body.interest_minor,
        late_minor=body.late_minor,
    )  # fmt: skip
    if refusal is not None:
        return refuse(refusal)
    refusal = _authority(body, facts, given)
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
        return _start(instruction.id, body, listing, borrower, row, paying, facts, given)
    return _at_once(body, listing, borrower, paying, facts, given)


# ── checks ───────────────────────────────────────────────────────────────────
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
def _authorised(body: Body, facts: Facts, given: Given) -> tuple[int, tuple[Row, ...]]:
    """Return who allowed the debit, and the mandate after its use."""
    mandate = facts.mandate
    if mandate is None:
        return given.seq, ()
    return mandate.authority, (replace(mandate, used_minor=mandate.used_minor + body.amount_minor),)


def _at_once(
    body: Body, listing: Listing, borrower: Holder, paying: Sequence[Share], facts: Facts, given: Given
) -> Decision:
    authority, mandate = _authorised(body, facts, given)
    hold = repayment_hold(borrower=borrower, amount_minor=body.amount_minor, authority=authority, opened=given.seq)
    pay = partial(repayment, borrower=borrower, authority=authority, opened=given.seq)
    effect = paid_out(paying, pay, facts.lenders, facts.sales, KIND)
    assert effect.amount_minor == body.amount_minor, "the shares are not the amount"
    rows, moves, messages = booked(
        listing, facts.rows, body.plan_row, principal_minor=body.principal_minor, interest_minor=body.interest_minor,
        late_minor=body.late_minor, given=given,
    )  # fmt: skip
    return Decision(
        Code.done, postings=(hold, *effect.postings), adds=messages, changes=(*effect.changes, *mandate, *rows),
        moves=(*effect.moves, *moves), claim_moves=tuple(effect.claim_moves), authority=None if mandate else given.confirmation,
        answer={"paid_minor": body.amount_minor, "claims": len(paying)},
    )  # fmt: skip


def _start(
    run_id: str, body: Body, listing: Listing, borrower: Holder, row: PlanRow, paying: Sequence[Share], facts: Facts,
    given: Given,
) -> Decision:  # fmt: skip
    authority, mandate = _authorised(body, facts, given)
    amount, seq = body.amount_minor, given.seq
    run, items = runs.of_shares(
        run_id, paying, kind=KIND, listing=listing.id, holder=borrower.id, plan_row=row.id, authority=authority, seq=seq
    )
    assert run.total_minor == amount, "the shares are not the amount"
    pack = PACKS[given.pack]
    release_by = pack.calendar.add_working_days(given.business_date, pack.params["full_working_days"])
    hold = Hold(
        run_id,
        borrower.id,
        borrower.held,
        "repayment",
        listing.id,
        amount,
        0,
        0,
        release_by,
        authority,
        seq,
        "open",
        body.mandate,
    )
    return Decision(
        Code.done,
        postings=(repayment_hold(borrower=borrower, amount_minor=amount, authority=authority, opened=seq),),
        adds=(hold, run, *items), changes=mandate, authority=None if mandate else given.confirmation,
        answer={"paid_minor": amount, "claims": len(paying), "steps": run.steps},
    )  # fmt: skip
