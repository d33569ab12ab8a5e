"""Pool top-up: a shortfall is made good in parts or whole, and the pool is open again when nothing is missing."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import ClientDebt, Pool, Shortfall
from tests.operations.cash import LANE, set_state
from tests.operations.firm_case import (
    MONEY,
    VALUE_DATES,
    WRONG_NAMES,
    figures,
    lose,
    open_firm,
    prudent,
    state,
    top_up,
    used,
)


def test_makes_the_whole_good() -> None:
    books = open_firm()
    lose(books)
    answer = top_up(books)
    assert answer.detail == {"state": "made_good", "pool": "open", "missing_minor": 0}
    assert books.postings(LANE, "T1") == [("bank:1010", "main:1030", 3_000)]
    assert books.decision(LANE, "T1").postings[0].opened == books.get(LANE, Shortfall, "X1").seq
    assert figures(books) == (2 * MONEY, 0, 0)
    assert state(books) == ("open", "made_good")


def test_makes_it_good_in_parts() -> None:
    books = open_firm(line_minor=1_000)
    lose(books)
    steps = []
    for n, (amount_minor, source) in enumerate(((1_999, "own_money"), (1, "recovered"), (1_000, "recovered"))):
        top_up(books, f"T{n}", amount_minor=amount_minor, source=source)
        steps.append((*state(books), books.decision(LANE, f"T{n}").moves[0].event))
    assert steps == [
        ("payouts_stopped", "found", "topped_up_in_part"),
        ("short", "found", "recovered_in_part"),  # within the line again
        ("open", "made_good", "money_recovered"),
    ]


def test_uses_what_was_paid_in_before() -> None:
    books = open_firm()
    prudent(books, amount_minor=3_000)
    lose(books)
    assert top_up(books, source="paid_in_before", bank_account="", reference="").detail["missing_minor"] == 0
    assert books.postings(LANE, "T1") == [("main:3010", "main:1030", 3_000)]
    assert figures(books) == (2 * MONEY, 0, 0)
    assert state(books) == ("open", "made_good")


def test_takes_no_more_of_it_than_was_paid_in() -> None:
    books = open_firm()
    prudent(books, amount_minor=1_000)
    lose(books)
    body = {"source": "paid_in_before", "bank_account": "", "reference": ""}
    assert top_up(books, amount_minor=1_001, **body).code is Code.insufficient_own_money
    assert top_up(books, "T2", amount_minor=1_000, **body).detail["missing_minor"] == 2_000
    assert state(books) == ("payouts_stopped", "found")


def test_stands_for_a_clients_debt_until_he_pays_it() -> None:
    books = open_firm()
    used(books)
    assert state(books, "CB1") == ("payouts_stopped", "found")
    for source in ("recovered", "paid_in_before"):
        code = top_up(books, source, shortfall="CB1", amount_minor=5_000, source=source).code
        assert code is Code.state_forbids
    assert top_up(books, shortfall="CB1", amount_minor=5_000).detail["pool"] == "open"
    assert books.postings(LANE, "T1") == [("bank:1010", "main:3010", 5_000)]
    assert books.balance(LANE, "L1", "1040") == 5_000  # he owes it still
    assert books.get(LANE, ClientDebt, "CB1").state == "owed"
    assert state(books, "CB1") == ("open", "made_good")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"reference": " "}, Code.details_missing),
        *WRONG_NAMES,
        *VALUE_DATES,
        ({"shortfall": "X9"}, Code.shortfall_not_found),
        ({"bank_account": "nowhere"}, Code.bank_account_not_found),
        ({"bank_account": "other_bank"}, Code.pool_differs),
        ({"amount_minor": 3_001}, Code.exceeds_what_is_owed),
    ],
)
def test_checks_in_order_and_posts_nothing(body: dict[str, Any], code: Code) -> None:
    books = open_firm()
    lose(books)
    assert top_up(books, **body).code is code
    assert figures(books) == (2 * MONEY - 3_000, 3_000, 0)
    assert state(books) == ("payouts_stopped", "found")


def test_is_not_for_what_is_made_good_or_for_a_stopped_pool() -> None:
    books = open_firm()
    lose(books)
    set_state(books, Pool, "main", "stopped")
    assert top_up(books).code is Code.pool_not_active
    set_state(books, Pool, "main", "payouts_stopped")
    assert top_up(books, "T2") == top_up(books, "T2")
    assert top_up(books, "T3").code is Code.state_forbids
