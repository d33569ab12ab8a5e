"""Claim register: what every split keeps, whatever the claims; and what the ranks and the rotation say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cunguan.kernel.rows import Claim
from cunguan.ledger.claims import Share, event, lent, outstanding, paid, repaid, shares

MINOR = st.integers(0, 10**12)


def claim(name: str, principal: int, *, rank: int = 1, weight: int | None = None, interest: int = 0) -> Claim:
    weight = principal if weight is None else weight
    state = "active" if principal else "settled"
    return Claim(name, "X", f"holder:{name}", rank, weight, principal, interest, 0, 1, state)


@st.composite
def registers(draw: st.DrawFn) -> list[Claim]:
    one = st.tuples(st.integers(1, 10**9), st.integers(0, 100), st.integers(1, 3), MINOR)
    parts = draw(st.lists(one, min_size=1, max_size=12))
    return [
        claim(f"c{n:02}", weight * percent // 100, rank=rank, weight=weight, interest=interest)
        for n, (weight, percent, rank, interest) in enumerate(parts)
    ]


def pay(claims: list[Claim], principal: int, interest: int = 0, late: int = 0, row: int = 1) -> list[Share]:
    return shares(claims, principal_minor=principal, interest_minor=interest, late_minor=late, plan_row=row)


# ── what every split keeps ───────────────────────────────────────────────────
@settings(max_examples=200, deadline=None)
@given(registers(), st.integers(0, 100), MINOR, MINOR, st.integers(1, 40), st.randoms())
def test_gives_every_unit_to_somebody_and_nobody_a_negative_one(register, percent, interest, late, row, random) -> None:
    principal = outstanding(register) * percent // 100
    parts = pay(register, principal, interest, late, row)
    assert sum(part.principal_minor for part in parts) == principal
    assert sum(part.interest_minor for part in parts) == interest
    assert sum(part.late_minor for part in parts) == late
    assert all(min(part.principal_minor, part.interest_minor, part.late_minor) >= 0 for part in parts)
    after = [paid(part) for part in parts]
    assert outstanding(after) == outstanding(register) - principal
    assert all(was.principal_minor >= now.principal_minor >= 0 for was, now in zip(register, after, strict=True))
    settles = [event(part) == "settled_in_full" for part in parts]
    assert settles == [
        bool(part.principal_minor) and not now.principal_minor for part, now in zip(parts, after, strict=True)
    ]
    mixed = list(register)
    random.shuffle(mixed)
    assert pay(mixed, principal, interest, late, row) == parts


@settings(max_examples=100, deadline=None)
@given(registers(), st.lists(st.tuples(st.integers(0, 100), MINOR), max_size=6))
def test_pays_a_later_rank_only_when_the_earlier_ones_are_paid(register, payments) -> None:
    for row, (percent, interest) in enumerate(payments, start=1):
        parts = pay(register, outstanding(register) * percent // 100, interest, 0, row)
        register = [paid(part) for part in parts]
        served = max((part.claim.rank for part in parts if part.principal_minor), default=0)
        assert not any(one.principal_minor for one in register if one.rank < served)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=8), st.lists(st.integers(1, 50), min_size=1, max_size=30))
def test_lets_interest_follow_the_weights_over_all_payments(weights, payments) -> None:
    register = [claim(f"c{n}", weight) for n, weight in enumerate(weights)]
    for row, interest in enumerate(payments, start=1):
        register = [paid(part) for part in pay(register, 0, interest, 0, row)]
    total = sum(payments)
    for one, weight in zip(register, weights, strict=True):
        # Nobody is ahead of his quota or behind it by more than the units that rounding may move.
        assert abs(one.interest_minor - total * weight // sum(weights)) <= len(weights)


# ── what the decisions say ───────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("paying", "to_lender", "to_guarantor"),
    [
        (1,       1,       0),
        (500_000, 500_000, 0),
        (500_001, 500_000, 1),
        (1_000_000, 500_000, 500_000),
    ],
)  # fmt: skip
def test_pays_the_lender_before_the_guarantor_who_compensated_half(paying, to_lender, to_guarantor) -> None:
    register = [claim("guarantor", 500_000, rank=2), claim("lender", 500_000, weight=1_000_000)]
    assert [part.principal_minor for part in pay(register, paying)] == [to_guarantor, to_lender]


def test_pays_interest_to_the_lowest_rank_with_principal_outstanding() -> None:
    register = [claim("a", 0, weight=700, rank=1), claim("b", 300, rank=1), claim("g", 500, rank=2)]
    assert [part.interest_minor for part in pay(register, 0, 100)] == [70, 30, 0]  # a keeps its weight
    settled = [replace(one, principal_minor=0, state="settled") if one.rank == 1 else one for one in register]
    assert [part.interest_minor for part in pay(settled, 0, 100)] == [0, 0, 100]


def test_pays_interest_to_the_first_rank_when_all_principal_is_repaid() -> None:
    register = [claim("a", 0, weight=1), claim("b", 0, weight=3), claim("g", 0, weight=9, rank=2)]
    assert [part.interest_minor for part in pay(register, 0, 4)] == [1, 3, 0]


def test_begins_ties_with_the_claim_at_the_rows_position() -> None:
    register = [claim("a", 10), claim("b", 10), claim("c", 10)]
    assert [[part.principal_minor for part in pay(register, 1, row=row)] for row in (1, 2, 3, 4)] == [
        [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0],
    ]  # fmt: skip


def test_gives_a_small_claim_its_turn_of_interest() -> None:
    register = [claim("big", 999), claim("small", 1)]
    got = 0
    for row in range(1, 1_001):
        parts = pay(register, 0, 1, 0, row)
        got += parts[1].interest_minor
        register = [paid(part) for part in parts]
    assert got == 1


def test_refuses_to_share_more_principal_than_is_asked() -> None:
    with pytest.raises(AssertionError, match="more principal"):
        pay([claim("a", 10)], 11)
    with pytest.raises(AssertionError, match="cannot bear"):
        paid(Share(claim("a", 10), 11, 0, 0))


def test_writes_lending_up_and_repayment_down() -> None:
    one = claim("a", 10)
    assert (lent(one).principal_minor, lent(one).interest_minor) == (10, 0)
    line = repaid(Share(one, 4, 2, 1))
    assert (line.principal_minor, line.interest_minor, line.late_minor) == (-4, 2, 1)
    after = paid(Share(one, 4, 2, 1))
    assert (after.principal_minor, after.interest_minor, after.late_minor, after.weight_minor) == (6, 2, 1, 10)
