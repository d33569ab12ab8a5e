"""Outgoing: what was let out while outgoing payments were stopped is found, and a stop that is not what was said."""

from collections.abc import Iterator

import pytest

from cunguan.prove.report import prove
from tests.conftest import copied, fresh_database
from tests.operations.cash import LANE
from tests.operations.pool_case import open_pool, pay_fees
from tests.prove.case import change, fill, found


def _made(url: str) -> None:
    books = open_pool()
    for name in ("a", "b"):
        assert pay_fees(books, f"fees:{name}", amount_minor=100).detail is not None
        books.done(LANE, f"recon:stop:{name}", "outgoing_stop", break_id=name, found_date="2024-03-01", reason="2020")
        if name == "a":
            books.done(LANE, "end", "outgoing_resume", break_id=name, cause="a row", maker="m1", checker="c1")
    fill(url, tuple(books.store.batches))


@pytest.fixture
def books(wheel_server_url: str) -> Iterator[str]:
    for url in fresh_database(wheel_server_url):
        copied(url, "outgoing_case", _made)
        yield url


def test_holds_for_a_stop_that_was_kept(books: str) -> None:
    assert prove(books).holds


@pytest.mark.parametrize(
    ("falsified", "row", "what"),
    [
        ("UPDATE instruction SET state = 'refused' WHERE kind = 'outgoing_resume'", "instruction fees:b",
         "it lets money leave while outgoing payments were stopped"),
        ("UPDATE outgoing_stop SET state = 'resumed'", "outgoing_stop outgoing", "it is not as was said last"),
        ("DELETE FROM outgoing_stop", "outgoing_stop outgoing", "the row of the stop is gone"),
    ],
)  # fmt: skip
def test_finds(books: str, falsified: str, row: str, what: str) -> None:
    change(books, falsified)
    assert (row, what) in {(finding.row, finding.what) for finding in found(books, "outgoing")}
