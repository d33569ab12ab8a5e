"""Legal order report: what a lane has frozen is confirmed up to the order, once, by the lane's last word."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import OrderShare
from tests.operations.order_case import Orders


@pytest.fixture
def books() -> Orders:
    books = Orders()
    books.order(amount_minor=20_000)
    return books


def report(books: Orders, *, seq: int = 900, order: str = "O1", id: str = "", **other: Any) -> Answer:
    body: dict[str, Any] = {"order": order, "lane": 1, "seq": seq, "frozen_minor": 500} | other
    return books.submit(0, id or f"report:{order}:{body['lane']}:{seq}", "legal_order_report", **body)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": "mine", "order": "O9"}, Code.id_malformed),
        ({"order": "O9"},               Code.order_not_found),
        ({"lane": 3},                   Code.order_not_found),
        ({},                            Code.done),
    ],
)  # fmt: skip
def test_refuses_in_this_order(books: Orders, change: dict[str, Any], code: Code) -> None:
    assert report(books, **change).code is code


def test_confirms_what_the_order_asks_for_and_no_more(books: Orders) -> None:
    assert report(books, frozen_minor=25_000).detail == {"confirmed_minor": 20_000}
    assert books.stands() == (20_000, "in_force")


def test_a_report_that_was_overtaken_changes_nothing(books: Orders) -> None:
    report(books, seq=901, frozen_minor=700)
    assert report(books, seq=900, frozen_minor=9_000).detail == {"confirmed_minor": 700}
    assert books.get(0, OrderShare, "O1:1").heard_seq == 901


def test_a_lane_that_gave_back_what_was_never_confirmed_loses_nothing(books: Orders) -> None:
    report(books, seq=901, frozen_minor=700)
    assert report(books, seq=902, frozen_minor=700).detail == {"confirmed_minor": 700}
    assert books.stands() == (700, "partly_filled")
    assert books.events() == ["moved_up"]
