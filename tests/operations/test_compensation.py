"""Compensation: what a guarantor may pay and when, who gets it, what he gains; the gold figures; the same by a run."""

from datetime import date
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Hold
from cunguan.operations import runs
from tests.operations.lending_case import LANE, Loan

# The plan of 1,000,000 at 12 % from March 1st: 333,334 + 10,000 on April 1st; 333,333 + 6,667; 333,333 + 3,333.
SHARES = {"L1": 600_000, "L2": 400_000}
OVERDUE = date(2024, 4, 4)  # April 1st and two days of grace are over


def _overdue(shares: dict[str, int] | None = None, *, money: int = 2_000_000, day: date = OVERDUE, **body: Any) -> Loan:
    books = Loan()
    books.guaranteed(shares or SHARES, money=money, **body)
    books.move_day(LANE, day)
    return books


def test_pays_the_lenders_straight_and_takes_their_place() -> None:
    books = _overdue()
    assert books.compensate(1, 333_334, 10_000, 172).detail == {"paid_minor": 343_506, "claims": 2}
    assert books.postings(LANE, "compensation:1") == [
        ("G:2010", "L1:2010", 206_103), ("G:2010", "L2:2010", 137_403),
    ]  # fmt: skip
    assert books.available("G") == 2_000_000 - 343_506
    assert books.claims() == {
        "bid:L1:X": ("L1", 400_000, 6_000, 103, "active"),
        "bid:L2:X": ("L2", 266_666, 4_000, 69, "active"),
        "compensation:1": ("G", 333_334, 0, 0, "active"),
    }
    assert books.recourse() == {"compensation:1": ("G", 333_334, 10_000, 172, "active")}
    row = books.plan()[0]
    assert (row.compensated_principal_minor, row.compensated_interest_minor, row.compensated_late_minor) == (
        333_334, 10_000, 172,
    )  # fmt: skip
    assert (row.state, row.paid_principal_minor) == ("planned", 0)
    listing = books.listing()
    assert (listing.repaid_minor, listing.interest_minor, listing.state) == (0, 0, "disbursed")
    assert books.compensate(1, 333_334, 10_000, 172).code is Code.done, "the same id is the same compensation"


@pytest.mark.parametrize(
    ("amounts", "code"),
    [
        ((0, 0, 0),          Code.amount_not_positive),
        ((-1, 2, 0),         Code.amount_not_positive),
        ((333_335, 0, 0),    Code.principal_exceeds_due),
        ((0, 10_001, 0),     Code.interest_exceeds_due),
        ((0, 0, 173),        Code.late_charge_exceeds_due),
        ((333_334, 10_000, 172), Code.done),
        ((1, 0, 0),          Code.done),
        ((0, 1, 0),          Code.done),
        ((0, 0, 1),          Code.done),
    ],
)  # fmt: skip
def test_takes_at_most_what_the_lenders_may_ask(amounts: tuple[int, ...], code: Code) -> None:
    assert _overdue().compensate(1, *amounts).code is code


@pytest.mark.parametrize(
    ("day", "code"), [(date(2024, 4, 1), Code.not_overdue), (date(2024, 4, 3), Code.not_overdue), (OVERDUE, Code.done)]
)
def test_pays_only_what_is_overdue(day: date, code: Code) -> None:
    assert _overdue(day=day).compensate(1, 1).code is code


def test_checks_in_order() -> None:
    books = _overdue(money=100)
    books.client(LANE, "H", "guarantor")
    books.client(LANE, "B2", "borrower")
    assert books.compensate(1, 1, listing="Y", id="1").code is Code.listing_not_found
    assert books.compensate(1, 1, guarantor="nobody", id="2").code is Code.account_not_found
    assert books.compensate(1, 1, guarantor="B2", id="3").code is Code.account_role_differs
    assert books.compensate(1, 1, guarantor="H", id="4").code is Code.guarantor_not_registered
    assert books.compensate(4, 1, id="5").code is Code.plan_row_not_found
    assert books.compensate(2, 1, id="6").code is Code.not_overdue
    assert books.compensate(1, 101, signed=False, id="7").code is Code.authority_missing
    assert books.compensate(1, 101, by="L1:key", id="8").code is Code.authority_key_differs
    assert books.compensate(1, 101, id="9").code is Code.insufficient_balance
    assert books.compensate(1, 100, id="10").code is Code.done
    books.related("person:G")
    assert books.compensate(1, 1, id="11").code is Code.platform_may_not_guarantee
    assert books.available("G") == 0


