"""Pool line: how much may be missing before clients' payouts stop."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.money import MINOR_LIMIT
from cunguan.kernel.rows import Pool
from tests.operations.cash import LANE, set_state
from tests.operations.driver import Books
from tests.operations.firm_case import NAMES, WRONG_NAMES, lose, open_firm, state


def line(books: Books, id: str = "N1", **body: Any) -> Answer:
    return books.submit(
        LANE, id, "pool_line", **({"pool": "main", "line_minor": 3_000, "reason": "rule", **NAMES} | body)
    )


def test_lets_a_short_pool_pay_clients_again_and_stops_it_again() -> None:
    books = open_firm()
    lose(books)
    assert line(books).detail == {"pool": "short"}
    assert line(books, "N2", line_minor=2_999).detail == {"pool": "payouts_stopped"}
    assert (books.get(LANE, Pool, "main").line_minor, state(books)[0]) == (2_999, "payouts_stopped")
    assert books.postings(LANE, "N2") == []


def test_does_not_let_an_unexplained_gap_pay() -> None:
    books = open_firm()
    lose(books, cause="unexplained")
    assert line(books).detail == {"pool": "payouts_stopped"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"line_minor": -1}, Code.amount_not_positive),
        ({"line_minor": MINOR_LIMIT}, Code.amount_too_large),
        ({"reason": ""}, Code.reason_missing),
        *WRONG_NAMES,
        ({"pool": "nowhere"}, Code.pool_not_found),
    ],
)
def test_checks_in_order(body: dict[str, Any], code: Code) -> None:
    books = open_firm()
    assert line(books, **body).code is code
    assert books.get(LANE, Pool, "main").line_minor == 0


def test_is_not_for_a_stopped_pool() -> None:
    books = open_firm()
    set_state(books, Pool, "main", "stopped")
    assert line(books).code is Code.pool_not_active
