"""Raise opening: a listing registered without opening takes bids from its opening on, or lapses."""

from cunguan.kernel.codes import Code
from tests.operations.lending_case import LANE, MONDAY, Loan, later


def _open(books: Loan, name: str = "open", listing: str = "X") -> Code:
    return books.submit(LANE, name, "raise_opening", listing=listing).code


def test_opens_what_was_registered() -> None:
    books = Loan()
    books.lender("L", 1_000)
    books.listed(opens=False)
    assert books.submit(LANE, "b", "bid_hold", lender="L", listing="X", amount_minor=1_000).code is (
        Code.listing_not_raising
    )
    assert _open(books) is Code.done
    assert _open(books) is Code.done, "the same id is the same opening"
    assert books.listing().state == "raising"
    assert [move.event for move in books.decision(LANE, "open").moves] == ["raise_opened"]
    books.bid("L", 1_000)


def test_checks_in_order() -> None:
    books = Loan()
    books.listed(opens=False)
    books.listed("Y")
    assert _open(books, "1", "Z") is Code.listing_not_found
    assert _open(books, "2", "Y") is Code.state_forbids
    books.move_day(LANE, later(4))
    assert books.business_date(LANE) > MONDAY
    assert _open(books, "3") is Code.raise_ended


def test_lapses_by_the_timer_when_it_never_opened() -> None:
    books = Loan()
    books.listed(opens=False)
    assert books.submit(LANE, "timer:X:1", "raise_failure", listing="X", timer=True).code is Code.raise_not_ended
    books.move_day(LANE, later(4))
    assert books.submit(LANE, "timer:X:2", "raise_failure", listing="X", timer=True).code is Code.done
    assert books.listing().state == "failed"
