"""Hold expiry: the timer gives back what is over, and keeps its hands off raises and runs."""

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Hold, Run
from tests.operations.lending_case import FRIDAY, LANE, Loan, later


def _held(*, purpose: str = "withdrawal_fee", listing: str = "") -> Loan:
    """Return books in which a hold H of 300 of L's money is over on Friday."""
    books = Loan()
    books.full({"L": 300})
    hold = books.get(LANE, Hold, "bid:L:X")
    del books.store.tables[(LANE, Hold)][hold.id]
    books.put(replace(books.listing(), held_minor=300 if listing else 0))
    books.put(replace(hold, id="H", purpose=purpose, listing=listing, release_by=FRIDAY))
    return books


def _expire(books: Loan, hold: str = "H", *, name: str = "") -> Answer:
    return books.submit(LANE, name or f"expire:{hold}", "hold_expiry", hold=hold)


@pytest.mark.parametrize(("days", "code", "available"), [(0, Code.hold_not_expired, 0), (3, Code.done, 300)])
def test_gives_a_hold_back_the_day_after_its_last_one(days: int, code: Code, available: int) -> None:
    books = _held()
    if days:
        books.move_day(LANE, later(days))
    assert _expire(books).code is code
    assert (books.available("L"), books.held("L")) == (available, 300 - available)
    assert books.get(LANE, Hold, "H").state == ("released" if available else "open")


def test_releases_only_what_is_left_and_only_once() -> None:
    books = _held()
    books.move_day(LANE, later(3))
    assert _expire(books).detail == {"released_minor": 300}
    assert _expire(books).detail == {"released_minor": 300}  # the same answer again
    assert books.postings(LANE, "expire:H") == [("L:2020", "L:2010", 300)]
    posting = books.decision(LANE, "expire:H").postings[0]
    assert (posting.authority, posting.opened) == (None, books.get(LANE, Hold, "H").seq)
    assert _expire(books, "none").code is Code.hold_not_found


def test_knows_only_the_id_that_the_timer_makes() -> None:
    books = _held()
    assert _expire(books, name="expire:G").code is Code.id_malformed
    assert _expire(books, name="mine").code is Code.id_malformed


def test_refuses_a_hold_that_is_no_longer_open() -> None:
    books = _held()
    books.put(replace(books.get(LANE, Hold, "H"), state="captured"))
    assert _expire(books).code is Code.hold_not_open


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("raising",    Code.state_forbids),
        ("full",       Code.state_forbids),
        ("disbursing", Code.listing_disbursing),
        ("failing",    Code.raise_failing),
        ("failed",     Code.done),
    ],
)  # fmt: skip
def test_leaves_the_holds_of_a_raise_to_its_failure(state: str, code: Code) -> None:
    books = _held(purpose="bid", listing="X")
    books.move_day(LANE, later(3))
    books.put(replace(books.listing(), state=state))
    answer = _expire(books)
    assert answer.code is code
    if code is Code.state_forbids:
        assert answer.detail == {"instruction": "raise_failure", "listing": "X"}
    assert books.available("L") == (300 if code is Code.done else 0)
    assert books.listing().held_minor == (0 if code is Code.done else 300)


def test_returns_a_red_packet_to_the_platform() -> None:
    books = Loan()
    books.give(LANE, "main", 50, code="2120")
    books.lender("L", 50)
    books.listed(amount_minor=200)
    books.bid("L", 50, marketing_minor=50)
    packet = replace(books.get(LANE, Hold, "bid:L:X:marketing"), release_by=FRIDAY)
    books.move_day(LANE, later(3))
    # A failed listing has no open hold; should one ever be found, the timer still knows whose it is.
    books.put(packet)
    books.put(replace(books.listing(), state="failed", held_minor=50))
    assert _expire(books, packet.id).code is Code.done
    assert (books.of_pool("2125"), books.of_pool("2120")) == (0, 50)


@pytest.mark.parametrize(("state", "code"), [("running", Code.state_forbids), ("finished", Code.done)])
def test_leaves_the_hold_that_a_run_pays_from(state: str, code: Code) -> None:
    books = _held(purpose="repayment")
    books.put(Run("H", "repayment", "X", "L", "X:1", 2, 1, 300, 1, 0, 1, state))
    books.move_day(LANE, later(3))
    assert _expire(books).code is code
