"""Hold clearance: an open bid of a client under a legal order is captured only on the word of two people."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import HoldClearance
from tests.operations.lending_case import LANE, Loan
from tests.operations.order_case import ORDER


@pytest.fixture
def books() -> Loan:
    """X is full by L and M; L is under an order, filled at once."""
    books = Loan()
    books.full({"L": 300, "M": 700})
    order(books)
    return books


def order(books: Loan, name: str = "O1", amount_minor: int = 1) -> None:
    if not books.balance(LANE, "L", "2010"):
        books.give(LANE, "L", amount_minor)
    body = ORDER | {"person": "person:L", "instrument": name, "amount_minor": amount_minor}
    books.done(0, name, "legal_order", **body)
    books.settle_messages()


def clear(books: Loan, name: str = "C1", **other: Any) -> Answer:
    body: dict[str, Any] = {"hold": "bid:L:X", "reason": "lent before the order", "maker": "m1", "checker": "c1"}
    return books.submit(LANE, name, "hold_clearance", **(body | other))


def disburse(books: Loan, name: str = "d") -> Answer:
    return books.submit(LANE, name, "disbursement", listing="X")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": "", "maker": ""},     Code.reason_missing),
        ({"maker": "", "hold": "no"},     Code.two_names_required),
        ({"maker": "c1", "hold": "no"},   Code.same_person_twice),
        ({"hold": "no"},                  Code.hold_not_found),
        ({"hold": "general"},             Code.hold_purpose_differs),
        ({"hold": "bid:M:X"},             Code.order_not_found),
        ({},                              Code.done),
    ],
)  # fmt: skip
def test_refuses_in_this_order(books: Loan, change: dict[str, Any], code: Code) -> None:
    books.give(LANE, "M", 5)
    books.done(
        LANE, "general", "general_hold", holder="M", amount_minor=5, reason="r", until=books.day, authority="M",
        maker="m1", checker="c1",
    )  # fmt: skip
    assert clear(books, **change).code is code


def test_names_the_hold_and_moves_nothing_until_it_is_cleared(books: Loan) -> None:
    answer = disburse(books)
    assert (answer.code, answer.detail) == (Code.hold_unusable, {"holds": ["bid:L:X"]})
    assert books.held("L") == 300
    assert clear(books).code is Code.done
    assert disburse(books, "d2").code is Code.done
    assert clear(books, "C2").code is Code.hold_not_open


def test_a_later_order_asks_for_another_word(books: Loan) -> None:
    clear(books)
    order(books, "O2")
    assert disburse(books).code is Code.hold_unusable
    assert clear(books, "C2").code is Code.done
    assert books.get(LANE, HoldClearance, "bid:L:X").seq == books.store.head(LANE).head
    assert disburse(books, "d2").code is Code.done


def test_a_lifted_order_bars_nothing(books: Loan) -> None:
    books.done(0, "lift", "legal_lift", order="O1", issuer="court:1", instrument="x", maker="m1", checker="c1")
    books.settle_messages()
    assert disburse(books).code is Code.done
