"""Legal orders: one order over the lanes of a person, frozen exactly, in the order of rank, whatever way messages take."""

from datetime import date
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Holder, LegalOrder, Message, OrderHere, OrderShare
from tests.operations.driver import Books

ORDER: dict[str, Any] = {
    "issuer": "court:1", "instrument": "2024-17", "currency": "CNY", "amount_minor": 10_000,
    "expires": date(2024, 9, 1), "maker": "m1", "checker": "c1", "person": "anna",
}  # fmt: skip
LIFT: dict[str, Any] = {"issuer": "court:1", "instrument": "2024-18", "maker": "m1", "checker": "c1"}


@pytest.fixture
def books() -> Books:
    """Anna has 60.00 on each of two platforms; Bert has 100.00 on the first."""
    books = Books()
    for lane in (1, 2, 3):
        books.platform(lane)
    books.client(1, "L1", person="anna")
    books.client(2, "L1", person="anna")
    books.client(1, "L2", person="bert")
    books.give(1, "L1", 6_000)
    books.give(2, "L1", 6_000)
    books.give(1, "L2", 10_000)
    return books


def order(books: Books, name: str = "O1", **other: Any) -> Answer:
    return books.submit(0, name, "legal_order", **(ORDER | other))


def frozen(books: Books, name: str = "O1") -> list[int]:
    """Return what an order has frozen in the first two lanes."""
    found = [books.row(lane, OrderHere, name) for lane in (1, 2)]
    return [0 if here is None else here.frozen_minor for here in found]


def figures(books: Books, name: str = "O1") -> tuple[int, str]:
    row = books.get(0, LegalOrder, name)
    return row.filled_minor, row.state


# ── over lanes ───────────────────────────────────────────────────────────────
def test_a_hundred_over_sixty_and_sixty_freezes_sixty_and_forty(books: Books) -> None:
    answer = order(books)
    assert (answer.code, answer.detail["lanes"]) == (Code.done, [1, 2])
    assert figures(books) == (0, "waiting")
    assert [message.channel for message in books.rows(0, Message)] == ["lane:1"]  # one lane after the other
    books.settle_messages()
    assert frozen(books) == [6_000, 4_000]
    assert (books.five(1, "L1"), books.five(2, "L1")) == ((0, 0, 0, 0, 6_000), (2_000, 0, 0, 0, 4_000))
    assert books.five(1, "L2") == (10_000, 0, 0, 0, 0)
    assert figures(books) == (10_000, "in_force")
    assert [books.get(lane, Holder, "L1").waiting_orders for lane in (1, 2)] == [0, 0]
    assert [books.get(lane, Holder, "L1").legal_orders for lane in (1, 2)] == [1, 1]
    moves = [
        move.event for entry in books.store.entries[0] for move in entry.decision.moves if move.machine == "legal_order"
    ]
    assert moves == ["moved_up", "filled"]


def test_what_is_missing_is_frozen_from_later_credits_in_any_lane(books: Books) -> None:
    order(books, amount_minor=20_000)
    books.settle_messages()
    assert figures(books) == (12_000, "partly_filled")
    books.client(2, "B1", "borrower", person="anna")
    books.give(2, "B1", 3_000)
    assert books.five(2, "B1") == (0, 0, 0, 0, 3_000)
    books.give(1, "L1", 7_000)
    assert books.five(1, "L1") == (0, 0, 0, 0, 13_000)
    books.settle_messages()
    assert (frozen(books), figures(books)) == ([13_000, 7_000], (20_000, "in_force"))
    assert (books.five(2, "L1"), books.five(2, "B1")) == (
        (0, 0, 0, 0, 6_000),
        (2_000, 0, 0, 0, 1_000),
    )  # a race was lost
    books.give(2, "L1", 1)
    assert books.five(2, "L1") == (1, 0, 0, 0, 6_000)


def test_reaches_a_lane_where_the_person_comes_later(books: Books) -> None:
    order(books, amount_minor=20_000)
    books.settle_messages()
    books.client(3, "L9", person="anna")
    books.give(3, "L9", 500)
    assert books.five(3, "L9") == (500, 0, 0, 0, 0)
    books.settle_messages()
    assert books.five(3, "L9") == (0, 0, 0, 0, 500)
    assert figures(books) == (12_500, "partly_filled")


def test_a_filled_order_reaches_no_further_lane(books: Books) -> None:
    order(books, amount_minor=5_000)
    books.settle_messages()
    assert frozen(books) == [5_000, 0]
    assert books.row(2, OrderHere, "O1") is None
    books.client(3, "L9", person="anna")
    books.settle_messages()
    assert books.row(0, OrderShare, "O1:3") is None


def test_two_orders_are_filled_by_rank(books: Books) -> None:
    order(books, amount_minor=15_000)
    assert order(books, "O2", instrument="2024-99", amount_minor=4_000).detail["after"] == ["O1"]
    books.settle_messages()
    assert (frozen(books), frozen(books, "O2")) == ([6_000, 6_000], [0, 0])
    assert [books.get(lane, Holder, "L1").waiting_orders for lane in (1, 2)] == [2, 2]
    books.give(2, "L1", 5_000)
    assert books.five(2, "L1") == (0, 0, 0, 0, 11_000)  # 30.00 to the first, then 20.00 to the second, in one journal
    books.settle_messages()
    assert (frozen(books), frozen(books, "O2")) == ([6_000, 9_000], [0, 2_000])
    books.done(0, "lift", "legal_lift", order="O1", **LIFT)
    books.settle_messages()
    assert (frozen(books), frozen(books, "O2")) == ([0, 0], [2_000, 2_000])
    assert (books.five(1, "L1")[0], books.five(2, "L1")[0]) == (4_000, 9_000)
    assert (figures(books), figures(books, "O2")) == ((0, "lifted"), (4_000, "in_force"))
