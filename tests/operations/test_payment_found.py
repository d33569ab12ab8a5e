"""Payment found: what left before the restore is known as sent, without a byte; only for what is held."""

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Payout, Withdrawal
from cunguan.operations.payment_found import found_id
from tests.operations.cash import LANE, open_books, put, result, withdraw
from tests.operations.driver import Books
from tests.operations.pool_case import open_pool, pay_fees
from tests.operations.restored import NAMES, message, restore, with_payment


def found(books: Books, payment: str = "W1", epoch: int = 2) -> Answer:
    return books.submit(LANE, found_id("demobank", payment, epoch), "payment_found", payment=payment)


def test_is_sent_and_the_banks_word_ends_it() -> None:
    books = with_payment()
    assert found(books).code is Code.done
    assert (books.get(LANE, Withdrawal, "W1").state, message(books).state) == ("sent", "sending")
    assert books.five(LANE, "L1") == (940_000, 0, 0, 60_000, 0)
    assert result(books, "settled").code is Code.done
    assert books.five(LANE, "L1") == (940_000, 0, 0, 0, 0)


def test_a_payout_is_found_as_a_withdrawal_is() -> None:
    books = open_pool()
    assert pay_fees(books).code is Code.done
    restore(books)
    assert books.submit(LANE, "send:F1", "payout_sent", payout="F1").code is Code.payment_held
    cancel = {"payout": "F1", "reason": "r", "maker": "m1", "checker": "c1"}
    assert books.submit(LANE, "cancel:F1", "payout_cancel", **cancel).code is Code.payment_held
    assert found(books, "F1").code is Code.done
    assert (books.get(LANE, Payout, "F1").state, message(books, "F1").state) == ("sent", "sending")


def test_is_refused_where_nothing_is_held() -> None:
    books = open_books()
    withdraw(books)
    assert found(books).code is Code.payment_not_held
    restore(books)
    assert found(books, "W9").code is Code.payment_not_held
    withdraw(books, "W2")
    assert found(books, "W2").code is Code.payment_not_held
    books.done(LANE, "release", "payment_release", payment="W1", **NAMES)
    assert found(books, epoch=3).code is Code.payment_not_held


def test_what_left_already_is_not_found_again() -> None:
    books = open_books()
    withdraw(books)
    books.done(LANE, "send:W1", "withdrawal_sent", withdrawal="W1")
    restore(books)
    assert found(books).code is Code.payment_not_held


@pytest.mark.parametrize("state", ["unconfirmed", "challenged"])
def test_a_withdrawal_that_waits_for_its_client_is_not_sent_by_it(state: str) -> None:
    books = with_payment()
    put(books, replace(books.get(LANE, Withdrawal, "W1"), state=state))
    assert found(books).code is Code.state_forbids
