"""Schedules: every plan sums to its loan, and the known ones come out row by row."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cunguan.kernel.dates import add_months
from cunguan.kernel.money import parse_minor
from cunguan.ledger.schedule import PlanRow, late_charge, plan

SHARED = (
    Path(__file__).resolve().parents[3]
    / "shared" / "data" / "10-transactions" / "loan-schedules" / "fineract-schedules-shared.json"
)  # fmt: skip

DAY = date(2024, 1, 31)
RULES = st.sampled_from(["equal_principal", "equal_instalment", "bullet"])
PRINCIPALS = st.one_of(st.integers(1, 500), st.integers(1, 10**14))
RATES = st.one_of(st.just(0), st.integers(0, 1_000_000))
MONTHS = st.integers(1, 120)


def rows(*args: Any) -> list[tuple[int, int]]:
    return [(row.principal_minor, row.interest_minor) for row in plan(*args)]


@pytest.mark.parametrize(
    ("rule", "principal", "rate_e6", "months", "expected"),
    [
        # gold case k.1: row 1 is 3,333,334 + 100,000
        ("equal_principal",  10_000_000, 120_000, 3, [(3_333_334, 100_000), (3_333_333, 66_667), (3_333_333, 33_333)]),
        ("equal_principal",  8,          0,       3, [(3, 0), (3, 0), (2, 0)]),
        ("equal_principal",  100_000,    0,       1, [(100_000, 0)]),
        ("equal_instalment", 10_000,     70_000,  3, [(3_314, 58), (3_333, 39), (3_353, 20)]),
        ("equal_instalment", 1_200,      0,       3, [(400, 0), (400, 0), (400, 0)]),
        ("equal_instalment", 1_000,      0,       3, [(333, 0), (333, 0), (334, 0)]),
        ("bullet",           10_000_000, 120_000, 3, [(0, 100_000), (0, 100_000), (10_000_000, 100_000)]),
        ("bullet",           10_000_000, 0,       3, [(10_000_000, 0)]),  # nothing falls due before
        ("bullet",           50,         120_000, 2, [(50, 0)]),  # half a unit goes to the even, which is none
        ("bullet",           150,        120_000, 2, [(0, 2), (150, 2)]),
    ],
)  # fmt: skip
def test_makes_the_plan_of_each_rule(
    rule: str, principal: int, rate_e6: int, months: int, expected: list[tuple[int, int]]
) -> None:
    assert rows(rule, principal, rate_e6, months, DAY) == expected


@given(RULES, PRINCIPALS, RATES, MONTHS, st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_repays_exactly_the_loan(rule: str, principal: int, rate_e6: int, months: int, day: date) -> None:
    made = plan(rule, principal, rate_e6, months, day)
    assert sum(row.principal_minor for row in made) == principal
    assert [row.number for row in made] == list(range(1, len(made) + 1))
    assert all(row.principal_minor >= 0 and row.interest_minor >= 0 for row in made)
    assert all(row.principal_minor or row.interest_minor for row in made)
    due = [add_months(day, month) for month in range(1, months + 1)]
    assert [row.due_date for row in made] == sorted({row.due_date for row in made})
    assert {row.due_date for row in made} <= set(due)
    if rate_e6 * principal >= 12_000_000 * 500:  # each month's interest is above nothing
        assert len(made) == months or rule == "equal_instalment"


@given(st.integers(100_000, 10**12), st.integers(1, 400_000), st.integers(2, 60))
def test_asks_the_same_sum_every_month_but_the_last(principal: int, rate_e6: int, months: int) -> None:
    made = plan("equal_instalment", principal, rate_e6, months, DAY)
    sums = {row.principal_minor + row.interest_minor for row in made[:-1]}
    assert len(sums) == 1
    (instalment,) = sums
    last = made[-1].principal_minor + made[-1].interest_minor
    # Half a unit of the instalment and half a unit of interest are rounded each month, and bear interest to the end.
    grown = sum(((12_000_000 + rate_e6) / 12_000_000) ** month for month in range(months))
    assert abs(last - instalment) <= grown + 1


@given(st.integers(100_000, 10**12), RATES, st.integers(1, 60))
def test_asks_less_interest_every_month_as_the_loan_shrinks(principal: int, rate_e6: int, months: int) -> None:
    for rule in ("equal_principal", "equal_instalment"):
        interest = [row.interest_minor for row in plan(rule, principal, rate_e6, months, DAY)]
        assert interest == sorted(interest, reverse=True)


def test_takes_recorded_rows_as_they_are() -> None:
    given_rows = [(date(2024, 2, 29), 0, 70), (date(2024, 3, 31), 40, 0), (date(2024, 3, 31), 60, 5)]
    assert plan("recorded", 100, 0, 0, DAY, given_rows) == [
        PlanRow(1, date(2024, 2, 29), 0, 70),
        PlanRow(2, date(2024, 3, 31), 40, 0),
        PlanRow(3, date(2024, 3, 31), 60, 5),
    ]


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("equal_principal", 0, 0, 1, DAY),                                            "above zero"),
        (("equal_principal", 1, 0, 0, DAY),                                            "one month"),
        (("bullet", 1, -1, 1, DAY),                                                    "0 % at least"),
        (("balloon", 1, 0, 1, DAY),                                                    "no schedule rule is called"),
        (("recorded", 100, 0, 0, DAY, [(date(2024, 2, 1), 99, 0)]),                    "sum to 99, the loan is 100"),
        (("recorded", 100, 0, 0, DAY),                                                 "sum to 0, the loan is 100"),
        (("recorded", 100, 0, 0, DAY, [(date(2024, 1, 30), 100, 0)]),                  "none before the loan"),
        (("recorded", 100, 0, 0, DAY, [(date(2024, 3, 1), 1, 0), (DAY, 99, 0)]),       "order of their dates"),
        (("recorded", 100, 0, 0, DAY, [(DAY, 101, 0), (DAY, -1, 0)]),                  "negative"),
        (("recorded", 100, 0, 0, DAY, [(DAY, 100, -1)]),                               "negative"),
    ],
)  # fmt: skip
def test_makes_no_plan_that_cannot_be_kept(args: tuple[Any, ...], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        plan(*args)


@pytest.mark.parametrize(
    ("outstanding", "late_rate_e6", "days_overdue", "grace_days", "charge"),
    [
        (1_000_000, 182_500, 1, 0, 500),
        (1_000_000, 182_500, 3, 3, 0),
        (1_000_000, 182_500, 4, 3, 500),  # the days of grace stay free
        (1_000_000, 182_500, 0, 3, 0),
        (1_000_000, 182_500, -5, 0, 0),   # not due yet
        (0,         182_500, 9, 0, 0),
        (1_000,     182_500, 1, 0, 0),    # half a unit, to the even
        (3_000,     182_500, 1, 0, 2),    # one and a half, to the even
    ],
)  # fmt: skip
def test_charges_for_the_days_after_the_grace_days(
    outstanding: int, late_rate_e6: int, days_overdue: int, grace_days: int, charge: int
) -> None:
    assert late_charge(outstanding, late_rate_e6, days_overdue, grace_days) == charge


@pytest.mark.parametrize("args", [(-1, 1, 1, 0), (1, -1, 1, 0), (1, 1, 1, -1)])
def test_charges_nothing_on_a_negative_fact(args: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="zero or more"):
        late_charge(*args)


def _published(title: str) -> tuple[dict[str, str], date, list[dict[str, str]]]:
    """Return the terms, the day and the first schedule of one published case."""
    if not SHARED.exists():
        pytest.skip(f"the published schedules are not here: ../shared/data/{'/'.join(SHARED.parts[-3:])}")
    cases = json.loads(SHARED.read_text("utf-8"))
    steps = next(case["steps"] for case in cases if case["title"].startswith(title))
    terms: dict[str, str] = next(step["table"][0] for step in steps if "customized loan" in step["step"])
    table = next(step["table"] for step in steps if step.get("schedule"))
    return terms, _day(table[0]["Date"]), [row for row in table if row["Nr"]]


def _day(text: str) -> date:
    return datetime.strptime(text, "%d %B %Y").date()  # noqa: DTZ007  # a date in words; no instant is made


@pytest.mark.parametrize(
    "title", ["Early pay-off loan with interest, TILL_PRECLOSE", "Early pay-off loan with interest, TILL_REST"]
)
def test_agrees_with_a_published_plan_of_equal_instalments(title: str) -> None:
    terms, day, published = _published(title)
    made = plan("equal_instalment", parse_minor(terms["with Principal"], "EUR"), 70_000, 6, day)
    assert [(row.due_date, row.principal_minor, row.interest_minor) for row in made] == [
        (_day(row["Date"]), parse_minor(row["Principal due"], "EUR"), parse_minor(row["Interest"], "EUR"))
        for row in published
    ]


def test_agrees_with_a_published_plan_of_equal_principal_but_for_the_place_of_the_rest() -> None:
    terms, day, published = _published("RS04")
    made = plan("equal_principal", parse_minor(terms["with Principal"], "EUR"), 120_000, 18, day)
    assert [(row.due_date, row.interest_minor) for row in made] == [
        (_day(row["Date"]), parse_minor(row["Interest"], "EUR")) for row in published
    ]
    # They round each part up and let the last row be four units short; ours go to the first rows, one each.
    theirs = [parse_minor(row["Principal due"], "EUR") for row in published]
    assert sum(theirs) == sum(row.principal_minor for row in made)
    assert all(abs(a - row.principal_minor) <= 1 for a, row in zip(theirs[:-1], made[:-1], strict=True))
