"""Card unbinding: the client's own act, of an empty account."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Card, Holder
from tests.operations.cash import LANE, open_books, set_state
from tests.operations.driver import Books

UNBIND = {"holder": "L1", "card": "L1:card"}


@pytest.fixture
def books() -> Books:
    return open_books(money_minor=0)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"holder": "L9"}, Code.account_not_found),
        ({"card": "none"}, Code.card_not_found),
        ({"card": "L2:card"}, Code.card_not_own),
        ({"signed": False}, Code.authority_missing),
        ({"by": "L2:key"}, Code.authority_key_differs),
    ],
)
def test_refuses_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    assert books.submit(LANE, "u", "card_unbind", **{**UNBIND, **change}).code is code


@pytest.mark.parametrize(
    ("code", "name"), [("2010", "available"), ("2015", "uncleared")]
)  # fmt: skip
def test_names_the_fen_that_is_left(books: Books, code: str, name: str) -> None:
    books.give(LANE, "L1", 1, code=code)
    answer = books.submit(LANE, "u", "card_unbind", **UNBIND)
    assert (answer.code, answer.detail) == (Code.account_not_empty, {"left": {name: 1}})


def test_unbinds_for_good(books: Books) -> None:
    answer = books.done(LANE, "u", "card_unbind", **UNBIND)
    assert books.get(LANE, Card, "L1:card").state == "unbound"
    assert books.submit(LANE, "u2", "card_unbind", **UNBIND).code is Code.card_not_active
    assert books.done(LANE, "u", "card_unbind", **UNBIND) == answer


def test_unbinds_nothing_of_a_locked_account(books: Books) -> None:
    set_state(books, Holder, "L1", "locked")
    assert books.submit(LANE, "u", "card_unbind", **UNBIND).code is Code.account_locked
