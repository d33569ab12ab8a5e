"""Withdrawal return: what was paid comes back days later, once."""

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Holder, Withdrawal
from cunguan.ledger.book import BALANCE_MAX
from tests.operations.cash import LANE, days, open_books, result, second_bank, sent, set_state, with_fees, withdraw
from tests.operations.driver import Books
from tests.operations.test_withdrawal import FEES
from tests.operations.test_withdrawal_result import figures

RETURN = "return:bank:demobank:W1:returned"
LINE = "statement:00ff:7"


def come_back(books: Books, id: str = RETURN, **body: object) -> Answer:
    asked: dict[str, object] = {"withdrawal": "W1", "amount_minor": 60_000, "reason": "AC04"}
    return books.submit(LANE, id, "withdrawal_return", **(asked | body))


def paid() -> Books:
    books = with_fees(open_books())
    sent(books, **FEES)
    assert result(books, "settled").code is Code.done
    return books


@pytest.mark.parametrize("id", [RETURN, LINE])
def test_goes_through_returned_suspense_to_its_owner_in_one_journal(id: str) -> None:
    books = paid()
    days(books, 3)
    answer = come_back(books, id)
    assert (answer.code, answer.detail) == (Code.done, {"state": "recredited"})
    assert books.postings(LANE, id) == [("bank:1010", "main:2220", 60_000), ("main:2220", "L1:2010", 60_000)]
    assert [move.state for move in books.decision(LANE, id).moves] == ["returned", "recredited"]
    assert figures(books) == (1_000_000, 999_940, 0, 0, 60)  # the fee was earned and stays
    assert books.balance(LANE, "main", "2220") == 0


def test_waits_in_suspense_when_the_account_is_closed() -> None:
    books = paid()
    set_state(books, Holder, "L1", "closed")
    assert come_back(books).detail == {"state": "returned"}
    assert books.balance(LANE, "main", "2220") == 60_000
    assert come_back(books, LINE).code is Code.withdrawal_final
    assert books.balance(LANE, "main", "2220") == 60_000


def test_credits_a_locked_account() -> None:
    books = paid()
    set_state(books, Holder, "L1", "locked")
    assert come_back(books).detail == {"state": "recredited"}


def test_is_credited_once() -> None:
    books = paid()
    first = come_back(books)
    assert come_back(books) == first
    assert come_back(books, LINE).code is Code.withdrawal_final
    assert result(books, "settled", id="bank:demobank:W1:again").code is Code.withdrawal_final
    assert figures(books) == (1_000_000, 999_940, 0, 0, 60)


@pytest.mark.parametrize(
    ("told", "body", "code"),
    [
        (["settled"], {"withdrawal": "W9"}, Code.withdrawal_not_found),
        ([], {}, Code.withdrawal_not_settled),
        (["timed_out"], {}, Code.withdrawal_not_settled),
        (["rejected"], {}, Code.withdrawal_not_settled),
        (["settled"], {"amount_minor": 59_999}, Code.withdrawal_differs),
        (["settled"], {"amount_minor": 60_001}, Code.withdrawal_differs),
    ],
)
def test_is_refused_for_what_was_not_paid_so(told: list[str], body: dict[str, object], code: Code) -> None:
    books = open_books()
    sent(books)
    for status in told:
        result(books, status)
    before = figures(books)
    assert come_back(books, **body).code is code
    assert figures(books) == before


def test_is_refused_before_the_message_was_sent() -> None:
    books = open_books()
    withdraw(books)
    assert come_back(books).code is Code.withdrawal_not_settled


@pytest.mark.parametrize(
    ("owned_minor", "code"), [(BALANCE_MAX - 60_001, Code.done), (BALANCE_MAX - 60_000, Code.balance_too_large)]
)
@pytest.mark.parametrize(("owner", "account"), [("L1", "2010"), ("L2", "2010"), ("main", "2220")])
def test_refuses_what_an_account_cannot_hold(owner: str, account: str, owned_minor: int, code: Code) -> None:
    books = open_books(money_minor=60_000)
    bank = second_bank(books)
    sent(books)
    result(books, "settled")
    of_same_bank = owner == "L2"  # then it is 1010 that is too small
    books.give(LANE, owner, owned_minor, code=account, bank_account="bank" if of_same_bank else bank)
    assert come_back(books).code is code


def test_follows_a_doubt_that_ended_paid_and_answered_twice() -> None:
    """S-04: time-out, paid, callback twice, returned three days later."""
    books = open_books()
    sent(books)
    path = [books.get(LANE, Withdrawal, "W1").state]
    for id, status in (("bank:demobank:W1:timed_out", "timed_out"), ("bank:demobank:W1:settled", "settled")):
        result(books, status, id=id)
        path.append(books.get(LANE, Withdrawal, "W1").state)
    assert result(books, "settled", id="bank:demobank:W1:settled").detail == {"state": "settled"}  # the first answer
    days(books, 3)
    come_back(books)
    assert [*path, books.get(LANE, Withdrawal, "W1").state] == ["sent", "in_doubt", "settled", "recredited"]
    assert figures(books) == (1_000_000, 1_000_000, 0, 0, 0)
