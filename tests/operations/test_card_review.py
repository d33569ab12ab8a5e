"""Card review: a card that was changed while money was there is passed or refused by two people, never by one."""

from datetime import timedelta
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Card, Holder
from tests.operations.cash import LANE, open_books, set_state, withdraw
from tests.operations.driver import Books

REVIEW = {"card": "new", "passed": True, "reason": "he answered the call", "maker": "m1", "checker": "c1"}


@pytest.fixture
def books() -> Books:
    books = open_books()
    books.done(LANE, "b2", "card_binding", holder="L1", card="new", payee_hash="payee:new")
    return books


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"checker": ""}, Code.two_names_required),
        ({"checker": "m1"}, Code.same_person_twice),
        ({"passed": False, "reason": ""}, Code.reason_missing),
        ({"card": "none"}, Code.card_not_found),
        ({"card": "L1:card"}, Code.state_forbids),
    ],
)
def test_refuses_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    assert books.submit(LANE, "r", "card_review", **{**REVIEW, **change}).code is code


def test_passes_a_card_that_cools_from_that_day_and_ends_the_one_before_it(books: Books) -> None:
    books.move_day(LANE, books.business_date(LANE) + timedelta(days=7))
    answer = books.done(LANE, "r", "card_review", **REVIEW)
    until = books.get(LANE, Card, "new").cooling_until
    assert until > books.business_date(LANE)
    assert answer.detail == {"state": "active", "cooling_until": until.isoformat()}
    assert {card.id: card.state for card in books.rows(LANE, Card) if card.holder == "L1"} == {
        "L1:card": "unbound",
        "new": "active",
    }
    assert withdraw(books, card="new", payee_hash="payee:new").code is Code.card_cooling
    assert withdraw(books, "W2").code is Code.card_not_active
    books.move_day(LANE, until)
    assert withdraw(books, "W3", card="new", payee_hash="payee:new").code is Code.done
    assert books.done(LANE, "r", "card_review", **REVIEW) == answer


def test_a_refused_card_never_was_and_the_one_before_it_stays(books: Books) -> None:
    books.done(LANE, "r", "card_review", **{**REVIEW, "passed": False})
    assert books.get(LANE, Card, "new").state == "refused"
    assert withdraw(books).code is Code.done
    assert withdraw(books, "W2", card="new", payee_hash="payee:new").code is Code.card_not_active


def test_waits_for_a_withdrawal_on_its_way_to_the_card_before_it(books: Books) -> None:
    withdraw(books)
    answer = books.submit(LANE, "r", "card_review", **REVIEW)
    assert (answer.code, answer.detail) == (Code.card_in_use, {"outbound_minor": 60_000})


def test_passes_nothing_for_a_locked_account(books: Books) -> None:
    set_state(books, Holder, "L1", "locked")
    assert books.submit(LANE, "r", "card_review", **REVIEW).code is Code.account_locked
    assert books.done(LANE, "r2", "card_review", **{**REVIEW, "passed": False}).code is Code.done
