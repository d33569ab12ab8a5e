"""Loan (标的账目): a listing's claims and repayment plan as they stood after a sequence.

Reads   the moves of the claim register, the plan as it was fixed, and the moves of its rows
        which row a payment was for is said by the row's own move in the same journal; where one journal moves several rows,
        its money fills them in order, principal and interest each up to what is due
Shape   Loan: claims with what is left of them; Row: what was due and what creditors were paid for it
Source  invariants 20, 21, 46; domain-decisions.md 18
"""

from datetime import date

import msgspec

from cunguan.store.history import ClaimThen, History, LaneSeen, ListingThen


class Row(msgspec.Struct):
    """One row of the plan; paid is what the creditors have got for it, whoever paid."""

    number: int
    due_date: date
    principal_minor: int
    interest_minor: int
    state: str
    paid_principal_minor: int = 0
    paid_interest_minor: int = 0
    paid_late_minor: int = 0


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
    moves = history.plan_moves(lane, listing, seq)
    rows = {
        move.number: Row(move.number, move.due_date, move.principal_minor, move.interest_minor, "planned")
        for move in moves
    }
    moved: dict[int, list[int]] = {}
    for move in moves:
        if move.seq is not None and move.state is not None:
            rows[move.number].state = move.state
            moved.setdefault(move.seq, []).append(move.number)
    for paid in history.paid(lane, listing, seq):
        numbers = list(dict.fromkeys(moved.get(paid.seq, ())))
        if numbers:
            _pay([rows[number] for number in numbers], paid.principal_minor, paid.interest_minor, paid.late_minor)
    return list(rows.values())


def _pay(rows: list[Row], principal: int, interest: int, late: int) -> None:
    *others, last = rows
    for row in others:
        part = min(principal, row.principal_minor - row.paid_principal_minor)
        row.paid_principal_minor, principal = row.paid_principal_minor + part, principal - part
        part = min(interest, row.interest_minor - row.paid_interest_minor)
        row.paid_interest_minor, interest = row.paid_interest_minor + part, interest - part
    last.paid_principal_minor += principal
    last.paid_interest_minor += interest
    last.paid_late_minor += late
