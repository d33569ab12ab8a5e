"""Switched off: what no pack does refuses with the chart's reason; interest top-up works where a pack has turned it on."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Pool
from cunguan.ledger.chart import CHART, OFF
from cunguan.operations.catalogue import operations
from cunguan.policy.evaluate import PACKS, is_on, rule_set_hash
from tests.operations.cash import put
from tests.operations.driver import Books

TOP_UP = {"pool": "main", "holder": "L1", "amount_minor": 1_200, "reference": "promise:1"}
ALWAYS = {
    "interest_repayment": {"pool": "main", "holder": "L1", "amount_minor": 1},
    "platform_compensation": {"pool": "main", "listing": "X", "amount_minor": 1},
    "profit_sharing": {"pool": "main", "partner": "Q", "amount_minor": 1},
    "auto_withdrawal": {"holder": "L1", "card": "L1:card", "amount_minor": 1, "mandate": "M"},
    "auto_recharge": {"holder": "L1", "channel": "quick", "amount_minor": 1, "mandate": "M"},
    "plan_hold": {"lender": "L1", "plan": "Q", "amount_minor": 1, "mandate": "M"},
}


def open_books(pack: str) -> Books:
    books = Books()
    books.platform(1, pack=pack)
    books.client(1, "L1")
    books.give(1, "main", 10_000, code="2130")
    return books


def test_every_kind_of_the_chart_is_an_instruction_with_a_reason() -> None:
    assert OFF.keys() <= operations().keys()
    assert OFF.keys() == {"interest_top_up", *ALWAYS}
    assert all(off.why and off.code in CHART for off in OFF.values())
    assert CHART["2140"].off and CHART["2145"].off


@pytest.mark.parametrize("pack", sorted(PACKS))
@pytest.mark.parametrize("kind", sorted(ALWAYS))
def test_refuses_in_every_pack_and_says_why(kind: str, pack: str) -> None:
    books = open_books(pack)
    answer = books.submit(1, "x", kind, **ALWAYS[kind])
    assert (answer.code, answer.why, answer.detail) == (
        Code.instruction_switched_off,
        OFF[kind].why,
        {"account": OFF[kind].code},
    )
    assert books.submit(1, "x", kind, **ALWAYS[kind]) == answer
    assert (books.five(1, "L1"), books.balance(1, "main", "2130")) == ((0, 0, 0, 0, 0), 10_000)


def test_a_top_up_is_off_in_the_pack_of_p2p_lending() -> None:
    books = open_books("cn_p2p")
    answer = books.submit(1, "t", "interest_top_up", **TOP_UP)
    assert (answer.code, answer.why) == (Code.instruction_switched_off, OFF["interest_top_up"].why)
    assert books.balance(1, "main", "2130") == 10_000


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"reference": ""}, Code.details_missing),
        ({"pool": "none"}, Code.pool_not_found),
        ({"holder": "L9"}, Code.account_not_found),
        ({"amount_minor": 10_001}, Code.insufficient_platform_money),
        ({"amount_minor": 10_000}, Code.done),
    ],
)
def test_a_top_up_is_refused_in_this_order(change: dict[str, Any], code: Code) -> None:
    books = open_books("none_recorded")
    assert books.submit(1, "t", "interest_top_up", **{**TOP_UP, **change}).code is code


def test_a_top_up_credits_the_client_where_the_pack_says_so() -> None:
    books = open_books("none_recorded")
    answer = books.done(1, "t", "interest_top_up", **TOP_UP)
    assert books.postings(1, "t") == [("main:2130", "L1:2010", 1_200)]
    assert books.done(1, "t", "interest_top_up", **TOP_UP) == answer
    assert (books.five(1, "L1"), books.balance(1, "main", "2130")) == ((1_200, 0, 0, 0, 0), 8_800)
    put(books, replace(books.get(1, Pool, "main"), state="closing"), 1)
    assert books.submit(1, "t2", "interest_top_up", **TOP_UP).code is Code.pool_not_active


def test_a_switch_is_dated_and_is_in_the_hash_of_the_rules_from_its_day_on() -> None:
    day = date(2024, 3, 1)
    pack = replace(PACKS["cn_p2p"], switches={"interest_top_up": ((day, 1), (day + timedelta(days=2), 0))})
    days = [day + timedelta(days=n) for n in (-1, 0, 1, 2)]
    assert [is_on(pack, "interest_top_up", each) for each in days] == [False, True, True, False]
    same = [rule_set_hash(pack, each) == rule_set_hash(PACKS["cn_p2p"], each) for each in days]
    assert same == [True, False, False, True]
