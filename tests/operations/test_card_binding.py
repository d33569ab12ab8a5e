"""Card binding: one card in force, cooled for a working day, changed at once only while no money is there."""

from datetime import date
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Card
from tests.operations.driver import FRIDAY, Books

BIND = {"holder": "L1", "card": "card:1", "payee_hash": "payee:1"}
MONDAY = date(2024, 3, 4)


@pytest.fixture
def books() -> Books:
    books = Books()
    books.platform(1)
    books.client(1, "L1")
    books.client(1, "L2")
    return books


def test_binds_a_card_that_cools_until_the_next_working_day(books: Books) -> None:
    answer = books.done(1, "b", "card_binding", **BIND)
    assert books.get(1, Card, "card:1") == Card("card:1", "L1", "payee:1", FRIDAY, MONDAY, "active")
    assert answer.detail == {"state": "active", "cooling_until": "2024-03-04"}
    authority = books.decision(1, "b").authority
    assert authority is not None
    assert (authority.text.type, authority.text.payee, authority.holds) == ("card_binding", "payee:1", True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"card": ""}, Code.id_malformed),
        ({"payee_hash": ""}, Code.details_missing),
        ({"holder": "L9"}, Code.account_not_found),
        ({"signed": False}, Code.authority_missing),
        ({"by": "L2:key"}, Code.authority_key_differs),
        ({"card": "card:0"}, Code.card_exists),
    ],
)
def test_refuses_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    books.done(1, "b0", "card_binding", holder="L2", card="card:0", payee_hash="payee:0")
    assert books.submit(1, "b", "card_binding", **{**BIND, **change}).code is code


def test_takes_no_confirmation_of_another_payee(books: Books) -> None:
    other = books.ask(1, "b", "card_binding", **{**BIND, "payee_hash": "payee:2"})
    assert books.submit(1, "b", "card_binding", **BIND, evidence=other.evidence).code is Code.authority_evidence_invalid
    assert books.rows(1, Card) == []


def test_replaces_the_card_while_the_account_is_empty(books: Books) -> None:
    books.done(1, "b1", "card_binding", **BIND)
    books.done(1, "b2", "card_binding", **{**BIND, "card": "card:2"})
    assert {card.id: card.state for card in books.rows(1, Card)} == {"card:1": "unbound", "card:2": "active"}
    assert [move.subject for move in books.decision(1, "b2").moves] == ["card:1"]
    assert books.submit(1, "b3", "card_binding", **BIND).code is Code.card_exists


def test_a_change_with_one_fen_in_the_account_waits_for_two_people(books: Books) -> None:
    books.done(1, "b1", "card_binding", **BIND)
    books.give(1, "L1", 1)
    answer = books.done(1, "b2", "card_binding", **{**BIND, "card": "card:2"})
    assert answer.detail == {"state": "pending_review", "cooling_until": "2024-03-04"}
    assert {card.id: card.state for card in books.rows(1, Card)} == {"card:1": "active", "card:2": "pending_review"}
    assert books.submit(1, "b3", "card_binding", **{**BIND, "card": "card:3"}).code is Code.card_under_review


def test_a_change_with_money_in_transit_is_refused(books: Books) -> None:
    books.done(1, "b1", "card_binding", **BIND)
    books.give(1, "L1", 1, code="2015")
    answer = books.submit(1, "b2", "card_binding", **{**BIND, "card": "card:2"})
    assert (answer.code, answer.detail) == (Code.uncleared_money, {"uncleared_minor": 1})
    books.give(1, "L1", 100)
    books.move_day(1, MONDAY)
    books.done(
        1, "W1", "withdrawal", holder="L1", card="card:1", bank_account="bank", amount_minor=40, payee_hash="payee:1"
    )
    answer = books.submit(1, "b3", "card_binding", **{**BIND, "card": "card:2"})
    assert (answer.code, answer.detail) == (Code.card_in_use, {"outbound_minor": 40})
    assert [card.id for card in books.rows(1, Card)] == ["card:1"]


def test_binds_the_first_card_also_with_money_in_the_account(books: Books) -> None:
    books.give(1, "L1", 1)
    books.done(1, "b", "card_binding", **BIND)


def test_binds_nothing_to_a_locked_account(books: Books) -> None:
    books.done(0, "lock", "person_lock", act="A1", person="person:L1", reason="stolen phone", maker="m1")
    books.deliver()
    assert books.submit(1, "b", "card_binding", **BIND).code is Code.account_locked
