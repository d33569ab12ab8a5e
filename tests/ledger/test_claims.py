"""Claim register: what every split keeps, whatever the claims; and what the ranks and the rotation say."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cunguan.kernel.rows import Claim
from cunguan.ledger.claims import (
    Share,
    moved,
    outstanding,
    paid,
    recourse_shares,
    recovered,
    shares,
    sold,
    subrogated,
)

MINOR = st.integers(0, 10**12)
FRIDAY = date(2024, 3, 1)


def claim(name: str, principal: int, *, rank: int = 1, weight: int | None = None, interest: int = 0) -> Claim:
    weight = principal if weight is None else weight
    state = "active" if principal else "settled"
    return Claim(name, "X", f"holder:{name}", rank, weight, principal, interest, 0, 1, state)


@st.composite
def registers(draw: st.DrawFn) -> list[Claim]:
    one = st.tuples(st.integers(1, 10**9), st.integers(0, 100), st.just(1), MINOR)
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
    mixed = list(register)
    random.shuffle(mixed)
    assert pay(mixed, principal, interest, late, row) == parts


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
def test_leaves_the_guarantors_out_whatever_the_lenders_have_left() -> None:
    register = [claim("a", 0, weight=700), claim("b", 300), claim("g", 500, rank=2, weight=0)]
    parts = pay(register, 300, 100)
    assert [(part.claim.id, part.principal_minor, part.interest_minor) for part in parts] == [
        ("a", 0, 70),
        ("b", 300, 30),
    ]
    settled = [paid(part) for part in parts]
    assert [part.interest_minor for part in pay([*settled, register[2]], 0, 10)] == [7, 3]


def test_pays_guarantors_by_what_each_may_still_ask() -> None:
    first = subrogated(claim("g", 0, rank=2), [Share(claim("a", 10), 6, 9, 0)])
    second = subrogated(claim("h", 0, rank=2), [Share(claim("a", 4), 3, 0, 5)])
    parts = recourse_shares(
        [second, claim("a", 1), first], principal_minor=6, interest_minor=4, late_minor=5, plan_row=1
    )
    assert [(p.principal_minor, p.interest_minor, p.late_minor) for p in parts] == [(4, 4, 0), (2, 0, 5)]
    left = [recovered(part) for part in parts]
    assert [(c.principal_minor, c.recourse_interest_minor, c.recourse_late_minor) for c in left] == [
        (2, 5, 0),
        (1, 0, 0),
    ]
    with pytest.raises(AssertionError, match="cannot bear"):
        recovered(Share(first, 0, 10, 0))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(1, 10**6), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 100), st.integers(1, 50)), min_size=1, max_size=20),
)
def test_lets_interest_follow_the_weights_through_sales(weights, turns) -> None:
    """Whoever buys a share gets from then on what its seller would have got for it."""
    register = {f"c{n}": claim(f"c{n}", weight) for n, weight in enumerate(weights)}
    origin = {name: name for name in register}
    total = 0
    for row, (who, percent, interest) in enumerate(turns, start=1):
        name = sorted(register)[who % len(register)]
        share = register[name].principal_minor * percent // 100
        if share:
            register[name], bought = sold(register[name], share, name=f"s{row}", buyer="b", day=FRIDAY, seq=row)
            register[bought.id], origin[bought.id] = bought, origin[name]
        for part in pay(list(register.values()), 0, interest, 0, row):
            register[part.claim.id] = paid(part)
        total += interest
    assert sum(one.carried_interest_minor for one in register.values()) == 0
    assert sum(one.weight_minor for one in register.values()) == sum(weights)
    assert sum(one.interest_minor for one in register.values()) == total
    for n, weight in enumerate(weights):
        got = sum(one.interest_minor for name, one in register.items() if origin[name] == f"c{n}")
        assert abs(got - total * weight // sum(weights)) <= 2 * len(register)


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
    line = moved(None, one)
    assert (line.principal_minor, line.interest_minor, line.late_minor) == (10, 0, 0)
    after = paid(Share(one, 4, 2, 1))
    assert (after.principal_minor, after.interest_minor, after.late_minor, after.weight_minor) == (6, 2, 1, 10)
    line = moved(one, after)
    assert (line.principal_minor, line.interest_minor, line.late_minor) == (-4, 2, 1)
    gained = subrogated(claim("g", 0, rank=2), [Share(one, 4, 2, 1)])
    line = moved(None, gained)
    assert (line.principal_minor, line.recourse_interest_minor, line.recourse_late_minor) == (4, 2, 1)
