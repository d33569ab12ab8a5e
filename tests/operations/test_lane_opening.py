"""Lane opening: the first instruction of a lane, held against what was registered for it."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import BankAccount, Day, Platform, Pool
from cunguan.ledger.chart import POOL_CODES
from tests.operations.driver import FRIDAY, Books

POOL = {"id": "main", "currency": "CNY", "regime": "lending"}
BANK = {"id": "bank", "pool": "main", "channel": "demobank", "reference": "ref"}
OPEN: dict[str, Any] = {
    "platform": "P1", "pack": "cn_p2p", "sandbox": True, "business_date": FRIDAY, "pools": [POOL],
    "bank_accounts": [BANK], "maker": "m1", "checker": "c1",
}  # fmt: skip


@pytest.fixture
def books() -> Books:
    books = Books()
    books.custodian()
    for lane, pack in ((1, "cn_p2p"), (2, "none_recorded")):
        books.done(
            0, f"r{lane}", "platform_registration", platform=f"P{lane}", lane=lane, pack=pack, sandbox=True, maker="m1",
            checker="c1",
        )  # fmt: skip
    return books


def test_opens_the_day_the_pool_and_every_account_of_the_chart(books: Books) -> None:
    books.done(1, "open", "lane_opening", **OPEN)
    assert books.get(1, Day, "day") == Day("day", FRIDAY, 13, "open", "P1", "cn_p2p", True)
    assert books.get(1, Pool, "main") == Pool("main", "CNY", "lending", "open", 1, -11)
    assert books.get(1, BankAccount, "bank") == BankAccount("bank", "main", -12, "demobank", "ref", "open")
    accounts = {number: (row.code, row.owner, row.pool, row.currency) for number, row in books.store.account[1].items()}
    of_pool = {n: (code, "main", "main", "CNY") for n, code in enumerate(POOL_CODES, 1)}
    assert accounts == {**of_pool, -11: ("1030", "main", "main", "CNY"), -12: ("1010", "bank", "main", "CNY")}


def test_numbers_two_pools_and_their_bank_accounts_one_after_the_other(books: Books) -> None:
    pools = [POOL, {"id": "usd", "currency": "USD", "regime": "lending"}]
    banks = [BANK, {**BANK, "id": "bank2", "pool": "usd"}]
    books.done(2, "open", "lane_opening", **{**OPEN, "platform": "P2", "pack": "none_recorded", "pools": pools,
                                            "bank_accounts": banks})  # fmt: skip
    assert (books.get(2, Pool, "usd").base, books.get(2, Pool, "usd").firm) == (12, -22)
    assert [books.get(2, BankAccount, bank).account for bank in ("bank", "bank2")] == [-23, -24]
    assert books.store.account[2][-24].currency == "USD"
    assert books.get(2, Day, "day").next_account == 25


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"checker": ""}, Code.two_names_required),
        ({"checker": "m1"}, Code.same_person_twice),
        ({"pack": ""}, Code.pack_unknown),
        ({"pack": "nowhere"}, Code.pack_unknown),
        ({"platform": "P9"}, Code.platform_not_found),
        ({"platform": "P2", "pack": "none_recorded"}, Code.details_differ),
        ({"pack": "none_recorded"}, Code.details_differ),
        ({"sandbox": False}, Code.details_differ),
        ({"pools": [{**POOL, "id": "a b"}]}, Code.id_malformed),
        ({"bank_accounts": [{**BANK, "id": ""}]}, Code.id_malformed),
        ({"pools": [{**POOL, "regime": ""}]}, Code.details_missing),
        ({"pools": [{**POOL, "currency": "USD"}]}, Code.currency_differs),
        ({"pools": [{**POOL, "currency": "CNN"}]}, Code.currency_differs),
        ({"bank_accounts": [{**BANK, "channel": ""}]}, Code.details_missing),
        ({"bank_accounts": [{**BANK, "reference": ""}]}, Code.details_missing),
        ({"pools": [POOL, POOL]}, Code.duplicate_detail),
        ({"bank_accounts": [BANK, BANK]}, Code.duplicate_detail),
        ({"bank_accounts": [{**BANK, "pool": "other"}]}, Code.pool_not_found),
        ({"pools": [], "bank_accounts": []}, Code.done),
    ],
)
def test_refuses_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    assert books.submit(1, "open", "lane_opening", **{**OPEN, **change}).code is code


def test_refuses_a_currency_that_is_none_also_where_the_pack_takes_any(books: Books) -> None:
    pools = [{**POOL, "currency": "CNN"}]
    body = {**OPEN, "platform": "P2", "pack": "none_recorded", "pools": pools}
    assert books.submit(2, "open", "lane_opening", **body).code is Code.currency_differs


def test_refuses_a_platform_that_is_not_active(books: Books) -> None:
    registered = books.get(0, Platform, "P1")
    books.store.tables[(0, Platform)]["P1"] = Platform("P1", 1, registered.pack, "suspended", True)
    assert books.submit(1, "open", "lane_opening", **OPEN).code is Code.platform_not_active


def test_is_the_first_instruction_of_its_lane_and_the_only_one_of_its_kind(books: Books) -> None:
    books.done(1, "open", "lane_opening", **OPEN)
    assert books.submit(1, "again", "lane_opening", **OPEN).code is Code.lane_exists
    assert books.submit(1, "open", "lane_opening", **OPEN).seq == 1


def test_lane_0_is_opened_once(books: Books) -> None:
    body = {**OPEN, "platform": "custodian", "pack": "", "pools": [], "bank_accounts": []}
    assert books.submit(0, "again", "lane_opening", **body).code is Code.lane_exists


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, Code.done),
        ({"pack": "cn_p2p"}, Code.done),
        ({"pack": "nowhere"}, Code.pack_unknown),
        ({"platform": "P1"}, Code.details_differ),
        ({"pools": [POOL]}, Code.details_differ),
        ({"bank_accounts": [BANK]}, Code.details_differ),
    ],
)
def test_lane_0_is_the_custodians_and_holds_no_money(change: dict[str, Any], code: Code) -> None:
    body = {**OPEN, "platform": "custodian", "pack": "", "pools": [], "bank_accounts": [], **change}
    assert Books().submit(0, "open", "lane_opening", **body).code is code
