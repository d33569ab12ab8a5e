"""General hold release: two people give it back to its owner, before its end."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Hold
from tests.operations.cash import LANE, open_books, with_fees, withdraw
from tests.operations.driver import Books
from tests.operations.test_general_hold import hold


def release(books: Books, name: str = "R1", **other: Any) -> Answer:
    body: dict[str, Any] = {"hold": "H1", "amount_minor": 700, "reason": "settled", "maker": "m1", "checker": "c1"}
    return books.submit(LANE, name, "general_hold_release", **(body | other))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0, "reason": ""},       Code.amount_not_positive),
        ({"reason": "", "maker": ""},             Code.reason_missing),
        ({"maker": "", "hold": "no"},             Code.two_names_required),
        ({"maker": "c1", "hold": "no"},           Code.same_person_twice),
        ({"hold": "no"},                          Code.hold_not_found),
        ({"hold": "W1:fee"},                      Code.hold_purpose_differs),
        ({"hold": "H0", "amount_minor": 99},      Code.hold_not_open),
        ({"amount_minor": 701},                   Code.hold_remaining_exceeded),
        ({},                                      Code.done),
    ],
)  # fmt: skip
def test_refuses_in_this_order(change: dict[str, Any], code: Code) -> None:
    books = with_fees(open_books())
    assert withdraw(books, fee_schedule="fees", fee_item="withdrawal_fee").code is Code.done
    hold(books)
    hold(books, "H0", amount_minor=1)
    release(books, "R0", hold="H0", amount_minor=1)
    assert release(books, **change).code is code


def test_gives_it_back_in_parts() -> None:
    books = open_books()
    hold(books)
    assert release(books, amount_minor=300).code is Code.done
    assert (books.five(LANE, "L1"), books.get(LANE, Hold, "H1").state) == ((999_600, 0, 400, 0, 0), "open")
    assert release(books, "R2", amount_minor=400).code is Code.done
    assert (books.five(LANE, "L1"), books.get(LANE, Hold, "H1").state) == ((1_000_000, 0, 0, 0, 0), "released")
    assert books.postings(LANE, "R2") == [("L1:2020", "L1:2010", 400)]
