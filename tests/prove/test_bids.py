"""Bids: a bid that was made while new bids were stopped is found, and a stop that is not what was said."""

from collections.abc import Iterator

import pytest

from cunguan.kernel.codes import Code
from cunguan.prove.report import prove
from tests.conftest import fresh_database
from tests.operations.lending_case import LANE, Loan
from tests.prove.case import change, fill, found


@pytest.fixture(scope="module")
def batches() -> tuple[object, ...]:
    """Bids, a stop, its end, a bid, a stop again."""
    books = Loan()
    books.listed()
    books.lender("L1", 1_000_000)
    books.bid("L1", 100_000)
    _stop(books, "2024-02-29")
    assert books.submit(LANE, "not", "bid_hold", lender="L1", listing="X", amount_minor=1).code is Code.bids_stopped
    books.done(LANE, "checkfile:resume:2024-02-29", "bid_resume", reason="all is confirmed")
    books.done(LANE, "after", "bid_hold", lender="L1", listing="X", amount_minor=200_000)
    _stop(books, "2024-02-28")
    return tuple(books.store.batches)


def _stop(books: Loan, last: str) -> None:
    books.done(LANE, f"checkfile:stop:{last}", "bid_stop", first_date="2024-02-27", last_date=last, reason="three days")


@pytest.fixture
def books(wheel_server_url: str, batches: tuple[object, ...]) -> Iterator[str]:
    for url in fresh_database(wheel_server_url):
        fill(url, batches)  # type: ignore[arg-type]  # batches of a book
        yield url


def test_holds_for_a_stop_that_was_kept(books: str) -> None:
    assert prove(books).holds


@pytest.mark.parametrize(
    ("falsified", "row", "what"),
    [
        ("UPDATE instruction SET state = 'refused' WHERE kind = 'bid_resume'", "instruction after",
         "a bid was made while new bids were stopped"),
        ("UPDATE bid_stop SET state = 'resumed'", "bid_stop bids", "it is not as was said last"),
        ("UPDATE bid_stop SET seq = seq - 1", "bid_stop bids", "it is not as was said last"),
        ("DELETE FROM bid_stop", "bid_stop bids", "the row of the stop is gone"),
        ("INSERT INTO bid_stop SELECT lane, 'other', since_date, until_date, seq - 1, state FROM bid_stop", "bid_stop other",
         "it is not as was said last"),
    ],
)  # fmt: skip
def test_finds(books: str, falsified: str, row: str, what: str) -> None:
    change(books, falsified)
    assert (row, what) in {(finding.row, finding.what) for finding in found(books, "bids")}