def test_needs_a_loan_that_is_paid_out() -> None:
    books = Loan()
    books.full(SHARES)
    books.guarantor("G", 100)
    assert books.compensate(1, 1).code is Code.listing_not_disbursed


def test_asks_nothing_of_a_row_that_lenders_have_whole() -> None:
    books = _overdue()
    books.compensate(1, 333_334, 10_000)
    assert books.compensate(1, 1, id="again").code is Code.plan_row_paid
    assert books.repay(1, 1, 0).code is Code.plan_row_paid


def test_lets_the_borrower_pay_the_lenders_what_is_left_and_no_more() -> None:
    books = _overdue()
    books.give(LANE, "B", 1_000_000)
    books.compensate(1, 333_333, 9_999)
    assert books.repay(1, 2, 0, id="a").code is Code.principal_exceeds_due
    assert books.repay(1, 0, 2, id="b").code is Code.interest_exceeds_due
    assert books.repay(2, 1, 0, id="c").code is Code.plan_row_not_next
    assert books.repay(1, 1, 1, id="d").code is Code.done
    assert books.plan()[0].state == "partly_paid", "the borrower owes the rest to the guarantor"
    assert books.repay(2, 333_333, 6_667, id="e").code is Code.done
    assert books.available("G") == 2_000_000 - 343_332


def test_an_indirect_one_moves_the_same_money_and_says_so() -> None:
    direct, indirect = _overdue(), _overdue()
    direct.compensate(1, 333_334, 10_000)
    indirect.compensate(1, 333_334, 10_000, indirect=True)
    assert direct.postings(LANE, "compensation:1") == indirect.postings(LANE, "compensation:1")
    assert direct.claims() == indirect.claims()


def test_s31_the_lender_is_paid_before_the_guarantor_who_paid_half() -> None:
    books = _overdue({"L": 1_000_000}, rule="bullet", months=1, rate_e6=0)
    spare = books.available("B")
    assert spare == 1_000_000
    assert books.compensate(1, 500_000).code is Code.done
    assert books.pay_back(1, 500_000, id="too-early").code is Code.lenders_come_first
    assert books.repay(1, 500_000, 0).code is Code.done
    assert (books.available("L"), books.available("G")) == (1_000_000, 1_500_000)
    assert books.pay_back(1, 500_001, id="too-much").code is Code.recourse_exceeded
    assert books.pay_back(1, 500_000).code is Code.done
    assert (books.available("L"), books.available("G"), books.available("B")) == (1_000_000, 2_000_000, 0)
    assert books.recourse() == {"compensation:1": ("G", 0, 0, 0, "settled")}
    assert books.listing().state == "repaid"


def test_settles_and_compensates_claims_and_keeps_their_interest() -> None:
    books = _overdue(rule="bullet", months=1)
    books.compensate(1, 1_000_000, 4_000)
    assert {claim[4] for name, claim in books.claims().items() if name.startswith("bid")} == {"compensated"}
    assert books.repay(1, 0, 6_000).code is Code.done
    assert [books.claims()[f"bid:{lender}:X"][2] for lender in SHARES] == [6_000, 4_000]
    assert books.recourse() == {"compensation:1": ("G", 1_000_000, 4_000, 0, "active")}


def test_gives_each_lender_the_same_by_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = {f"L{n}": 100_000 + n for n in range(10)}

    def books_of(items: int) -> Loan:
        monkeypatch.undo()
        books = _overdue(shares)
        monkeypatch.setattr(runs, "ATOMIC_ITEMS", items)
        monkeypatch.setattr(runs, "STEP_ITEMS", 4)
        assert books.compensate(1, 333_300, 9_000, 100).code is Code.done
        if items < 10:
            assert books.available("G") == 2_000_000 - 342_400
            assert books.held("G") == 342_400
            refused = books.repay(1, 1, 0, id="between")
            assert (refused.code, refused.detail) == (Code.state_forbids, {"run": "compensation:1"})
            assert books.run("compensation:1") == 3
            assert books.get(LANE, Hold, "compensation:1").state == "captured"
        return books

    at_once, by_run = books_of(100), books_of(4)
    assert at_once.claims() == by_run.claims()
    assert at_once.recourse() == by_run.recourse()
    assert at_once.plan() == by_run.plan()
    assert [at_once.five(LANE, name) for name in (*shares, "G")] == [by_run.five(LANE, name) for name in (*shares, "G")]
