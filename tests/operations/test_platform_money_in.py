"""Platform money in: the platform's own money, on the accounts where it may stand."""

from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Pool
from tests.operations.driver import Books

IN = {"pool": "main", "bank_account": "bank", "account": "2120", "amount_minor": 100_000, "reference": "bank:1"}


@pytest.fixture
def books() -> Books:
    books = Books()
    books.platform(1)
    books.done(
        1, "o", "pool_opening", pools=[{"id": "second", "currency": "CNY", "regime": "lending"}],
        bank_accounts=[{"id": "bank2", "pool": "second", "channel": "demobank", "reference": "r2"}], maker="m1",
        checker="c1",
    )  # fmt: skip
    return books


@pytest.mark.parametrize(("code", "until"), [("2120", "2025-03-02"), ("2150", "2024-03-08")])
def test_credits_the_account_against_the_bank(books: Books, code: str, until: str) -> None:
    answer = books.done(1, "i", "platform_money_in", **{**IN, "account": code})
    assert answer.detail == {"stays_until": until}
    assert books.postings(1, "i") == [("bank:1010", f"main:{code}", 100_000)]
    assert (books.balance(1, "bank", "1010"), books.balance(1, "main", code)) == (100_000, 100_000)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"amount_minor": -1}, Code.amount_not_positive),
        ({"amount_minor": 1}, Code.done),
        ({"amount_minor": 2**62}, Code.amount_too_large),
        ({"amount_minor": 2**62 - 1}, Code.done),
        ({"reference": ""}, Code.details_missing),
        ({"pool": "third"}, Code.pool_not_found),
        ({"bank_account": "bank3"}, Code.bank_account_not_found),
        ({"bank_account": "bank2"}, Code.pool_differs),
    ],
)
def test_refuses_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    assert books.submit(1, "i", "platform_money_in", **{**IN, **change}).code is code


@pytest.mark.parametrize(
    ("account", "why"),
    [
        ("2140", "platform guarantees are forbidden"),
        ("2145", "withdrawn by the gateways with 2140"),
        ("2130", "platform_interest is off in pack cn_p2p"),
        ("2110", "platform_fee takes no money of the platform's own"),
        ("2010", "available takes no money of the platform's own"),
        ("3010", "custodian_own takes no money of the platform's own"),
        ("7777", "7777 is not in the chart"),
    ],
)
def test_says_why_an_account_takes_nothing(books: Books, account: str, why: str) -> None:
    answer = books.submit(1, "i", "platform_money_in", **{**IN, "account": account})
    assert (answer.code, answer.why) == (Code.instruction_switched_off, why)


def test_takes_interest_money_where_the_pack_allows_it() -> None:
    books = Books()
    books.platform(1, pack="none_recorded")
    books.done(1, "i", "platform_money_in", **{**IN, "account": "2130"})
    assert books.balance(1, "main", "2130") == 100_000


def test_lets_no_balance_grow_beyond_what_the_books_can_hold(books: Books) -> None:
    books.done(1, "i1", "platform_money_in", **{**IN, "amount_minor": 2**62 - 2})
    assert books.submit(1, "i2", "platform_money_in", **{**IN, "amount_minor": 2}).code is Code.balance_too_large
    assert books.submit(1, "i3", "platform_money_in", **{**IN, "account": "2150", "amount_minor": 2}).code is (
        Code.balance_too_large
    )
    books.done(1, "i4", "platform_money_in", **{**IN, "amount_minor": 1})


def test_counts_what_came_in_through_another_bank_account(books: Books) -> None:
    bank3 = {"id": "bank3", "pool": "main", "channel": "demobank", "reference": "r3"}
    books.done(1, "o3", "pool_opening", pools=[], bank_accounts=[bank3], maker="m1", checker="c1")
    books.done(1, "i1", "platform_money_in", **{**IN, "amount_minor": 2**62 - 2})
    through_3 = {**IN, "bank_account": "bank3", "amount_minor": 2}
    assert books.submit(1, "i2", "platform_money_in", **through_3).code is Code.balance_too_large
    books.done(1, "i3", "platform_money_in", **{**through_3, "account": "2150"})


@pytest.mark.parametrize(
    ("state", "code"),
    [("open", Code.done), ("short", Code.done), ("stopped", Code.pool_not_active), ("closing", Code.pool_not_active)],
)
def test_takes_nothing_into_a_pool_that_is_stopped(books: Books, state: str, code: Code) -> None:
    books.store.tables[(1, Pool)]["main"] = replace(books.get(1, Pool, "main"), state=state)
    books.runners.clear()
    assert books.submit(1, "i", "platform_money_in", **IN).code is code
