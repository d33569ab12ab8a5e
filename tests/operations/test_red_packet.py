"""Red packet: marketing money becomes a client's, within the day's cap, and never comes back."""

from datetime import timedelta
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import DailyTotal, Holder
from tests.operations.cash import LANE, set_state
from tests.operations.driver import FRIDAY, Books
from tests.operations.pool_case import NAMES, open_pool, second_pool, set_pool

CAP = 10_000_000


def funded(marketing_minor: int = 100_000) -> Books:
    books = open_pool(fees_minor=0)
    if marketing_minor:
        books.give(LANE, "main", marketing_minor, code="2120")
    return books


def packet(books: Books, id: str = "p1", **body: object) -> Answer:
    asked: dict[str, object] = {"holder": "L1", "amount_minor": 60_000, "reference": "spring"}
    return books.submit(LANE, id, "red_packet", **(asked | body))


def test_becomes_the_clients_own_money() -> None:
    books = funded()
    answer = packet(books)
    assert answer.code is Code.done
    assert books.postings(LANE, "p1") == [("main:2120", "L1:2010", 60_000)]
    assert (books.balance(LANE, "main", "2120"), books.five(LANE, "L1")) == (40_000, (60_000, 0, 0, 0, 0))
    assert packet(books) == answer
    assert books.balance(LANE, "main", "2120") == 40_000


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"amount_minor": -1}, Code.amount_not_positive),
        ({"reference": ""}, Code.details_missing),
        ({"holder": "L9"}, Code.account_not_found),
        ({"amount_minor": CAP + 1}, Code.limit_exceeded),
        ({"amount_minor": 100_001}, Code.insufficient_marketing),
        ({"amount_minor": 100_000}, Code.done),
        ({"holder": "O1"}, Code.insufficient_marketing),
    ],
)
def test_refuses_in_this_order(change: dict[str, Any], code: Code) -> None:
    books = funded()
    second_pool(books)
    assert packet(books, **change).code is code


def test_keeps_to_the_cap_of_the_day() -> None:
    books = funded(3 * CAP)
    assert packet(books, amount_minor=CAP - 1).code is Code.done
    refused = packet(books, "p2", amount_minor=2)
    assert (refused.code, refused.detail) == (Code.limit_exceeded, {"left_minor": 1})
    assert packet(books, "p3", amount_minor=1).code is Code.done
    assert packet(books, "p4", amount_minor=1).detail == {"left_minor": 0}
    assert books.get(LANE, DailyTotal, f"red_packet:main:{FRIDAY}").amount_minor == CAP
    books.move_day(LANE, FRIDAY + timedelta(days=1))
    assert packet(books, "p5", amount_minor=CAP).code is Code.done


def test_counts_each_pool_by_itself() -> None:
    books = funded(CAP)
    second_pool(books)
    books.give(LANE, "other", CAP, code="2120", bank_account="other_bank")
    assert packet(books, amount_minor=CAP).code is Code.done
    assert packet(books, "p2", holder="O1", amount_minor=CAP).code is Code.done


def test_has_no_cap_where_the_pack_has_none() -> None:
    books = Books()
    books.platform(LANE, pack="none_recorded")
    books.client(LANE, "L1")
    books.give(LANE, "main", CAP + 1, code="2120")
    assert packet(books, amount_minor=CAP + 1).code is Code.done


def test_what_is_held_for_a_bid_is_not_given() -> None:
    books = funded(60_000)
    books.client(LANE, "B", "borrower")
    books.give(LANE, "L1", 100_000)
    books.done(
        LANE, "list", "listing_registration", listing="X", pool="main", borrower="B", person="person:B", currency="CNY",
        pack="cn_p2p", amount_minor=100_000, rate_e6=100_000, rule="bullet", months=1, raise_until="2024-03-08",
        grace_days=0, late_rate_e6=0, fee_schedule="", fee_item="",
    )  # fmt: skip
    books.done(LANE, "bid", "bid_hold", lender="L1", listing="X", amount_minor=90_000, marketing_minor=1)
    assert packet(books).code is Code.insufficient_marketing
    assert packet(books, "p2", amount_minor=59_999).code is Code.done


@pytest.mark.parametrize(
    ("state", "code"), [("closed", Code.account_closed), ("locked", Code.done), ("refused", Code.account_not_active)]
)
def test_credits_a_locked_account_and_no_closed_one(state: str, code: Code) -> None:
    books = funded()
    set_state(books, Holder, "L1", state)
    assert packet(books).code is code


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("short", Code.pool_cover_failed),
        ("payouts_stopped", Code.pool_cover_failed),
        ("stopped", Code.pool_not_active),
        ("open", Code.done),
    ],
)
def test_pays_nothing_while_cover_fails(state: str, code: Code) -> None:
    books = funded()
    set_pool(books, state)
    assert packet(books).code is code


def test_lets_no_balance_grow_beyond_what_the_books_can_hold() -> None:
    books = funded()
    bank = {"id": "second", "pool": "main", "channel": "demobank", "reference": "ref:second"}
    books.done(LANE, "open:second", "pool_opening", pools=[], bank_accounts=[bank], **NAMES)
    books.give(LANE, "L1", 2**62 - 60_000, bank_account="second")
    assert packet(books).code is Code.balance_too_large
    assert packet(books, "p2", amount_minor=59_999).code is Code.done


@pytest.mark.parametrize("name", ["p1", "no such packet", ""])
def test_is_never_taken_back(name: str) -> None:
    books = funded()
    packet(books)
    assert books.submit(LANE, "c1", "red_packet_cancel", red_packet=name).code is Code.red_packet_final
    assert books.balance(LANE, "L1", "2010") == 60_000
