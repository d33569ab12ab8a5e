"""Suspense allocation: an item goes to its owner, in whole or in part, and closes what brought it."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Deposit, Holder, SuspenseItem, Withdrawal
from tests.operations.cash import LANE, open_books, result, sent, set_state
from tests.operations.driver import Books
from tests.operations.pool_case import NAMES, WRONG_NAMES, open_pool, receipt, second_pool, send_back


def allocate(books: Books, id: str = "A1", **body: object) -> Answer:
    asked = {"item": "R1", "holder": "L1", "amount_minor": 60_000, "reason": "his bank confirms it", **NAMES}
    return books.submit(LANE, id, "suspense_allocation", **(asked | body))


def suspended(*, code: str = "2210") -> Books:
    books = open_pool(fees_minor=0)
    if code == "2230":
        books.done(
            LANE, "R1", "break_parking", break_id="brk-1", bank_account="bank", amount_minor=60_000, reference="7", **NAMES
        )  # fmt: skip
    else:
        receipt(books)
    return books


@pytest.mark.parametrize("code", ["2210", "2230"])
def test_gives_the_whole_item_to_its_owner(code: str) -> None:
    books = suspended(code=code)
    answer = allocate(books)
    assert (answer.code, answer.detail) == (Code.done, {"left_minor": 0})
    assert books.postings(LANE, "A1") == [(f"main:{code}", "L1:2010", 60_000)]
    item = books.get(LANE, SuspenseItem, "R1")
    assert (item.left_minor, item.state) == (0, "allocated")
    assert [posting.opened for posting in books.decision(LANE, "A1").postings] == [item.seq]
    assert books.five(LANE, "L1") == (60_000, 0, 0, 0, 0)
    assert allocate(books) == answer
    assert allocate(books, "A2").code is Code.state_forbids


def test_gives_parts_to_several() -> None:
    books = suspended()
    books.client(LANE, "L2")
    assert allocate(books, amount_minor=20_000).detail == {"left_minor": 40_000}
    item = books.get(LANE, SuspenseItem, "R1")
    assert (item.left_minor, item.state) == (40_000, "open")
    assert allocate(books, "A2", holder="L2", amount_minor=40_001).code is Code.suspense_exceeded
    assert allocate(books, "A3", holder="L2", amount_minor=40_000).code is Code.done
    assert (books.balance(LANE, "L1", "2010"), books.balance(LANE, "L2", "2010")) == (20_000, 40_000)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"amount_minor": -1}, Code.amount_not_positive),
        ({"reason": ""}, Code.reason_missing),
        *WRONG_NAMES,
        ({"item": "R9"}, Code.suspense_item_not_found),
        ({"holder": "L9"}, Code.account_not_found),
        ({"holder": "O1"}, Code.pool_differs),
        ({"amount_minor": 60_001}, Code.suspense_exceeded),
        ({"amount_minor": 59_999}, Code.done),
    ],
)
def test_refuses_in_this_order(change: dict[str, Any], code: Code) -> None:
    books = suspended()
    second_pool(books)
    assert allocate(books, **change).code is code


@pytest.mark.parametrize(("state", "code"), [("closed", Code.account_closed), ("locked", Code.done)])
def test_credits_a_locked_account_and_no_closed_one(state: str, code: Code) -> None:
    books = suspended()
    set_state(books, Holder, "L1", state)
    assert allocate(books).code is code


@pytest.mark.parametrize(
    ("owned_minor", "code"), [(2**62 - 60_001, Code.done), (2**62 - 60_000, Code.balance_too_large)]
)
def test_lets_no_balance_grow_beyond_what_the_books_can_hold(owned_minor: int, code: Code) -> None:
    books = suspended()
    bank = {"id": "second", "pool": "main", "channel": "demobank", "reference": "ref:second"}
    books.done(LANE, "open:second", "pool_opening", pools=[], bank_accounts=[bank], **NAMES)
    books.give(LANE, "L1", owned_minor, bank_account="second")
    assert allocate(books).code is code


def test_allocates_nothing_that_is_on_its_way_back() -> None:
    books = suspended()
    assert send_back(books).code is Code.done
    assert allocate(books).code is Code.state_forbids


def test_clears_the_deposit_that_brought_it() -> None:
    books = open_books(money_minor=0)
    books.done(
        LANE, "D1", "deposit_direct", holder="L1", bank_account="bank", amount_minor=60_000, payer_matches=False,
        reference="7", payee_hash="payee:friend",
    )  # fmt: skip
    item = books.get(LANE, SuspenseItem, "D1")
    assert (item.code, item.owner, item.payee_hash) == ("2210", "L1", "payee:friend")
    assert allocate(books, item="D1", amount_minor=1).code is Code.done
    assert books.get(LANE, Deposit, "D1").state == "in_suspense"
    assert allocate(books, "A2", item="D1", amount_minor=59_999).code is Code.done
    assert books.get(LANE, Deposit, "D1").state == "cleared"


def test_names_no_owner_that_is_not_of_this_pool() -> None:
    books = open_pool(fees_minor=0)
    second_pool(books)
    for name, holder in (("D1", "O1"), ("D2", "nobody")):
        books.done(
            LANE, name, "deposit_direct", holder=holder, bank_account="bank", amount_minor=1, payer_matches=True,
            reference="7",
        )  # fmt: skip
        assert books.get(LANE, SuspenseItem, name).owner == ""


def test_clears_a_deposit_that_was_paid_after_it_had_failed() -> None:
    books = open_books(money_minor=0)
    books.done(
        LANE, "D1", "deposit_notice", holder="L1", channel="fastpay", settle_date="2024-03-08", amount_minor=60_000,
        reference="7",
    )  # fmt: skip
    for outcome, bank in (("failed", ""), ("settled", "bank")):
        books.done(
            LANE, f"settle:D1:{outcome}", "deposit_settlement", deposit="D1", bank_account=bank, outcome=outcome,
            amount_minor=60_000,
        )  # fmt: skip
    item = books.get(LANE, SuspenseItem, "D1")
    assert (item.code, item.owner, item.reference) == ("2210", "L1", "fastpay")
    assert allocate(books, item="D1").code is Code.done
    assert books.get(LANE, Deposit, "D1").state == "cleared"


def test_ends_the_withdrawal_whose_return_brought_it() -> None:
    books = open_books()
    books.client(LANE, "L1b", person="person:L1", role="borrower")
    sent(books)
    result(books, "settled")
    set_state(books, Holder, "L1", "closed")
    books.done(LANE, "return:W1", "withdrawal_return", withdrawal="W1", amount_minor=60_000, reason="AC04")
    item = books.get(LANE, SuspenseItem, "W1")
    assert (item.code, item.owner, item.reference, item.payee_hash) == ("2220", "L1", "AC04", "")
    assert allocate(books, item="W1", holder="L1b").code is Code.done
    assert books.get(LANE, Withdrawal, "W1").state == "recredited"
    assert books.balance(LANE, "L1b", "2010") == 60_000
