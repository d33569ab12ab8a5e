"""A loan book and its repayments, reconciled by the matching: the answer is the 22 rows of the file's own report.

The book names an instalment and no due dates, so each date of payment counts as due; two like payments on one date are one
too many, and the later of the file is that one. Impact and words are the report's; sums are exact.
"""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cunguan.reconciliation.lines import Found, Line
from tests.reconciliation.three_sides import found

LOANS = Path(__file__).parents[3] / "shared/data/10-transactions/loan-reconciliation"

#: break, and whether too little was paid -> what the report calls it, its detail, and how severe it finds it
PAID = "Paid {0:,.0f} vs scheduled {1:,.0f}"
CALLED = {
    ("BRK08", False): ("Orphan transaction", "Payment references a loan not in the loan book", "High"),
    ("BRK05", False): ("Duplicate payment", "Identical payment already recorded on the same date", "Medium"),
    ("BRK03", False): ("Overpayment", PAID, "Low"),
    ("BRK03", True): ("Underpayment", PAID, "Low"),
}


def rows(name: str) -> list[dict[str, str]]:
    if not LOANS.exists():
        pytest.skip("the loan file is not here: ../shared/data/10-transactions/loan-reconciliation")
    with (LOANS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def minor(amount: str) -> int:
    return int(Decimal(amount) * 100)


def line(number: int, loan: str, day: str, amount_minor: int) -> Line:
    return Line(
        line=number,
        reference=f"{loan}:{day}",
        counterparty=loan,
        amount_minor=amount_minor,
        currency="CNY",  # the file names none; it writes two decimals
        booked_on=date.fromisoformat(day),
    )


def told(one: Found, payments: list[dict[str, str]]) -> tuple[str, str, str, str, Decimal, str]:
    """Write a break as the report does."""
    assert one.bank_line is not None and one.bank_minor is not None
    payment, due_minor = payments[-one.bank_line], one.ledger_minor or 0
    more = Decimal(one.bank_minor - due_minor) / 100
    issue, detail, severity = CALLED[one.code, more < 0]
    detail = detail.format(Decimal(one.bank_minor) / 100, Decimal(due_minor) / 100)
    return payment["loan_id"], payment["txn_id"], issue, detail, more, severity


def test_the_answer_is_the_report_of_the_file() -> None:
    payments, instalment = rows("repayments.csv"), {row["loan_id"]: row["installment"] for row in rows("loan_book.csv")}
    due = dict.fromkeys((row["loan_id"], row["payment_date"]) for row in payments if row["loan_id"] in instalment)
    bank = [
        line(len(payments) - place, row["loan_id"], row["payment_date"], minor(row["amount"]))
        for place, row in enumerate(payments)  # numbered from the end: the first of two likes is the later one
    ]
    ledger = [line(number, loan, day, minor(instalment[loan])) for number, (loan, day) in enumerate(due)]
    answer = sorted(told(one, payments) for one in found(ledger=ledger, bank=bank))
    assert answer == sorted(
        (
            row["loan_id"],
            row["txn_id"],
            row["issue_type"],
            row["detail"],
            Decimal(row["amount_impact"]),
            row["severity"],
        )
        for row in rows("discrepancy_report.TRUTH.csv")
    )
    assert len(answer) == 22
