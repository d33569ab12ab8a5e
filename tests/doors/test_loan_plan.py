"""Loan plan: rows, days and lenders of a recorded loan, to the last unit."""

from datetime import date

import pytest

from cunguan.doors.demo.lenders import draw
from cunguan.doors.demo.loan_file import Loan
from cunguan.doors.demo.loan_plan import disbursement_day, plan, row_count, spread


def loan(
    amount: int = 100_000, term: int = 12, instalment: int = 10_000, principal: int = 30_000, interest: int = 3_000,
    late: int = 0, day: date = date(2024, 1, 8), line: int = 2,
) -> Loan:  # fmt: skip
    return Loan(line, "A", day, amount, term, instalment, principal, interest, late, 0, False)


@pytest.mark.parametrize(
    ("issue", "day"),
    [
        (date(2018, 3, 1),   date(2018, 3, 1)),
        (date(2018, 9, 1),   date(2018, 9, 3)),   # a Saturday
        (date(2024, 1, 7),   date(2024, 1, 8)),   # a Sunday
        (date(2018, 1, 1),   date(2018, 1, 1)),   # weekends are the only free days
    ],
)  # fmt: skip
def test_a_loan_is_disbursed_on_the_first_working_day(issue: date, day: date) -> None:
    assert disbursement_day(loan(day=issue)) == day


@pytest.mark.parametrize(
    ("term", "instalment", "paid", "rows"),
    [
        (12, 10_000, 33_000, 4),
        (12, 10_000, 30_000, 3),
        (12, 10_000, 30_001, 4),
        (12, 10_000, 1,      1),
        (12, 10_000, 0,      1),
        (3,  10_000, 90_000, 3),
        (12, 0,      33_000, 1),
    ],
)  # fmt: skip
def test_payments_are_spread_over_so_many_months(term: int, instalment: int, paid: int, rows: int) -> None:
    assert row_count(loan(term=term, instalment=instalment, principal=paid, interest=0)) == rows


@pytest.mark.parametrize(
    ("total", "rows", "parts"),
    [
        (10, 3, [3, 4, 3]),
        (11, 3, [4, 3, 4]),
        (1, 3, [0, 1, 0]),
        (2, 4, [1, 0, 1, 0]),
        (7, 1, [7]),
        (0, 3, [0, 0, 0]),
        (100, 7, [14, 15, 14, 14, 14, 15, 14]),
    ],
)
def test_a_total_is_spread_by_cumulative_largest_remainder(total: int, rows: int, parts: list[int]) -> None:
    assert spread(total, rows) == parts
    assert sum(parts) == total


def shown(of: Loan) -> list[tuple[object, ...]]:
    return [
        (
            row.number, row.due_date.isoformat(), row.principal_minor, row.interest_minor,
            None if row.payment is None else (row.payment.day.isoformat(), row.payment.amount_minor),
        )
        for row in plan(of)
    ]  # fmt: skip


def test_what_was_paid_is_monthly_and_the_rest_one_open_row() -> None:
    assert shown(loan(day=date(2024, 1, 6))) == [
        (1, "2024-02-08", 7_500, 750, ("2024-02-08", 8_250)),
        (2, "2024-03-08", 7_500, 750, ("2024-03-08", 8_250)),
        (3, "2024-04-08", 7_500, 750, ("2024-04-08", 8_250)),
        (4, "2024-05-08", 7_500, 750, ("2024-05-08", 8_250)),
        (5, "2025-01-08", 70_000, 0, None),
    ]


def test_a_row_due_on_a_weekend_is_paid_on_the_next_working_day() -> None:
    assert shown(loan(instalment=0, day=date(2024, 1, 10)))[0] == (
        1,
        "2024-02-10",
        30_000,
        3_000,
        ("2024-02-12", 33_000),
    )


@pytest.mark.parametrize(
    ("of", "rows"),
    [
        # nothing paid: no repayment
        (loan(principal=0, interest=0),
         [(1, "2025-01-08", 100_000, 0, None)]),
        # interest without principal
        (loan(principal=0, interest=500),
         [(1, "2024-02-08", 0, 500, ("2024-02-08", 500)), (2, "2025-01-08", 100_000, 0, None)]),
        # repaid: no open row; late fee with the last payment
        (loan(amount=20_000, principal=20_000, interest=0, late=7),
         [(1, "2024-02-08", 10_000, 0, ("2024-02-08", 10_000)), (2, "2024-03-08", 10_000, 0, ("2024-03-08", 10_007))]),
        # a month on which nothing falls has no row, and the late fee stands on the last one that was paid
        (loan(amount=9, instalment=1, principal=1, interest=2, late=5),
         [(1, "2024-02-08", 0, 1, ("2024-02-08", 1)), (2, "2024-03-08", 1, 0, ("2024-03-08", 1)),
          (3, "2024-04-08", 0, 1, ("2024-04-08", 6)), (4, "2025-01-08", 8, 0, None)]),
        # a late fee alone is paid on the open row
        (loan(principal=0, interest=0, late=5),
         [(1, "2025-01-08", 100_000, 0, ("2024-02-08", 5))]),
    ],
)  # fmt: skip
def test_the_rows_are_those_of_the_rule(of: Loan, rows: list[tuple[object, ...]]) -> None:
    assert shown(of) == rows


@pytest.mark.parametrize("principal", [0, 1, 7, 99_999, 100_000])
@pytest.mark.parametrize("interest", [0, 1, 12_345])
@pytest.mark.parametrize("late", [0, 3])
@pytest.mark.parametrize("instalment", [0, 1, 333, 200_000])
def test_every_unit_of_the_file_is_in_the_plan_once(principal: int, interest: int, late: int, instalment: int) -> None:
    rows = plan(loan(principal=principal, interest=interest, late=late, instalment=instalment))
    payments = [row.payment for row in rows if row.payment is not None]
    assert sum(row.principal_minor for row in rows) == 100_000
    assert sum(one.principal_minor for one in payments) == principal
    assert sum(one.interest_minor for one in payments) == interest
    assert sum(one.late_minor for one in payments) == late
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert [row.due_date for row in rows] == sorted(row.due_date for row in rows)


# ── lenders ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("amount", "lenders", "fewest", "most"),
    [
        (100_000, 2_000, 3, 40),
        (100_000, 10, 3, 10),
        (100_000, 3, 3, 3),
        (5, 2_000, 3, 5),
        (2, 2_000, 2, 2),
        (1, 2_000, 1, 1),
    ],
)
def test_a_loan_is_lent_whole_by_different_lenders(amount: int, lenders: int, fewest: int, most: int) -> None:
    counts = set()
    for line in range(2, 302):
        drawn = draw(loan(amount=amount, line=line), lenders, seed=1)
        counts.add(len(drawn))
        assert sum(share for _, share in drawn) == amount
        assert len({lender for lender, _ in drawn}) == len(drawn)
        assert all(0 <= lender < lenders and share >= 1 for lender, share in drawn)
    assert (min(counts), max(counts)) == (fewest, most)


def test_a_draw_depends_on_the_seed_and_the_line_only() -> None:
    assert draw(loan(), 100, 1) == draw(loan(interest=0), 100, 1)
    assert draw(loan(), 100, 1) != draw(loan(), 100, 2)
    assert draw(loan(), 100, 1) != draw(loan(line=3), 100, 1)
