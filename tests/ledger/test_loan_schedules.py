"""Loan schedules: our plans against those that another system's own tests state, row by row, to the cent.

Reads   ../shared/data/10-transactions/loan-schedules beside the repository; where it is not there, nothing is compared
        and the run says so. The data stays where it is.
Shape   a case is compared when its terms are one of our schedule rules: monthly rows, one disbursement, no down payment,
        no free months, and interest of a twelfth of a year on what is outstanding, or none. All others are counted by
        what is missing; what differs stands in loan_schedules_differences.txt with whose rule is right and why
Not     what the other system does with payments, charges and reversals: here only principal and interest due are read
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cunguan.ledger.schedule import plan

ROOT = Path(__file__).parents[2]
FOLDER = ROOT.parent / "shared" / "data" / "10-transactions" / "loan-schedules"
REVIEWED = Path(__file__).with_name("loan_schedules_differences.txt")

Rows = list[tuple[date, int, int]]

RULES = {"EQUAL_INSTALLMENTS": "equal_instalment", "EQUAL_PRINCIPAL_PAYMENTS": "equal_principal"}
FREE = ("graceOnPrincipalPayment", "graceOnInterestPayment", "interest free period")
#: a product of this name counts a month as 30 days of 360, which is a twelfth of the year
TWELFTHS = "360_30"

_LOAN, _SCHEDULE = "fully customized loan", re.compile(r"Repayment schedule has \d+ periods")
_DISBURSED = re.compile(r'successfully disburse the loan on "([^"]+)" with "([^"]+)"')
#: steps that change what is due: the plan after them is no plan of ours any more
_CHANGES = re.compile(
    r"reschedul|re-aging|re-amortization|chargeback|charge-off|Refund|processing charge|% of transaction|waives|undo",
    re.IGNORECASE,
)


@cache
def _cases() -> list[dict[str, Any]]:
    if not FOLDER.is_dir():
        pytest.skip(
            f"no loan schedules to compare with: {FOLDER.relative_to(ROOT.parent)} is not beside the repository"
        )
    return [case for file in sorted(FOLDER.glob("*.json")) for case in json.loads(file.read_text("utf-8"))]


def _name(case: dict[str, Any]) -> str:
    return str(case["origin"]).rpartition("/")[2]


def _day(text: str) -> date:
    return datetime.strptime(text, "%d %B %Y").replace(tzinfo=UTC).date()


def _minor(text: str) -> int:
    return int(Decimal(text.replace(",", "") or "0") * 100)


def _theirs(table: list[dict[str, str]]) -> Rows:
    return [(_day(row["Date"]), _minor(row["Principal due"]), _minor(row["Interest"])) for row in table if row["Nr"]]


def _ours(terms: dict[str, str], amount_minor: int, day: date) -> Rows:
    months, rate_e6 = int(terms["numberOfRepayments"]), int(Decimal(terms["ANNUAL interest rate %"]) * 10_000)
    rule = "bullet" if months == 1 else RULES[terms["amortization type"]]
    rows = plan(rule, amount_minor, rate_e6, months, day)
    return [(row.due_date, row.principal_minor, row.interest_minor) for row in rows]


def _not_ours(terms: dict[str, str] | None, rows: Rows, paid_out: list[tuple[date, int]]) -> str:
    """Return what of a case is no schedule rule of ours, or nothing."""
    if terms is None:
        return "the case does not say its rate"
    if (terms["repaymentFrequencyType"], terms["repaymentEvery"]) != ("MONTHS", "1"):
        return "rows are not monthly"
    if len(paid_out) != 1:
        return "several disbursements"
    if rows and rows[0][0] == paid_out[0][0]:
        return "a down payment"
    if any(terms[name] != "0" for name in FREE):
        return "months without principal or interest"
    if Decimal(terms["ANNUAL interest rate %"]) == 0 or (terms["numberOfRepayments"] == "1" and _is_of_months(terms)):
        return ""
    if terms["interest type"] != "DECLINING_BALANCE":
        return "interest on the first principal (flat)"
    return "" if _is_of_months(terms) else "interest by days"


def _is_of_months(terms: dict[str, str]) -> bool:
    return terms["interest calculation period"] == "SAME_AS_REPAYMENT_PERIOD" or TWELFTHS in terms["LoanProduct"]


def _read(case: dict[str, Any]) -> tuple[str, Rows, Rows]:
    """Return what is not ours, or nothing; their rows as first stated, and our plan."""
    terms: dict[str, str] | None = None
    paid_out: list[tuple[date, int]] = []
    for step in case["steps"]:
        said = step["step"]
        if _LOAN in said:
            terms = step["table"][0]
        elif (found := _DISBURSED.search(said)) is not None:
            paid_out.append((_day(found[1]), _minor(found[2])))
        elif _SCHEDULE.search(said) and paid_out:
            rows = _theirs(step["table"])
            missing = _not_ours(terms, rows, paid_out)
            return (missing, rows, []) if missing or terms is None else ("", rows, _ours(terms, *paid_out[0][::-1]))
        elif _CHANGES.search(said):
            return "what is due was changed before the first schedule", [], []
    return "no schedule is stated", [], []


def _reviewed() -> dict[str, tuple[str, str]]:
    lines = [line.split("|") for line in REVIEWED.read_text("utf-8").splitlines() if line[:1] not in ("", "#")]
    return {name.strip(): (whose.strip(), why.strip()) for name, whose, why in lines}


def _compared() -> Iterator[tuple[str, Rows, Rows]]:
    for case in _cases():
        missing, theirs, ours = _read(case)
        if not missing:
            yield _name(case), theirs, ours


def test_every_plan_is_theirs_or_its_difference_is_reviewed() -> None:
    reviewed = _reviewed()
    unexplained, gone = {}, set(reviewed)
    for name, theirs, ours in _compared():
        if theirs != ours and name not in reviewed:
            unexplained[name] = [pair for pair in zip(theirs, ours, strict=False) if pair[0] != pair[1]]
        if theirs != ours:
            gone.discard(name)
    assert not unexplained, unexplained
    assert not gone, f"these differ no more: take them out of {REVIEWED.name}"


def test_every_difference_says_whose_rule_is_right_and_why() -> None:
    assert all(whose in ("ours", "theirs", "both") and why for whose, why in _reviewed().values())


def test_compares_enough_and_knows_why_it_leaves_the_others_out() -> None:
    left_out = Counter(missing for case in _cases() if (missing := _read(case)[0]))
    compared = len(list(_compared()))
    assert compared + left_out.total() == len(_cases())
    assert compared >= 25, left_out
    assert compared > 4 * len(_reviewed())


def test_sums_are_what_was_lent() -> None:
    for name, theirs, ours in _compared():
        assert sum(row[1] for row in ours) == sum(row[1] for row in theirs), name
