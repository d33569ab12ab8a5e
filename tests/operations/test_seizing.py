"""Seizing: whatever brings a client money while an order waits, it goes on to the order in the same journal, net."""

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Freeze, Holder
from tests.operations.cash import LANE as CASH
from tests.operations.cash import days, open_books, result, sent
from tests.operations.driver import Books
from tests.operations.lending_case import LANE, Loan, later
from tests.operations.order_case import ORDER


def ordered(books: Books, person: str, amount_minor: int = 10**9, name: str = "O1") -> None:
    books.done(0, name, "legal_order", **(ORDER | {"person": person, "amount_minor": amount_minor, "instrument": name}))
    books.settle_messages()


def seized(books: Books, instruction: str, holder: str = "L1") -> int:
    """Return what of an instruction's journal was frozen of a holder."""
    return sum(amount for debit, credit, amount in books.postings(LANE, instruction)
               if (debit, credit) == (f"{holder}:2010", f"{holder}:2040"))  # fmt: skip


# ── money from outside ───────────────────────────────────────────────────────
def test_a_deposit_and_a_settlement() -> None:
    books = open_books(money_minor=0)
    ordered(books, "person:L1", 1_000)
    deposit = {"holder": "L1", "amount_minor": 600}
    books.done(CASH, "d", "deposit_direct", bank_account="bank", payer_matches=True, reference="r", **deposit)
    assert books.postings(CASH, "d") == [("bank:1010", "L1:2010", 600), ("L1:2010", "L1:2040", 600)]
    books.done(
        CASH, "n", "deposit_notice", channel="fastpay", settle_date=books.business_date(CASH), reference="r", **deposit
    )
    assert books.five(CASH, "L1") == (0, 600, 0, 0, 600)
    books.done(
        CASH,
        "settle:n:settled",
        "deposit_settlement",
        deposit="n",
        outcome="settled",
        bank_account="bank",
        amount_minor=600,
    )
    assert books.five(CASH, "L1") == (200, 0, 0, 0, 1_000)  # the order asked for 4.00 more
    assert seized(books, "settle:n:settled") == 400


def test_a_withdrawal_the_bank_rejects() -> None:
    books = open_books()
    sent(books)
    ordered(books, "person:L1")
    assert books.five(CASH, "L1") == (0, 0, 0, 60_000, 940_000)  # what is outbound is not reached
    assert result(books, "rejected").code is Code.done
    assert books.five(CASH, "L1") == (0, 0, 0, 0, 1_000_000)


def test_a_filled_order_lets_the_rest_be_used() -> None:
    books = open_books()
    ordered(books, "person:L1", 400_000)
    body = {"holder": "L1", "card": "L1:card", "bank_account": "bank", "payee_hash": "payee:L1"}
    assert books.submit(CASH, "w1", "withdrawal", amount_minor=600_001, **body).code is Code.insufficient_balance
    assert books.submit(CASH, "w2", "withdrawal", amount_minor=600_000, **body).code is Code.done


# ── lending ──────────────────────────────────────────────────────────────────
@pytest.fixture
def loan() -> Loan:
    """X is full: 3.00 of L1, 7.00 of L2, with a fee of 2 %."""
    books = Loan()
    books.fees(LANE, "fees", 1)
    books.consent(LANE, "B")
    books.full({"L1": 300, "L2": 700}, fee_schedule="fees", fee_item="platform_fee")
    return books


def test_a_bid_taken_back_and_a_raise_that_fails(loan: Loan) -> None:
    ordered(loan, "person:L1")
    assert loan.five(LANE, "L1") == (0, 0, 300, 0, 0)
    loan.move_day(LANE, later(40))
    loan.done(LANE, "fail", "raise_failure", listing="X", timer=True)
    assert (loan.five(LANE, "L1"), loan.five(LANE, "L2")) == ((0, 0, 0, 0, 300), (700, 0, 0, 0, 0))


def test_a_disbursement_net_of_its_fee(loan: Loan) -> None:
    ordered(loan, "person:B")
    loan.done(LANE, "pay", "disbursement", listing="X")
    assert loan.five(LANE, "B") == (0, 0, 0, 0, 980)
    assert (loan.of_pool("2110"), seized(loan, "pay", "B")) == (20, 980)


def test_a_repayment_to_two_lenders_of_whom_one_is_under_an_order(loan: Loan) -> None:
    loan.done(LANE, "pay", "disbursement", listing="X")
    ordered(loan, "person:L1", 50)
    loan.give(LANE, "B", 1_000)
    assert loan.repay(1, 334, 10).code is Code.done
    first, second = loan.five(LANE, "L1"), loan.five(LANE, "L2")
    assert (first[4], second[4]) == (50, 0)
    assert first[0] + first[4] + second[0] == 344


def test_a_borrower_under_an_order_has_nothing_to_repay_with(loan: Loan) -> None:
    loan.done(LANE, "pay", "disbursement", listing="X")
    ordered(loan, "person:B")
    loan.give(LANE, "B", 1_000)
    assert loan.repay(1, 334, 10).code is Code.insufficient_balance


# ── one batch, a stop, and nobody ────────────────────────────────────────────
def test_credits_of_one_batch_fill_the_order_one_after_the_other() -> None:
    books = open_books(money_minor=0)
    ordered(books, "person:L1", 1_000)
    asked = [
        books.ask(CASH, f"d{n}", "deposit_direct", bank_account="bank", payer_matches=True, reference="r", holder="L1",
                  amount_minor=300) for n in range(5)
    ]  # fmt: skip
    assert {answer.code for answer in books.batch(CASH, asked)} == {Code.done}
    assert [seized(books, f"d{n}") for n in range(5)] == [300, 300, 300, 100, 0]
    assert (books.five(CASH, "L1"), books.get(CASH, Freeze, "O1:L1").frozen_minor) == ((500, 0, 0, 0, 1_000), 1_000)


def test_a_writer_that_begins_anew_still_knows_who_is_under_an_order() -> None:
    books = open_books(money_minor=0)
    ordered(books, "person:L1")
    books.runners.clear()
    books.give(CASH, "L1", 7)
    assert books.five(CASH, "L1") == (0, 0, 0, 0, 7)


def test_a_small_book_that_has_forgotten_loads_what_it_needs() -> None:
    books = open_books(money_minor=0)
    ordered(books, "person:L1")
    books.runners[CASH].book.clear()
    books.give(CASH, "L1", 7)
    assert books.five(CASH, "L1") == (0, 0, 0, 0, 7)


def test_nothing_is_kept_of_those_who_are_under_no_order() -> None:
    books = open_books()
    ordered(books, "person:L1", 400_000)
    assert books.runners[CASH]._under == {}
    ordered(books, "person:L1", 700_000, "O2")
    assert books.runners[CASH]._under == {books.get(CASH, Holder, "L1").available: "L1"}
    books.done(0, "lift", "legal_lift", order="O2", issuer="court:1", instrument="x", maker="m1", checker="c1")
    books.settle_messages()
    assert books.runners[CASH]._under == {}
    days(books, 1)
