"""Guarantor repayment: after the lenders, at most the recourse, pro rata among guarantors, and the end of the loan."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Mandate, Message
from tests.operations.lending_case import LANE, Loan
from tests.operations.test_compensation import OVERDUE, SHARES


def _compensated(**body: Any) -> Loan:
    """One row of 1,000,000 + 10,000, of which the guarantor paid 400,000 + 4,000 + 100 and the borrower the rest."""
    books = Loan()
    books.guaranteed(SHARES, money=2_000_000, rule="bullet", months=1, **body)
    books.move_day(LANE, OVERDUE)
    books.compensate(1, 400_000, 4_000, 100)
    books.give(LANE, "B", 1_000_000)
    books.repay(1, 600_000, 6_000)
    return books


@pytest.mark.parametrize(
    ("amounts", "code"),
    [
        ((0, 0, 0),              Code.amount_not_positive),
        ((400_001, 0, 0),        Code.recourse_exceeded),
        ((0, 4_001, 0),          Code.recourse_exceeded),
        ((0, 0, 101),            Code.recourse_exceeded),
        ((400_000, 4_000, 100),  Code.done),
    ],
)  # fmt: skip
def test_pays_at_most_the_recourse(amounts: tuple[int, ...], code: Code) -> None:
    assert _compensated().pay_back(1, *amounts).code is code


def test_ends_the_loan_and_gives_the_reservation_back() -> None:
    books = _compensated()
    before = books.available("G")
    assert books.pay_back(1, 400_000, 4_000, id="a").code is Code.done
    assert books.listing().state == "disbursed", "he still owes the late charge"
    assert books.plan()[0].state == "partly_paid"
    assert books.rows(LANE, Message) == []
    assert books.pay_back(1, 0, 0, 100, id="b").code is Code.done
    assert books.available("G") - before == 404_100
    assert books.postings(LANE, "b") == [("B:2010", "G:2010", 100)]
    listing, row = books.listing(), books.plan()[0]
    assert (listing.state, listing.repaid_minor, listing.interest_minor, listing.late_minor) == (
        "repaid", 1_000_000, 10_000, 100,
    )  # fmt: skip
    assert (row.state, row.paid_principal_minor, row.compensated_principal_minor) == ("paid", 1_000_000, 0)
    assert len(books.rows(LANE, Message)) == 1
    assert books.pay_back(1, 1, id="c").code is Code.listing_not_disbursed


def test_checks_in_order() -> None:
    books = _compensated()
    books.client(LANE, "B2", "borrower")
    assert books.pay_back(1, 1, listing="Y", id="1").code is Code.listing_not_found
    assert books.pay_back(1, 1, borrower="B2", id="2").code is Code.borrower_differs
    assert books.pay_back(2, 1, id="3").code is Code.plan_row_not_found
    assert books.pay_back(1, 1, signed=False, id="4").code is Code.authority_missing
    assert books.pay_back(1, 1, mandate="none", id="5").code is Code.mandate_not_found


def test_pays_only_what_he_has() -> None:
    books = _compensated()
    held = books.available("B") - 404_099
    books.done(
        LANE, "h", "general_hold", holder="B", amount_minor=held, reason="his wish", authority="P",
        until=books.business_date(LANE),
    )  # fmt: skip
    assert books.pay_back(1, 400_000, 4_000, 100, id="a").code is Code.insufficient_balance
    assert books.pay_back(1, 400_000, 4_000, 99, id="b").code is Code.done


def test_waits_for_every_row_of_the_lenders() -> None:
    books = Loan()
    books.guaranteed(SHARES, money=2_000_000)
    books.move_day(LANE, OVERDUE)
    books.compensate(1, 333_334, 10_000)
    answer = books.pay_back(1, 1)
    assert (answer.code, answer.detail) == (Code.lenders_come_first, {"lenders_minor": 676_666})


def test_may_be_paid_under_a_mandate_for_repayments() -> None:
    books = _compensated()
    mandate = books.mandate(LANE, "B", "repayment", 400_000)
    assert books.pay_back(1, 400_000, 1, mandate=mandate, id="a").code is Code.mandate_cap_exceeded
    assert books.pay_back(1, 400_000, mandate=mandate, id="b").code is Code.done
    assert books.get(LANE, Mandate, mandate).used_minor == 400_000


def test_pays_two_guarantors_by_what_each_has_paid() -> None:
    books = Loan()
    books.full(SHARES, rule="bullet", months=1)
    for guarantor in ("G", "H"):
        books.guarantor(guarantor, 1_000_000)
    books.done(LANE, "disburse:X", "disbursement", listing="X")
    books.move_day(LANE, OVERDUE)
    books.compensate(1, 600_000, 10_000, id="g")
    books.compensate(1, 400_000, 0, guarantor="H", id="h")
    books.give(LANE, "B", 500)
    assert books.pay_back(1, 500_000, 10_000).code is Code.done
    assert books.postings(LANE, "guarantor_repayment:1") == [
        ("B:2010", "G:2010", 310_000), ("B:2010", "H:2010", 200_000),
    ]  # fmt: skip
    assert books.recourse() == {"g": ("G", 300_000, 0, 0, "active"), "h": ("H", 200_000, 0, 0, "active")}
