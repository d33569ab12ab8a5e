"""Claim register (债权登记簿): who gets which part of a payment, and what his claim is afterwards. Account 9010.

When    a repayment, a compensation, a repayment of the guarantor or a sale is decided
Reads   the claims of one listing, each with rank, weight and outstanding principal; their order does not matter
Shape   Share: principal, interest and late charge of one claim; one a claim, in the order of the claims' ids
        lenders      rank 1: principal by what is outstanding; interest and late charge by the fixed weights, cumulative:
                     all that was ever received for a part of the loan follows its weight, whoever held it
        guarantors   rank 2, claims gained by compensation: principal and recourse by what is outstanding of each
        settled      the principal is repaid; the claim keeps its weight in interest that is still due
Units   minor units
Errors  AssertionError: a share that no claim can bear, which only our own mistake can make
Source  domain-decisions.md 19, 20 (rank, recourse), 21 (sale), 22 (rounding, ties); invariants 21 and 23
"""

from collections.abc import Iterable
from datetime import date

import msgspec
from msgspec.structs import replace

from cunguan.kernel.money import split, split_cumulative
from cunguan.kernel.rows import Claim, ClaimMove

#: who is paid first
LENDERS, GUARANTORS = 1, 2


class Share(msgspec.Struct, frozen=True, gc=False):
    """What one claim gets of one payment; of a guarantor's claim interest and late charge are recourse."""

    claim: Claim
    principal_minor: int
    interest_minor: int
    late_minor: int

    @property
    def amount_minor(self) -> int:
        """What is paid to the claim's holder."""
        return self.principal_minor + self.interest_minor + self.late_minor


def outstanding(claims: Iterable[Claim]) -> int:
    """Return the principal that all claims together may still ask: what was lent and not repaid."""
    return sum(claim.principal_minor for claim in claims)


def of_rank(claims: Iterable[Claim], rank: int) -> list[Claim]:
    """Return the claims of a rank in the order of their ids."""
    return sorted((claim for claim in claims if claim.rank == rank), key=lambda claim: claim.id)


# ── what each gets ───────────────────────────────────────────────────────────
def shares(
    claims: Iterable[Claim], *, principal_minor: int, interest_minor: int, late_minor: int, plan_row: int
) -> list[Share]:
    """Share a payment among the lenders' claims of a listing; ties begin with the claim at position plan_row - 1.

    >>> def claim(name, rank, minor): return Claim(name, "P1", name[0], rank, minor, minor, 0, 0, 1, "active")
    >>> three = [claim("L1", 1, 6_000_000), claim("L2", 1, 3_000_000), claim("L3", 1, 1_000_000)]
    >>> for part in shares(three, principal_minor=3_333_334, interest_minor=100_000, late_minor=0, plan_row=1):
    ...     print(part.claim.id, part.principal_minor, part.interest_minor)
    L1 2000001 60000
    L2 1000000 30000
    L3 333333 10000
    """
    register, start = of_rank(claims, LENDERS), plan_row - 1
    assert principal_minor <= outstanding(register), "more principal is shared than the claims ask"
    weights = [claim.weight_minor for claim in register]
    interest = [claim.interest_minor + claim.carried_interest_minor for claim in register]
    late = [claim.late_minor + claim.carried_late_minor for claim in register]
    parts = zip(
        register,
        split(principal_minor, [claim.principal_minor for claim in register], start),
        split_cumulative(interest_minor, weights, interest, start),
        split_cumulative(late_minor, weights, late, start),
        strict=True,
    )
    return [Share(*part) for part in parts]


def recourse_shares(
    claims: Iterable[Claim], *, principal_minor: int, interest_minor: int, late_minor: int, plan_row: int
) -> list[Share]:
    """Share what the borrower pays to his guarantors among their claims, by what each may still ask.

    >>> def claim(name, minor, interest): return Claim(name, "P1", name, 2, 0, minor, 0, 0, 1, "active", interest)
    >>> for part in recourse_shares([claim("G", 300, 0), claim("H", 100, 9)],
    ...         principal_minor=200, interest_minor=9, late_minor=0, plan_row=1):
    ...     print(part.claim.id, part.principal_minor, part.interest_minor)
    G 150 0
    H 50 9
    """
    register, start = of_rank(claims, GUARANTORS), plan_row - 1
    parts = zip(
        register,
        split(principal_minor, [claim.principal_minor for claim in register], start),
        split(interest_minor, [claim.recourse_interest_minor for claim in register], start),
        split(late_minor, [claim.recourse_late_minor for claim in register], start),
        strict=True,
    )
    return [Share(*part) for part in parts]


# ── what a claim is afterwards; its state is the operation's to move ─────────
def paid(share: Share) -> Claim:
    """Return a lender's claim after its share was paid."""
    claim = share.claim
    left = claim.principal_minor - share.principal_minor
    assert min(left, share.principal_minor, share.interest_minor, share.late_minor) >= 0, (
        f"claim {claim.id} cannot bear it"
    )
    return replace(
        claim,
        principal_minor=left,
        interest_minor=claim.interest_minor + share.interest_minor,
        late_minor=claim.late_minor + share.late_minor,
    )


