"""Loan plan (还款安排): the rows and the days of one recorded loan, because its file tells totals only.

Reads   a loan of a file and the day it is disbursed; weekends are the only free days
Shape   PlanRow as the listing records it, and what the borrower pays on it on which day (None: never paid)
Returns rows whose principal sums to the loan and whose payments sum to what the file says, to the last unit
Source  design/loan-books.md, rows schedule and dates
"""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import msgspec

from cunguan.doors.demo.loan_file import Loan
from cunguan.kernel.dates import WEEKENDS_ONLY, add_months
from cunguan.kernel.money import split


class Payment(msgspec.Struct, frozen=True):
    """What the borrower pays on one row, and when."""

    day: date
    principal_minor: int
    interest_minor: int
    late_minor: int

    @property
    def amount_minor(self) -> int:
        """What he needs for it."""
        return self.principal_minor + self.interest_minor + self.late_minor


class PlanRow(msgspec.Struct, frozen=True):
    """A row of the plan; number from 1."""

    number: int
    due_date: date
    principal_minor: int
    interest_minor: int
    payment: Payment | None


def disbursement_day(loan: Loan) -> date:
    """Return the first working day of the issue month, or on or after the issue date."""
    return WEEKENDS_ONLY.next_working_day(loan.issue_date)


def row_count(loan: Loan) -> int:
    """Return over how many months the payments are spread: min(term, max(1, ceil(paid / instalment)))."""
    if not loan.instalment_minor:
        return 1
    paid = loan.principal_minor + loan.interest_minor
    return min(loan.term_months, max(1, -(-paid // loan.instalment_minor)))


def spread(total: int, rows: int) -> list[int]:
    """Return a total in so many parts, the sum of the first k being the largest-remainder share of k of n rows.

    >>> spread(10, 4), spread(1, 3), spread(0, 2)
    ([3, 2, 3, 2], [0, 1, 0], [0, 0])
    """
    so_far = [split(total, [k, rows - k])[0] for k in range(rows + 1)]
    return [after - before for before, after in pairwise(so_far)]


def plan(loan: Loan) -> list[PlanRow]:
    """Return the rows: those that were paid, monthly from the disbursement, and one open row for the rest.

    A month on which nothing falls has no row. A late fee stands on the last paid row; paid alone, on the open one.
    """
    start = disbursement_day(loan)
    count = row_count(loan)
    parts = zip(spread(loan.principal_minor, count), spread(loan.interest_minor, count), strict=True)
    paid = [(add_months(start, month), *part) for month, part in enumerate(parts, start=1) if any(part)]
    rows = list(_paid(paid, loan.late_minor))
    rest = loan.amount_minor - loan.principal_minor
    if rest:
        alone = None
        if loan.late_minor and not paid:
            alone = Payment(_payable(add_months(start, 1)), 0, 0, loan.late_minor)
        rows.append(PlanRow(len(rows) + 1, add_months(start, loan.term_months), rest, 0, alone))
    return rows


def _paid(paid: list[tuple[date, int, int]], late_minor: int) -> Iterator[PlanRow]:
    for number, (due, principal, interest) in enumerate(paid, start=1):
        late = late_minor if number == len(paid) else 0
        yield PlanRow(number, due, principal, interest, Payment(_payable(due), principal, interest, late))


def _payable(due: date) -> date:
    return WEEKENDS_ONLY.next_working_day(due)
