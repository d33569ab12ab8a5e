"""Legal order here: only what lane 0 has said is obeyed, the last word counts."""

from typing import Any

import msgspec
import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Message, OrderHere
from tests.operations.order_case import Orders


@pytest.fixture
def books() -> Orders:
    books = Orders()
    books.order()
    return books


def said(books: Orders, name: str = "legal:O1:1:1", *, id: str = "", **other: Any) -> Answer:
    body = msgspec.json.decode(books.get(0, Message, name).payload)["body"]
    return books.submit(1, id or name, "legal_order_here", **(body | other))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": "mine", "limit_minor": 1},  Code.id_malformed),
        ({"word": 2},                       Code.id_malformed),
        ({"limit_minor": 9_999},            Code.order_not_found),
        ({"person": "bert"},                Code.order_not_found),
        ({"ended": "lifted"},               Code.order_not_found),
        ({"id": "legal:O1:1:2", "word": 2}, Code.order_not_found),
        ({},                                Code.done),
    ],
)  # fmt: skip
def test_obeys_only_what_lane_0_has_said(books: Orders, change: dict[str, Any], code: Code) -> None:
    assert said(books, **change).code is code
    assert books.five(1, "L1")[4] == (6_000 if code is Code.done else 0)


def test_posts_under_the_authority_of_the_order(books: Orders) -> None:
    assert said(books).detail == {"frozen_minor": 6_000}
    decision, here = books.decision(1, "legal:O1:1:1"), books.get(1, OrderHere, "O1")
    assert books.postings(1, "legal:O1:1:1") == [("L1:2010", "L1:2040", 6_000)]
    assert {(posting.authority, posting.opened) for posting in decision.postings} == {(here.seq, here.seq)}
    assert decision.authority is not None
    text = decision.authority.text
    assert (text.kind, text.type, text.owner, text.amount_minor, text.payee) == (
        "L", "legal_order", "anna", 10_000, "2024-17"
    )  # fmt: skip


def test_an_older_word_than_the_last_one_obeyed_changes_nothing(books: Orders) -> None:
    books.lift(amount_minor=9_000)  # while the first word is still on its way
    assert said(books, "legal:O1:1:2").code is Code.done
    assert books.five(1, "L1") == (5_000, 0, 0, 0, 1_000)
    assert said(books, "legal:O1:1:1").detail == {"frozen_minor": 1_000}
    assert (books.five(1, "L1"), books.get(1, OrderHere, "O1").word) == ((5_000, 0, 0, 0, 1_000), 2)
    books.settle_messages()
    assert books.stands() == (1_000, "in_force")


def test_answers_lane_0_even_where_there_is_nothing() -> None:
    books = Orders()
    books.client(3, "L7", person="carl")
    books.ordered(person="carl")
    assert [message.kind for message in books.rows(3, Message)] == ["legal_order_report"]
    assert books.get(3, OrderHere, "O1").frozen_minor == 0
