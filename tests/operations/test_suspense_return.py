"""Suspense return: suspended money goes back to where it came from, whole, and only on the bank's word."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Deposit, Message, Payout, SuspenseItem
from tests.operations.cash import LANE, open_books
from tests.operations.driver import Books
from tests.operations.pool_case import (
    NAMES,
    WRONG_NAMES,
    open_pool,
    receipt,
    second_pool,
    send,
    send_back,
    set_pool,
    told,
)


def suspended() -> Books:
    books = open_pool(fees_minor=0)
    receipt(books)
    return books


def item(books: Books, name: str = "R1") -> tuple[str, int]:
    row = books.get(LANE, SuspenseItem, name)
    return row.state, row.left_minor


def test_asks_the_bank_and_moves_no_money_yet() -> None:
    books = suspended()
    assert send_back(books).code is Code.done
    assert books.postings(LANE, "S1") == []
    assert item(books) == ("returning", 60_000)
    payout = books.get(LANE, Payout, "S1")
    assert (payout.kind, payout.subject, payout.payee_hash, payout.came_from) == (
        "suspense_return", "R1", "payee:source", 0,
    )  # fmt: skip
    assert payout.account == books.account(LANE, "main", "2210")
    assert books.get(LANE, Message, "S1").state == "waiting"
    assert send_back(books, "S2").code is Code.state_forbids


@pytest.mark.parametrize(
    ("words", "state", "left_minor", "cash_minor"),
    [
        # what the bank says       the item                    left    cash
        (["settled"],              "returned_to_source",       0,      0),
        (["rejected"],             "open",                     60_000, 60_000),
        (["timed_out"],            "return_in_doubt",          60_000, 60_000),
        (["timed_out", "settled"], "returned_to_source",       0,      0),
    ],
)  # fmt: skip
def test_ends_by_the_banks_word(words: list[str], state: str, left_minor: int, cash_minor: int) -> None:
    books = suspended()
    send_back(books)
    assert send(books, "S1").code is Code.done
    for word in words:
        assert told(books, word, "S1").code is Code.done
    assert item(books) == (state, left_minor)
    assert (books.balance(LANE, "bank", "1010"), books.balance(LANE, "main", "2210")) == (cash_minor, cash_minor)
    assert send_back(books, "S2").code is (Code.done if state == "open" else Code.state_forbids)


def test_pays_out_of_the_item_and_by_two_names() -> None:
    books = suspended()
    send_back(books)
    send(books, "S1")
    told(books, "settled", "S1")
    assert books.postings(LANE, "bank:demobank:S1:settled") == [("main:2210", "bank:1010", 60_000)]
    [posting] = books.decision(LANE, "bank:demobank:S1:settled").postings
    payout = books.get(LANE, Payout, "S1")
    assert (posting.opened, posting.authority) == (books.get(LANE, SuspenseItem, "R1").seq, payout.authority)
    authority = books.decision(LANE, "S1").authority
    assert authority is not None
    assert (authority.text.kind, authority.text.owner, authority.text.payee) == ("M", "R1", "payee:source")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"reason": ""}, Code.reason_missing),
        *WRONG_NAMES,
        ({"item": "R9"}, Code.suspense_item_not_found),
        ({"amount_minor": 59_999}, Code.suspense_exceeded),
        ({"amount_minor": 60_001}, Code.suspense_exceeded),
        ({"payee_hash": "payee:thief"}, Code.payee_not_allowed),
        ({"bank_account": "third"}, Code.bank_account_not_found),
        ({"bank_account": "other_bank"}, Code.pool_differs),
        ({}, Code.done),
    ],
)
def test_refuses_in_this_order(change: dict[str, Any], code: Code) -> None:
    books = suspended()
    second_pool(books)
    assert send_back(books, **change).code is code


def test_sends_nothing_back_when_nobody_knows_where_it_came_from() -> None:
    books = open_pool(fees_minor=0)
    receipt(books, payee_hash="")
    assert send_back(books, payee_hash="").code is Code.payee_not_allowed


@pytest.mark.parametrize(
    ("state", "code"), [("short", Code.done), ("closing", Code.done), ("stopped", Code.pool_not_active)]
)
def test_is_client_money_and_leaves_while_cover_fails(state: str, code: Code) -> None:
    books = suspended()
    set_pool(books, state)
    assert send_back(books).code is code


@pytest.mark.parametrize(
    ("word", "state"),
    [("settled", "returned_to_source"), ("rejected", "in_suspense"), ("timed_out", "return_in_doubt")],
)
def test_takes_the_deposit_that_brought_it_along(word: str, state: str) -> None:
    books = open_books(money_minor=0)
    books.done(
        LANE, "D1", "deposit_direct", holder="L1", bank_account="bank", amount_minor=60_000, payer_matches=False,
        reference="7", payee_hash="payee:source",
    )  # fmt: skip
    assert send_back(books, item="D1").code is Code.done
    assert books.get(LANE, Deposit, "D1").state == "returning"
    send(books, "S1")
    assert told(books, word, "S1").code is Code.done
    assert books.get(LANE, Deposit, "D1").state == state


def test_sends_back_a_part_that_was_left() -> None:
    books = suspended()
    books.done(LANE, "A1", "suspense_allocation", item="R1", holder="L1", amount_minor=20_000, reason="his", **NAMES)
    assert send_back(books).code is Code.suspense_exceeded
    assert send_back(books, "S2", amount_minor=40_000).code is Code.done
