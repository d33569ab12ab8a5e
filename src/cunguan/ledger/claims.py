"""Claim register (债权登记簿): who gets which part of a repayment, and what his claim is afterwards. Account 9010.

When    a repayment is decided; a compensation ranks its payer behind those he paid for
Reads   the claims of one listing, each with rank, weight and outstanding principal; their order does not matter
Shape   Share: principal, interest and late charge of one claim; one a claim, in the order of the claims' ids
        principal          to the lowest rank first, within a rank by what is outstanding
        interest and late  to the lowest rank that has principal outstanding, by the fixed weights, cumulative:
                           all that a claim ever received follows its weight
        settled            the principal is repaid; the claim keeps its weight in interest that is still due
Units   minor units
Errors  AssertionError: a share that no claim can bear, which only our own mistake can make
Source  domain-decisions.md 19 (rank), 22 (rounding, ties); invariants 21 and 23
"""

from collections.abc import Sequence
from itertools import groupby

import msgspec
from msgspec.structs import replace

from cunguan.kernel.money import split, split_cumulative
from cunguan.kernel.rows import Claim, ClaimMove


class Share(msgspec.Struct, frozen=True, gc=False):
    """What one claim gets of one repayment."""

    claim: Claim
    principal_minor: int
    interest_minor: int
    late_minor: int

    @property
    def amount_minor(self) -> int:
        """What is paid to the claim's holder."""
        return self.principal_minor + self.interest_minor + self.late_minor


def outstanding(claims: Sequence[Claim]) -> int:
    """Return the principal that all claims together may still ask: what was lent and not repaid."""
    return sum(claim.principal_minor for claim in claims)


def shares(
    claims: Sequence[Claim], *, principal_minor: int, interest_minor: int, late_minor: int, plan_row: int
) -> list[Share]:
    """Share one repayment among all claims of a listing; ties begin with the claim at position plan_row - 1.

    >>> def claim(name, rank, minor): return Claim(name, "P1", name[0], rank, minor, minor, 0, 0, 1, "active")
    >>> three = [claim("L1", 1, 6_000_000), claim("L2", 1, 3_000_000), claim("L3", 1, 1_000_000)]
    >>> for part in shares(three, principal_minor=3_333_334, interest_minor=100_000, late_minor=0, plan_row=1):
    ...     print(part.claim.id, part.principal_minor, part.interest_minor)
    L1 2000001 60000
    L2 1000000 30000
    L3 333333 10000
    >>> ranked = [claim("G", 2, 500_000), claim("L", 1, 500_000)]
    >>> parts = shares(ranked, principal_minor=500_000, interest_minor=0, late_minor=0, plan_row=1)
    >>> [part.principal_minor for part in parts]
    [0, 500000]
    """
    register = sorted(claims, key=lambda claim: claim.id)
    assert principal_minor <= outstanding(register), "more principal is shared than the claims ask"
    start = plan_row - 1
    principal = _principal(register, principal_minor, start)
    first = _first_rank(register)
    weights = [claim.weight_minor if claim.rank == first else 0 for claim in register]
    interest = _by_weight(interest_minor, weights, [claim.interest_minor for claim in register], start)
    late = _by_weight(late_minor, weights, [claim.late_minor for claim in register], start)
    return [Share(*parts) for parts in zip(register, principal, interest, late, strict=True)]


def paid(share: Share) -> Claim:
    """Return the claim after its share was paid; its state is the operation's to move, by `event`."""
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


def event(share: Share) -> str | None:
    """Return what a share's payment is for the claim's state: None when only interest or late charge is paid."""
    if not share.principal_minor:
        return None
    return "repaid_in_part" if share.principal_minor < share.claim.principal_minor else "settled_in_full"


def lent(claim: Claim) -> ClaimMove:
    """Return the register's line for a new claim: principal up."""
    return ClaimMove(claim.id, claim.listing, claim.holder, claim.principal_minor, 0, 0)


def repaid(share: Share) -> ClaimMove:
    """Return the register's line for a share: principal down, interest and late charge received."""
    claim = share.claim
    return ClaimMove(
        claim.id, claim.listing, claim.holder, -share.principal_minor, share.interest_minor, share.late_minor
    )


def _first_rank(register: Sequence[Claim]) -> int:
    # When all principal is repaid, interest of a last row still belongs to those who stood first.
    owed = [claim.rank for claim in register if claim.principal_minor]
    return min(owed or (claim.rank for claim in register))


def _principal(register: Sequence[Claim], amount_minor: int, start: int) -> list[int]:
    parts = [0] * len(register)
    ranked = sorted(range(len(register)), key=lambda place: register[place].rank)
    for _, group in groupby(ranked, key=lambda place: register[place].rank):
        places = list(group)
        asked = [register[place].principal_minor for place in places]
        taken = min(amount_minor, sum(asked))
        for place, part in zip(places, split(taken, asked, start), strict=True):
            parts[place] = part
        amount_minor -= taken
    return parts


def _by_weight(amount_minor: int, weights: Sequence[int], received: Sequence[int], start: int) -> list[int]:
    if not amount_minor:
        return [0] * len(weights)
    # Only the rank that is served now is compared: what another rank received is no part of its sum.
    ranked = [got if weight else 0 for got, weight in zip(received, weights, strict=True)]
    return split_cumulative(amount_minor, weights, ranked, start)
