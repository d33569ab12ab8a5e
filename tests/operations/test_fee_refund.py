"""Fee refund: no more than was paid, out of the fees, and where they are gone, at the firm's cost."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import FeeCharge, FeeItem, Holder, Pool, Shortfall, SuspenseItem
from tests.operations.cash import LANE, open_books, result, sent, set_state, with_fees
from tests.operations.driver import Books
from tests.operations.lending_case import Loan
from tests.operations.pool_case import NAMES, WRONG_NAMES
from tests.operations.test_withdrawal import FEES

MONEY = 1_000_000


def charged(*, fees_left: int | None = None) -> Books:
    """Return books in which L1 paid 10.00 of a fee; of which the platform has only so much left in the pool."""
    books = with_fees(open_books(cards=False), FeeItem("service", "bp", 100, 0, 0, 0))
    books.done(
        LANE,
        "c1",
        "fee_charge",
        holder="L1",
        fee_schedule="fees",
        fee_item="service",
        base_minor=100_000,
        fee_minor=1_000,
    )
    if fees_left is not None and fees_left < 1_000:
        books.payee(LANE)
        books.done(
            LANE, "F1", "fee_payout", pool="main", bank_account="bank", amount_minor=1_000 - fees_left,
            payee_hash="payee:own", **NAMES,
        )  # fmt: skip
    return books


def refund(books: Books, id: str = "r1", **body: object) -> Answer:
    asked: dict[str, object] = {"charge": "c1", "amount_minor": 1_000, "reason": "not owed", **NAMES}
    return books.submit(LANE, id, "fee_refund", **(asked | body))


def test_gives_a_fee_back_out_of_the_fees() -> None:
    books = charged()
    answer = refund(books)
    assert (answer.code, answer.detail) == (Code.done, {"by_firm_minor": 0, "pool": "open"})
    assert books.postings(LANE, "r1") == [("main:2110", "L1:2010", 1_000)]
    assert (books.balance(LANE, "L1", "2010"), books.balance(LANE, "main", "2110")) == (MONEY, 0)
    assert books.get(LANE, FeeCharge, "c1").refunded_minor == 1_000
    assert books.rows(LANE, Shortfall) == [] and books.get(LANE, Pool, "main").state == "open"
    assert refund(books) == answer


@pytest.mark.parametrize(("fees_left", "from_fees", "by_firm"), [(0, 0, 1_000), (400, 400, 600), (1_000, 1_000, 0)])
def test_is_the_firms_where_the_fees_are_gone(fees_left: int, from_fees: int, by_firm: int) -> None:
    books = charged(fees_left=fees_left)
    pool = "payouts_stopped" if by_firm else "open"  # the pool has no line: any gap is above it
    assert refund(books).detail == {"by_firm_minor": by_firm, "pool": pool}
    expected = [("main:2110", "L1:2010", from_fees), ("main:1030", "L1:2010", by_firm)]
    assert books.postings(LANE, "r1") == [line for line in expected if line[2]]
    assert books.balance(LANE, "L1", "2010") == MONEY
    assert books.balance(LANE, "main", "1030") == by_firm
    shortfalls = [(row.id, row.pool, row.amount_minor, row.state) for row in books.rows(LANE, Shortfall)]
    assert shortfalls == ([("r1", "main", by_firm, "found")] if by_firm else [])
    assert books.get(LANE, Pool, "main").state == pool


@pytest.mark.parametrize(("own_minor", "state"), [(1_000, "open"), (999, "payouts_stopped")])
def test_leaves_the_pool_open_while_what_the_firm_paid_in_covers_it(own_minor: int, state: str) -> None:
    books = charged(fees_left=0)
    books.give(LANE, "main", own_minor, code="3010")
    refund(books)
    assert books.get(LANE, Pool, "main").state == state


def test_a_second_shortfall_finds_the_pool_short_already() -> None:
    books = charged(fees_left=0)
    assert refund(books, amount_minor=400).code is Code.done
    assert refund(books, "r2", amount_minor=600).code is Code.done
    assert [row.amount_minor for row in books.rows(LANE, Shortfall)] == [400, 600]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"amount_minor": -1}, Code.amount_not_positive),
        ({"reason": ""}, Code.reason_missing),
        *WRONG_NAMES,
        ({"charge": "c9"}, Code.fee_charge_not_found),
        ({"amount_minor": 1_001}, Code.fee_refund_exceeded),
        ({"amount_minor": 999}, Code.done),
    ],
)
def test_refuses_in_this_order(change: dict[str, Any], code: Code) -> None:
    assert refund(charged(), **change).code is code


def test_gives_back_no_more_than_was_paid() -> None:
    books = charged()
    assert refund(books, amount_minor=600).code is Code.done
    refused = refund(books, "r2", amount_minor=401)
    assert (refused.code, refused.detail) == (Code.fee_refund_exceeded, {"left_minor": 400})
    assert refund(books, "r3", amount_minor=400).code is Code.done


@pytest.mark.parametrize("fees_left", [400, 1_000])
def test_waits_in_suspense_for_an_owner_whose_account_is_closed(fees_left: int) -> None:
    books = charged(fees_left=fees_left)
    set_state(books, Holder, "L1", "closed")
    assert refund(books).code is Code.done
    item = books.get(LANE, SuspenseItem, "r1")
    assert (item.code, item.owner, item.left_minor, item.reference) == ("2220", "L1", 1_000, "c1")
    assert books.balance(LANE, "main", "2220") == 1_000


def test_gives_the_fee_of_a_withdrawal_back() -> None:
    books = with_fees(open_books())
    sent(books, **FEES)
    assert refund(books, "r0", charge="W1", amount_minor=1).code is Code.fee_charge_not_found
    answer = result(books, "settled")
    assert books.get(LANE, FeeCharge, "W1") == FeeCharge("W1", "L1", 60, 0, answer.seq)
    assert refund(books, charge="W1", amount_minor=61).code is Code.fee_refund_exceeded
    assert refund(books, "r2", charge="W1", amount_minor=60).code is Code.done
    assert books.balance(LANE, "L1", "2010") == MONEY - 60_000


@pytest.mark.parametrize("status", ["rejected", "timed_out"])
def test_a_withdrawal_that_was_not_paid_took_no_fee(status: str) -> None:
    books = with_fees(open_books())
    sent(books, **FEES)
    result(books, status)
    assert books.rows(LANE, FeeCharge) == []


def test_gives_the_fee_of_a_disbursement_back() -> None:
    loan = Loan()
    loan.fees(LANE)
    loan.consent(LANE, "B")
    loan.client(LANE, "L1")
    loan.give(LANE, "L1", 1_000_000)
    loan.listed(amount_minor=1_000_000, fee_schedule="fees", fee_item="platform_fee")
    loan.bid("L1", 1_000_000)
    answer = loan.done(LANE, "disburse", "disbursement", listing="X")
    assert loan.get(LANE, FeeCharge, "disburse") == FeeCharge("disburse", "B", 20_000, 0, answer.seq)
    assert refund(loan, charge="disburse", amount_minor=20_000).code is Code.done
    assert loan.balance(LANE, "B", "2010") == 1_000_000


def test_knows_the_fee_of_each_step_of_a_run() -> None:
    loan = Loan()
    loan.fees(LANE)
    loan.consent(LANE, "B")
    listing = loan.crowd(2_100, fee_schedule="fees", fee_item="platform_fee")
    loan.done(LANE, "disburse", "disbursement", listing=listing)
    loan.run("disburse")
    charges = loan.rows(LANE, FeeCharge)
    assert {charge.holder for charge in charges} == {"B"}
    assert sum(charge.fee_minor for charge in charges) == loan.balance(LANE, "main", "2110") > 0
