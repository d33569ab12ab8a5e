"""Message answered: what another lane decided is noted once."""

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Message
from tests.operations.cash import LANE, open_books, put, withdraw
from tests.operations.driver import Books


def answered(books: Books, message: str = "m1", code: str = "done", *, lane: int = LANE, id: str = "") -> Answer:
    return books.submit(lane, id or f"answered:0:{message}", "message_answered", message=message, code=code)


def with_message(lane: int = LANE, channel: str = "lane:0") -> Books:
    books = open_books()
    put(books, Message("m1", channel, "limit_release", b"{}", 1, "waiting"), lane)
    return books


@pytest.mark.parametrize("lane", [0, LANE])
@pytest.mark.parametrize("code", ["done", "reservation_missing", "account_closed"])
def test_ends_a_message_that_was_decided(lane: int, code: str) -> None:
    books = with_message(lane)
    assert answered(books, code=code, lane=lane).code is Code.done
    assert books.get(lane, Message, "m1").state == "answered"
    moves = [(move.event, move.state) for move in books.decision(lane, "answered:0:m1").moves]
    assert moves == [("taken", "sending"), ("answered", "answered")]


@pytest.mark.parametrize("code", ["in_doubt", "lane_busy", "malformed", "no_such_code", ""])
def test_is_refused_for_what_is_no_decision(code: str) -> None:
    books = with_message()
    assert answered(books, code=code).code is Code.details_differ
    assert books.get(LANE, Message, "m1").state == "waiting"


def test_is_refused_for_a_message_that_is_not_there() -> None:
    assert answered(with_message(), "m2").code is Code.details_missing


def test_is_refused_for_a_message_to_a_bank() -> None:
    books = open_books()
    withdraw(books)
    assert answered(books, "W1").code is Code.source_not_allowed
    assert books.get(LANE, Message, "W1").state == "waiting"


def test_is_noted_once() -> None:
    books = with_message()
    first = answered(books)
    assert answered(books) == first
    assert answered(books, id="answered:0:m1:again").code is Code.state_forbids