def recovered(share: Share) -> Claim:
    """Return a guarantor's claim after its share was paid."""
    claim = share.claim
    left = (
        claim.principal_minor - share.principal_minor,
        claim.recourse_interest_minor - share.interest_minor,
        claim.recourse_late_minor - share.late_minor,
    )
    assert min(left) >= 0, f"claim {claim.id} cannot bear it"
    return replace(claim, principal_minor=left[0], recourse_interest_minor=left[1], recourse_late_minor=left[2])


def subrogated(claim: Claim, paid_for: Iterable[Share]) -> Claim:
    """Return a guarantor's claim after he paid these shares: their principal, and recourse for the rest (代位)."""
    parts = list(paid_for)
    return replace(
        claim,
        principal_minor=claim.principal_minor + sum(share.principal_minor for share in parts),
        recourse_interest_minor=claim.recourse_interest_minor + sum(share.interest_minor for share in parts),
        recourse_late_minor=claim.recourse_late_minor + sum(share.late_minor for share in parts),
    )


def sold(claim: Claim, share_minor: int, *, name: str, buyer: str, day: date, seq: int) -> tuple[Claim, Claim]:
    """Return the seller's claim and the buyer's after a sale: weight, and what was received for it, go with the share.

    >>> claim = Claim("a", "P1", "L2", 1, 3_000_000, 2_000_000, 30_000, 0, 1, "active")
    >>> left, bought = sold(claim, 500_000, name="b", buyer="L1", day=date(2024, 4, 2), seq=9)
    >>> (left.principal_minor, left.weight_minor, left.interest_minor, left.carried_interest_minor)
    (1500000, 2250000, 30000, -7500)
    >>> (bought.principal_minor, bought.weight_minor, bought.interest_minor, bought.carried_interest_minor)
    (500000, 750000, 0, 7500)
    """
    parts = [share_minor, claim.principal_minor - share_minor]
    weight = split(claim.weight_minor, parts)[0]
    interest = split(claim.interest_minor + claim.carried_interest_minor, parts)[0]
    late = split(claim.late_minor + claim.carried_late_minor, parts)[0]
    left = replace(
        claim,
        weight_minor=claim.weight_minor - weight,
        principal_minor=parts[1],
        carried_interest_minor=claim.carried_interest_minor - interest,
        carried_late_minor=claim.carried_late_minor - late,
    )
    bought = Claim(
        name, claim.listing, buyer, claim.rank, weight, share_minor, 0, 0, seq, "active",
        carried_interest_minor=interest, carried_late_minor=late, acquired_date=day,
    )  # fmt: skip
    return left, bought


def inherited(claim: Claim, *, name: str, heir: str, day: date, seq: int) -> tuple[Claim, Claim]:
    """Return a dead creditor's claim, of which nothing is left, and his heir's: all he could ask, and all its weight.

    >>> claim = Claim("a", "P1", "L2", 1, 3_000_000, 2_000_000, 30_000, 0, 1, "active")
    >>> left, gained = inherited(claim, name="h:1", heir="H", day=date(2024, 4, 2), seq=9)
    >>> (left.principal_minor, left.weight_minor, left.interest_minor, left.carried_interest_minor)
    (0, 0, 30000, -30000)
    >>> (gained.principal_minor, gained.weight_minor, gained.interest_minor, gained.carried_interest_minor)
    (2000000, 3000000, 0, 30000)
    """
    interest, late = claim.interest_minor + claim.carried_interest_minor, claim.late_minor + claim.carried_late_minor
    left = replace(
        claim, weight_minor=0, principal_minor=0, carried_interest_minor=-claim.interest_minor,
        carried_late_minor=-claim.late_minor, recourse_interest_minor=0, recourse_late_minor=0,
    )  # fmt: skip
    gained = replace(
        claim, id=name, holder=heir, interest_minor=0, late_minor=0, carried_interest_minor=interest,
        carried_late_minor=late, acquired_date=day, seq=seq,
    )  # fmt: skip
    return left, gained


# ── the register's lines ─────────────────────────────────────────────────────
def moved(before: Claim | None, after: Claim) -> ClaimMove:
    """Return the register's line for what became of a claim; None: it was not there."""
    old = before or replace(
        after, principal_minor=0, interest_minor=0, late_minor=0, recourse_interest_minor=0, recourse_late_minor=0
    )
    return ClaimMove(
        after.id,
        after.listing,
        after.holder,
        after.principal_minor - old.principal_minor,
        after.interest_minor - old.interest_minor,
        after.late_minor - old.late_minor,
        after.recourse_interest_minor - old.recourse_interest_minor,
        after.recourse_late_minor - old.recourse_late_minor,
    )
