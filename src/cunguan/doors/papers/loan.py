"""Loan (标的账目): a listing's claims and repayment plan as they stood after a sequence.

Reads   the moves of the claim register, the plan as it was fixed, and the moves of its rows
        which row a payment was for is said by its instruction; what a guarantor paid stands apart until he has it back
Shape   Loan: claims with what is left of them; Row: what was due, what the borrower paid and what a guarantor paid for him
Source  invariants 20, 21, 46; domain-decisions.md 18
"""

from datetime import date

import msgspec

from cunguan.store.history import ClaimThen, History, LaneSeen, ListingThen, Paid


class Row(msgspec.Struct):
    """One row of the plan."""

    number: int
    due_date: date
    principal_minor: int
    interest_minor: int
    state: str
    paid_principal_minor: int = 0
    paid_interest_minor: int = 0
    paid_late_minor: int = 0
    compensated_principal_minor: int = 0
    compensated_interest_minor: int = 0
    compensated_late_minor: int = 0


class Loan(msgspec.Struct, frozen=True):
    """A listing as of a sequence."""

    platform: str
    seq: int
    listing: ListingThen
    claims: list[ClaimThen]
    plan: list[Row]

    @property
    def lent_minor(self) -> int:
        """What was disbursed and not repaid yet."""
        return sum(claim.principal_minor for claim in self.claims)


def loan(history: History, lane: LaneSeen, listing: str, seq: int) -> Loan | None:
    """Return a listing as of a sequence; None when it was not registered then."""
    found = history.listing(lane.lane, listing, seq)
    if found is None:
        return None
    claims = history.claims(lane.lane, listing, seq)
    plan = (
        _plan(history, lane.lane, listing, seq) if claims else []
    )  # the plan is made with the claims, at disbursement
    return Loan(lane.platform, seq, found, claims, plan)


def _plan(history: History, lane: int, listing: str, seq: int) -> list[Row]:
    rows: dict[int, Row] = {}
    for move in history.plan_moves(lane, listing, seq):
        row = rows.setdefault(
            move.number, Row(move.number, move.due_date, move.principal_minor, move.interest_minor, "planned")
        )
        row.state = move.state or row.state
    for paid in history.paid(lane, listing, seq):
        _pay(rows[paid.number], paid)
    return list(rows.values())


def _pay(row: Row, paid: Paid) -> None:
    interest, late = paid.interest_minor, paid.late_minor
    if paid.kind == "guarantor_repayment":
        interest, late = paid.recourse_interest_minor, paid.recourse_late_minor
    if paid.kind != "compensation":
        row.paid_principal_minor += paid.principal_minor
        row.paid_interest_minor += interest
        row.paid_late_minor += late
    if paid.kind != "repayment":
        sign = 1 if paid.kind == "compensation" else -1
        row.compensated_principal_minor += sign * paid.principal_minor
        row.compensated_interest_minor += sign * interest
        row.compensated_late_minor += sign * late
