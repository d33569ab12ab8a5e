"""Platform transfer and unused money back: the platform's own money moves within the pool, and out of it again."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from tests.operations.cash import LANE
from tests.operations.driver import Books
from tests.operations.pool_case import NAMES, WRONG_NAMES, cash, open_pool, second_pool, send, set_pool, told

MOVE = {"pool": "main", "account": "2120", "amount_minor": 60_000}
BACK = {
    "pool": "main", "bank_account": "bank", "account": "2120", "amount_minor": 60_000, "payee_hash": "payee:own", **NAMES,
}  # fmt: skip


def funded(*codes: str, pack: str = "cn_p2p") -> Books:
    """Return books with 1,000.00 on these accounts of the platform's."""
    if pack == "cn_p2p":
        books = open_pool(fees_minor=0)
    else:
        books = Books()
        books.platform(LANE, pack=pack)
        books.payee(LANE)
    for code in codes:
        books.give(LANE, "main", 100_000, code=code)
    return books


# ── within the pool ──────────────────────────────────────────────────────────
def move(books: Books, id: str = "T1", **body: object) -> Answer:
    return books.submit(LANE, id, "platform_transfer", **(MOVE | body))


@pytest.mark.parametrize(
    ("pack", "code", "until"), [("cn_p2p", "2120", "2025-03-02"), ("none_recorded", "2130", "2025-03-02")]
)
def test_moves_money_to_where_it_is_needed(pack: str, code: str, until: str) -> None:
    books = funded("2150", pack=pack)
    answer = move(books, account=code)
    assert (answer.code, answer.detail) == (Code.done, {"stays_until": until})
    assert books.postings(LANE, "T1") == [("main:2150", f"main:{code}", 60_000)]
    assert (books.balance(LANE, "main", "2150"), books.balance(LANE, "main", code)) == (40_000, 60_000)
    assert move(books, account=code) == answer


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"amount_minor": -1}, Code.amount_not_positive),
        ({"account": "2110"}, Code.instruction_switched_off),
        ({"account": "2130"}, Code.instruction_switched_off),
        ({"account": "2140"}, Code.instruction_switched_off),
        ({"account": "2010"}, Code.instruction_switched_off),
        ({"account": "7777"}, Code.instruction_switched_off),
        ({"pool": "third"}, Code.pool_not_found),
        ({"amount_minor": 100_001}, Code.insufficient_platform_money),
        ({"amount_minor": 100_000}, Code.done),
        ({"pool": "other"}, Code.insufficient_platform_money),
    ],
)
def test_a_transfer_is_refused_in_this_order(change: dict[str, Any], code: Code) -> None:
    books = funded("2150")
    second_pool(books)
    assert move(books, **change).code is code


def test_says_why_an_account_is_off() -> None:
    assert move(funded("2150"), account="2140").why == "platform guarantees are forbidden"
    assert move(funded("2150"), account="2130").why == "platform_interest is off in pack cn_p2p"


@pytest.mark.parametrize(("state", "code"), [("short", Code.done), ("stopped", Code.pool_not_active)])
def test_a_transfer_leaves_nothing_out_of_the_pool(state: str, code: Code) -> None:
    books = funded("2150")
    set_pool(books, state)
    assert move(books).code is code
    assert cash(books) == 100_000


def test_lets_no_balance_grow_beyond_what_the_books_can_hold() -> None:
    books = funded("2150")
    bank = {"id": "second", "pool": "main", "channel": "demobank", "reference": "ref:second"}
    books.done(LANE, "open:second", "pool_opening", pools=[], bank_accounts=[bank], **NAMES)
    books.give(LANE, "main", 2**62 - 60_000, code="2120", bank_account="second")
    assert move(books).code is Code.balance_too_large
    assert move(books, "T2", amount_minor=59_999).code is Code.done


# ── out of the pool again ────────────────────────────────────────────────────
def give_back(books: Books, id: str = "F1", **body: object) -> Answer:
    return books.submit(LANE, id, "unused_money_back", **(BACK | body))


@pytest.mark.parametrize("code", ["2120", "2150"])
def test_pays_unused_money_back_on_the_banks_word(code: str) -> None:
    books = funded("2120", "2150")
    assert give_back(books, account=code).code is Code.done
    assert books.postings(LANE, "F1") == [(f"main:{code}", "main:2155", 60_000)]
    assert send(books).code is Code.done
    assert told(books, "settled").code is Code.done
    assert books.postings(LANE, "bank:demobank:F1:settled") == [("main:2155", "bank:1010", 60_000)]
    assert (books.balance(LANE, "main", code), cash(books)) == (40_000, 140_000)


def test_pays_back_what_an_older_pack_let_in() -> None:
    books = funded("2130")
    assert give_back(books, account="2130").code is Code.done
    send(books)
    told(books, "rejected")
    assert books.balance(LANE, "main", "2130") == 100_000


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"account": "2110"}, Code.instruction_switched_off),
        ({"account": "2125"}, Code.instruction_switched_off),
        ({"account": "2010"}, Code.instruction_switched_off),
        ({"account": "2240"}, Code.instruction_switched_off),
        ({"amount_minor": 0}, Code.amount_not_positive),
        *WRONG_NAMES,
        ({"pool": "third"}, Code.pool_not_found),
        ({"bank_account": "third"}, Code.bank_account_not_found),
        ({"bank_account": "other_bank"}, Code.pool_differs),
        ({"payee_hash": "payee:other"}, Code.payee_not_allowed),
        ({"amount_minor": 100_001}, Code.insufficient_platform_money),
        ({"amount_minor": 100_000}, Code.done),
    ],
)
def test_a_payout_is_refused_in_this_order(change: dict[str, Any], code: Code) -> None:
    books = funded("2120")
    second_pool(books)
    assert give_back(books, **change).code is code


def test_pays_nothing_out_while_cover_fails() -> None:
    books = funded("2120")
    set_pool(books, "short")
    assert give_back(books).code is Code.pool_cover_failed
