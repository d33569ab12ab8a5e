"""Prudent top-up: the firm's own money comes in with its reason, and leaves only while cover holds without it."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Payout, Pool
from cunguan.ledger.book import BALANCE_MAX
from tests.operations.cash import LANE
from tests.operations.driver import Books
from tests.operations.firm_case import MONEY, NAMES, WRONG_NAMES, WRONG_PLACES, figures, lose, open_firm, prudent, state


def back(books: Books, id: str = "B1", **body: Any) -> Answer:
    asked: dict[str, Any] = {
        "pool": "main", "bank_account": "bank", "amount_minor": 2_000, "payee_hash": "payee:firm", "reason": "not needed",
        **NAMES,
    }  # fmt: skip
    return books.submit(LANE, id, "prudent_top_up_back", **(asked | body))


def told(books: Books, status: str, id: str = "B1") -> None:
    books.done(LANE, f"send:{id}", "payout_sent", payout=id)
    amount_minor = books.get(LANE, Payout, id).amount_minor
    books.done(
        LANE, f"bank:demobank:{id}:{status}", "payout_result", payout=id, status=status, amount_minor=amount_minor
    )


def ready() -> Books:
    books = open_firm()
    books.payee(LANE, "custodian", "payee:firm")
    assert prudent(books).detail == {"pool": "open", "own_minor": 2_000}
    return books


def test_comes_in_as_the_firms_own() -> None:
    books = ready()
    assert books.postings(LANE, "P1") == [("bank:1010", "main:3010", 2_000)]
    assert figures(books) == (2 * MONEY + 2_000, 0, 2_000)


def test_covers_what_was_missing() -> None:
    books = open_firm()
    lose(books)
    assert prudent(books, amount_minor=2_999).detail["pool"] == "payouts_stopped"
    assert prudent(books, "P2", amount_minor=1).detail["pool"] == "open"
    assert state(books) == ("open", "found")  # it is owed still; what was paid in covers it


def test_goes_back_by_the_banks_word() -> None:
    books = ready()
    assert back(books).code is Code.done
    assert books.postings(LANE, "B1") == [("main:3010", "main:2155", 2_000)]
    assert figures(books) == (2 * MONEY + 2_000, 0, 0)
    told(books, "settled")
    assert figures(books) == (2 * MONEY, 0, 0)
    assert books.balance(LANE, "main", "2155") == 0


def test_goes_back_only_while_cover_holds_without_it() -> None:
    books = ready()
    lose(books, amount_minor=500)  # covered by what is there
    assert back(books, amount_minor=1_501).code is Code.pool_cover_failed
    assert back(books, "B2", amount_minor=1_501).detail == {"free_minor": 1_500}
    assert back(books, "B3", amount_minor=1_500).code is Code.done
    assert back(books, "B4", amount_minor=1).code is Code.pool_cover_failed
    lose(books, "X2", amount_minor=1)
    assert back(books, "B5", amount_minor=1).code is Code.pool_cover_failed


@pytest.mark.parametrize("how", ["cancelled", "returned"])
def test_covers_the_pool_again_when_it_stays(how: str) -> None:
    books = ready()
    back(books)
    if how == "returned":
        told(books, "settled")
    lose(books, amount_minor=2_000)
    assert books.get(LANE, Pool, "main").state == "payouts_stopped"
    if how == "returned":
        books.done(
            LANE, "return:bank:demobank:B1:returned", "payout_returned", payout="B1", amount_minor=2_000, reason="AC04"
        )
    else:
        assert books.submit(LANE, "send:B1", "payout_sent", payout="B1").code is Code.pool_cover_failed
        books.done(LANE, "cancel", "payout_cancel", payout="B1", reason="short", **NAMES)
    assert state(books) == ("open", "found")
    assert figures(books) == (2 * MONEY, 2_000, 2_000)


IN = [
    ({"amount_minor": 0}, Code.amount_not_positive),
    ({"reason": ""}, Code.reason_missing),
    ({"reference": " "}, Code.reason_missing),
    *WRONG_NAMES,
    *WRONG_PLACES,
]
OUT = [
    ({"amount_minor": 0}, Code.amount_not_positive),
    ({"reason": ""}, Code.reason_missing),
    *WRONG_NAMES,
    *WRONG_PLACES,
    ({"payee_hash": "payee:other"}, Code.payee_not_allowed),
    ({"amount_minor": 2_001}, Code.insufficient_own_money),
]


@pytest.mark.parametrize(("body", "code"), IN)
def test_checks_what_comes_in(body: dict[str, Any], code: Code) -> None:
    books = ready()
    assert prudent(books, "P2", **body).code is code
    assert figures(books) == (2 * MONEY + 2_000, 0, 2_000)


@pytest.mark.parametrize(("body", "code"), OUT)
def test_checks_what_goes_back(body: dict[str, Any], code: Code) -> None:
    books = ready()
    assert back(books, **body).code is code
    assert figures(books) == (2 * MONEY + 2_000, 0, 2_000)


def test_refuses_what_an_account_cannot_hold() -> None:
    books = ready()
    assert prudent(books, "P2", amount_minor=BALANCE_MAX - 2 * MONEY - 2_000).code is Code.balance_too_large
    assert prudent(books, "P3", amount_minor=BALANCE_MAX - 2 * MONEY - 2_001).code is Code.done


def test_answers_a_replay_with_the_first_answer() -> None:
    books = ready()
    assert prudent(books) == prudent(books)
    assert back(books) == back(books)
    assert figures(books) == (2 * MONEY + 2_000, 0, 0)
