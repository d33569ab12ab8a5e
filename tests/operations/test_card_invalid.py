"""Card invalid, card check: the bank's word stops a card, two people's word lets it go on."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Card
from tests.operations.cash import LANE, open_books, withdraw
from tests.operations.driver import Books

INVALID = {"card": "L1:card", "reason": "AC04", "reference": "bank:77", "maker": "m1"}
CHECK = {"card": "L1:card", "reason": "open again", "maker": "m1", "checker": "c1"}


@pytest.fixture
def books() -> Books:
    return open_books()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": ""}, Code.reason_missing),
        ({"reference": ""}, Code.details_missing),
        ({"maker": ""}, Code.details_missing),
        ({"card": "none"}, Code.card_not_found),
    ],
)
def test_an_invalid_card_is_refused_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    assert books.submit(LANE, "i", "card_invalid", **{**INVALID, **change}).code is code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"checker": ""}, Code.two_names_required),
        ({"checker": "m1"}, Code.same_person_twice),
        ({"reason": ""}, Code.reason_missing),
        ({"card": "none"}, Code.card_not_found),
        ({}, Code.state_forbids),
    ],
)
def test_a_check_is_refused_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    assert books.submit(LANE, "c", "card_check", **{**CHECK, **change}).code is code


def test_no_money_goes_to_an_invalid_card_and_again_after_its_check_and_cooling(books: Books) -> None:
    answer = books.done(LANE, "i", "card_invalid", **INVALID)
    assert withdraw(books).code is Code.card_not_active
    assert books.submit(LANE, "i2", "card_invalid", **INVALID).code is Code.card_not_active
    books.done(LANE, "c", "card_check", **CHECK)
    assert withdraw(books, "W2").code is Code.card_cooling
    books.move_day(LANE, books.get(LANE, Card, "L1:card").cooling_until)
    assert withdraw(books, "W3").code is Code.done
    assert books.done(LANE, "i", "card_invalid", **INVALID) == answer


def test_an_invalid_card_may_be_replaced(books: Books) -> None:
    books.done(LANE, "i", "card_invalid", **INVALID)
    books.done(LANE, "b2", "card_binding", holder="L1", card="new", payee_hash="payee:new")
    books.done(LANE, "r", "card_review", card="new", passed=True, reason="", maker="m1", checker="c1")
    assert books.get(LANE, Card, "L1:card").state == "unbound"
