"""Schedules (还款计划): the plan rows of a loan, fixed at its disbursement.

When    a listing is disbursed
Reads   the schedule rule of its registration, principal, annual rate, months, the day of disbursement
Shape   PlanRow: number from 1, due_date, principal_minor, interest_minor; Σ principal = the loan, to the last unit
Units   minor units; rates a year in millionths (120000 is 12 %); a month is a twelfth of a year, whatever its days
Errors  ValueError: a rule that is not known, a loan or rows that make no plan; the platform's to correct
Source  domain-decisions.md 18; gold case k.1 step 5 (row 1: 3,333,334 + 100,000)
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import msgspec

from cunguan.kernel.dates import add_months
from cunguan.kernel.money import div_half_even, split

_MONTHS: Final = 12
_MILLION: Final = 1_000_000
_DAYS_OF_YEAR: Final = 365


class PlanRow(msgspec.Struct, frozen=True):
    """What falls due on one day."""

    number: int
    due_date: date
    principal_minor: int
    interest_minor: int


def plan(
    rule: str,
    principal_minor: int,
    rate_e6: int,
    months: int,
    from_date: date,
    recorded: Sequence[tuple[date, int, int]] = (),
) -> list[PlanRow]:
    """Return the plan rows by a schedule rule.

    equal_principal   等额本金  the principal in equal parts, the first rows get the units left over
    equal_instalment  等额本息  every month the same sum, the last row what is left
    bullet            先息后本  interest every month, the principal with the last
    recorded                    the rows as given: (due date, principal, interest); rate and months are not read

    A month in which nothing falls due has no row.

    >>> for row in plan("equal_principal", 10_000_000, 120_000, 3, date(2024, 1, 31)):
    ...     print(row.number, row.due_date, row.principal_minor, row.interest_minor)
    1 2024-02-29 3333334 100000
    2 2024-03-31 3333333 66667
    3 2024-04-30 3333333 33333
    """
    if principal_minor <= 0:
        raise ValueError(f"the principal is {principal_minor}; a plan is made for a loan above zero")
    if rule == "recorded":
        return _numbered(_checked(principal_minor, from_date, recorded))
    if rule not in _PARTS:
        raise ValueError(f"no schedule rule is called {rule!r}; take one of recorded, {', '.join(_PARTS)}")
    if months < 1 or rate_e6 < 0:
        raise ValueError(f"{months} months at {rate_e6} millionths make no plan; give one month and 0 % at least")
    parts = _PARTS[rule](principal_minor, rate_e6, months)
    dated = ((add_months(from_date, month), *part) for month, part in enumerate(parts, start=1))
    return _numbered([row for row in dated if row[1] or row[2]])


def late_charge(outstanding_minor: int, late_rate_e6: int, days_overdue: int, grace_days: int) -> int:
    """Return the late charge (罚息) on what is overdue, for the days after the grace days (宽限期), of a year of 365.

    >>> late_charge(1_000_000, 182_500, 12, 2), late_charge(1_000_000, 182_500, 2, 2)
    (5000, 0)
    """
    if min(outstanding_minor, late_rate_e6, grace_days) < 0:
        raise ValueError("an overdue amount, a late rate and grace days are zero or more")
    days = max(days_overdue - grace_days, 0)
    return div_half_even(outstanding_minor * late_rate_e6 * days, _MILLION * _DAYS_OF_YEAR)


def _interest(outstanding_minor: int, rate_e6: int) -> int:
    return div_half_even(outstanding_minor * rate_e6, _MILLION * _MONTHS)


def _equal_principal(principal_minor: int, rate_e6: int, months: int) -> list[tuple[int, int]]:
    parts = []
    outstanding = principal_minor
    for principal in split(principal_minor, [1] * months):
        parts.append((principal, _interest(outstanding, rate_e6)))
        outstanding -= principal
    return parts


def _equal_instalment(principal_minor: int, rate_e6: int, months: int) -> list[tuple[int, int]]:
    instalment = _instalment(principal_minor, rate_e6, months)
    parts = []
    outstanding = principal_minor
    for month in range(1, months + 1):
        interest = _interest(outstanding, rate_e6)
        # A rounded instalment may be used up before the last month, or leave a few units for it.
        principal = outstanding if month == months else min(instalment - interest, outstanding)
        parts.append((principal, interest))
        outstanding -= principal
    return parts


def _instalment(principal_minor: int, rate_e6: int, months: int) -> int:
    """Return P·r / (1 - (1+r)^-n) in whole units, by whole numbers: r is rate_e6 / 12,000,000.

    >>> _instalment(1_000_000, 120_000, 12), _instalment(1_200, 0, 12)
    (88849, 100)
    """
    if rate_e6 == 0:
        return div_half_even(principal_minor, months)
    base = _MILLION * _MONTHS
    grown, flat = (base + rate_e6) ** months, base**months
    return div_half_even(principal_minor * rate_e6 * grown, base * (grown - flat))


def _bullet(principal_minor: int, rate_e6: int, months: int) -> list[tuple[int, int]]:
    interest = _interest(principal_minor, rate_e6)
    return [(0, interest)] * (months - 1) + [(principal_minor, interest)]


_PARTS: Final = {
    "equal_principal":  _equal_principal,
    "equal_instalment": _equal_instalment,
    "bullet":           _bullet,
}  # fmt: skip


def _checked(
    principal_minor: int, from_date: date, recorded: Sequence[tuple[date, int, int]]
) -> Sequence[tuple[date, int, int]]:
    days = [from_date, *(day for day, _, _ in recorded)]
    if days != sorted(days):
        raise ValueError("recorded rows stand in the order of their dates, none before the loan")
    if any(principal < 0 or interest < 0 for _, principal, interest in recorded):
        raise ValueError("a recorded row is negative; what was paid back to the borrower is no plan row")
    total = sum(principal for _, principal, _ in recorded)
    if total != principal_minor:
        raise ValueError(f"the recorded principals sum to {total}, the loan is {principal_minor}; give every row")
    return recorded


def _numbered(rows: Sequence[tuple[date, int, int]]) -> list[PlanRow]:
    return [PlanRow(number, *row) for number, row in enumerate(rows, start=1)]
