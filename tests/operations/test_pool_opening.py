"""Pool opening: pools and bank accounts that come later."""

from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import BankAccount, Day, Pool
from tests.operations.driver import Books

POOL = {"id": "second", "currency": "CNY", "regime": "prepaid"}
BANK = {"id": "bank2", "pool": "second", "channel": "demobank", "reference": "ref2"}
OPEN: dict[str, Any] = {"pools": [POOL], "bank_accounts": [BANK], "maker": "m1", "checker": "c1"}


@pytest.fixture
def books() -> Books:
    books = Books()
    books.platform(1)
    return books


def test_goes_on_counting_where_the_lane_stands(books: Books) -> None:
    books.client(1, "L1")
    books.done(1, "o", "pool_opening", **OPEN)
    assert books.get(1, Pool, "second") == Pool("second", "CNY", "prepaid", "open", 18, -28)
    assert books.get(1, BankAccount, "bank2").account == -29
    assert books.get(1, Day, "day").next_account == 30
    books.give(1, "second", 100, code="2150", bank_account="bank2")
    assert (books.balance(1, "second", "2150"), books.balance(1, "bank2", "1010")) == (100, 100)


def test_adds_a_bank_account_to_a_pool_that_exists(books: Books) -> None:
    books.done(1, "o", "pool_opening", **{**OPEN, "pools": [], "bank_accounts": [{**BANK, "pool": "main"}]})
    assert books.store.account[1][-13].pool == "main"
    assert books.store.account[1][-13].currency == "CNY"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"maker": ""}, Code.two_names_required),
        ({"maker": "c1"}, Code.same_person_twice),
        ({"pools": [], "bank_accounts": []}, Code.details_missing),
        ({"pools": [{**POOL, "currency": "USD"}]}, Code.currency_differs),
        ({"bank_accounts": [{**BANK, "pool": "third"}]}, Code.pool_not_found),
        ({"pools": [{**POOL, "id": "main"}], "bank_accounts": []}, Code.pool_exists),
        ({"bank_accounts": [{**BANK, "id": "bank"}]}, Code.bank_account_exists),
    ],
)
def test_refuses_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    assert books.submit(1, "o", "pool_opening", **{**OPEN, **change}).code is code


def test_opens_no_bank_account_in_a_stopped_pool(books: Books) -> None:
    books.store.tables[(1, Pool)]["main"] = replace(books.get(1, Pool, "main"), state="stopped")
    books.runners.clear()
    body = {**OPEN, "pools": [], "bank_accounts": [{**BANK, "pool": "main"}]}
    assert books.submit(1, "o", "pool_opening", **body).code is Code.pool_not_active


def test_is_refused_before_the_lane_is_open() -> None:
    assert Books().submit(1, "o", "pool_opening", **OPEN).code is Code.lane_not_open
