"""Papers: a deposit that was taken without live papers is found, and papers that are not what two people recorded."""

from collections.abc import Iterator

import pytest

from cunguan.prove.report import prove
from tests.conftest import copied, fresh_database
from tests.operations.cash import LANE, days
from tests.operations.pool_case import open_pool
from tests.operations.test_pool_papers import notice, record, shown
from tests.prove.case import change, fill, found


def _made(url: str) -> None:
    books = open_pool()
    notice(books, "before")
    record(books)
    notice(books, "live")
    shown(books, "shown")
    days(books, 4)
    shown(books, "over")
    notice(books, "refused")
    record(books, "again", review_date="2025-01-01")
    notice(books, "after")
    fill(url, tuple(books.store.batches))


@pytest.fixture
def books(wheel_server_url: str) -> Iterator[str]:
    for url in fresh_database(wheel_server_url):
        copied(url, "papers_case", _made)
        yield url


def test_holds_for_papers_that_were_kept(books: str) -> None:
    assert prove(books).holds
    assert LANE == 1


@pytest.mark.parametrize(
    ("falsified", "row", "what"),
    [
        ("UPDATE instruction SET state = 'refused' WHERE id = 'again'", "instruction after",
         "it took a deposit without live papers"),
        ("""UPDATE instruction SET body = convert_to(replace(convert_from(body, 'UTF8'), '2024-03-04', '2024-02-29'), 'UTF8')
            WHERE id = 'papers'""", "instruction live", "it took a deposit without live papers"),
        ("UPDATE pool_papers SET review_date = '2031-01-01'", "pool_papers bank", "they are not as was recorded last"),
        ("DELETE FROM pool_papers", "pool_papers bank", "the papers are gone"),
        ("INSERT INTO pool_papers VALUES (1, 'x', 'main', 'c', '2031-01-01', 'l', '2031-01-01', 1)", "pool_papers x",
         "they are not as was recorded last"),
    ],
)  # fmt: skip
def test_finds(books: str, falsified: str, row: str, what: str) -> None:
    change(books, falsified)
    assert (row, what) in {(finding.row, finding.what) for finding in found(books, "papers")}
