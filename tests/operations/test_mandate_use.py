"""Mandate use: what a hold took of a mandate's cap comes back when the hold is released, and never when it is used."""

from datetime import timedelta

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Mandate
from tests.operations.lending_case import LANE, Loan


def raising(loan: Loan, cap_minor: int = 100_000) -> str:
    loan.listed(amount_minor=200_000)
    loan.lender("L1", 200_000)
    return loan.mandate(LANE, "L1", "bid", cap_minor)


def used(loan: Loan, mandate: str) -> int:
    return loan.get(LANE, Mandate, mandate).used_minor


def test_a_cancelled_bid_gives_its_part_of_the_cap_back() -> None:
    loan = Loan()
    mandate = raising(loan)
    loan.bid("L1", 100_000, mandate=mandate)
    again = {"lender": "L1", "listing": "X", "amount_minor": 40_000, "mandate": mandate}
    assert loan.submit(LANE, "b2", "bid_hold", **again).code is Code.mandate_cap_exceeded
    loan.done(LANE, "c", "bid_cancel", lender="L1", hold="bid:L1:X", amount_minor=40_000)
    assert used(loan, mandate) == 60_000
    assert loan.submit(LANE, "b3", "bid_hold", **{**again, "amount_minor": 40_001}).code is Code.mandate_cap_exceeded
    assert loan.submit(LANE, "b4", "bid_hold", **again).code is Code.done
    assert used(loan, mandate) == 100_000


def test_a_failed_raise_gives_the_caps_of_several_bids_back_and_a_bid_of_his_own_gives_none() -> None:
    loan = Loan()
    mandate = raising(loan)
    loan.bid("L1", 30_000, mandate=mandate)
    for number in (2, 3):
        loan.done(
            LANE, f"b{number}", "bid_hold", lender="L1", listing="X", amount_minor=20_000,
            mandate=mandate if number == 2 else "",
        )  # fmt: skip
    assert used(loan, mandate) == 50_000
    loan.done(LANE, "f", "raise_failure", listing="X")
    assert used(loan, mandate) == 0
    assert loan.available("L1") == 200_000


def test_a_failed_raise_in_steps_gives_each_bid_back_once() -> None:
    loan = Loan()
    loan.crowd(2_001, lenders=3)
    loan.done(LANE, "f", "raise_failure", listing="X")
    loan.run("f", steps=1)
    part = sum(mandate.used_minor for mandate in loan.rows(LANE, Mandate))
    assert 0 < part < 200_100
    loan.run("f")
    assert [mandate.used_minor for mandate in loan.rows(LANE, Mandate)] == [0, 0, 0]


def test_a_revoked_mandate_gets_its_figure_back_and_stays_revoked() -> None:
    loan = Loan()
    mandate = raising(loan)
    loan.bid("L1", 100_000, mandate=mandate)
    loan.done(LANE, "r", "mandate_revoke", holder="L1", mandate=mandate)
    loan.done(LANE, "c", "bid_cancel", lender="L1", hold="bid:L1:X", amount_minor=100_000)
    assert loan.get(LANE, Mandate, mandate).state == "revoked"
    again = {"lender": "L1", "listing": "X", "amount_minor": 1, "mandate": mandate}
    assert loan.submit(LANE, "b2", "bid_hold", **again).code is Code.mandate_not_active


def test_what_was_lent_stays_used() -> None:
    loan = Loan()
    mandate = raising(loan, 200_000)
    loan.bid("L1", 200_000, mandate=mandate)
    loan.done(LANE, "d", "disbursement", listing="X")
    loan.move_day(LANE, loan.business_date(LANE) + timedelta(days=3))
    assert used(loan, mandate) == 200_000
