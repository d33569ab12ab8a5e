"""Client limit: lower at once, higher a day later; what is over it does not leave, by confirmation or by mandate."""

from datetime import date, timedelta
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import ClientLimit, Holder, Mandate
from tests.operations.cash import LANE, open_books, put, set_state, withdraw
from tests.operations.driver import Books


def limit(books: Books, name: str, each: int, day: int, **change: Any) -> Any:
    return books.submit(LANE, name, "client_limit", **{"holder": "L1", "each_minor": each, "day_minor": day, **change})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"each_minor": -1}, Code.amount_not_positive),
        ({"day_minor": -1}, Code.amount_not_positive),
        ({"holder": "L9"}, Code.account_not_found),
        ({"signed": False}, Code.authority_missing),
        ({"by": "L2:key"}, Code.authority_key_differs),
    ],
)
def test_refuses_in_this_order(change: dict[str, Any], code: Code) -> None:
    assert limit(open_books(), "l", 1, 1, **change).code is code


def test_needs_an_account_in_use() -> None:
    books = open_books()
    set_state(books, Holder, "L1", "locked")
    assert limit(books, "l", 1, 1).code is Code.account_locked


def test_what_is_lower_counts_at_once_to_the_fen() -> None:
    books = open_books()
    assert limit(books, "l", 60_000, 100_000).detail == {
        "each_minor": 60_000, "day_minor": 100_000, "day_left_minor": 100_000, "later_at": None,
    }  # fmt: skip
    assert withdraw(books, "W1", amount_minor=60_001).code is Code.limit_exceeded
    assert withdraw(books, "W2", amount_minor=60_000).code is Code.done
    over = withdraw(books, "W3", amount_minor=40_001)
    assert (over.code, over.detail["day_left_minor"]) == (Code.limit_exceeded, 40_000)
    assert withdraw(books, "W4", amount_minor=40_000).code is Code.done


def test_what_is_higher_counts_a_day_later_and_not_a_second_before() -> None:
    books = open_books()
    limit(books, "l", 10_000, 0)
    later = limit(books, "l2", 60_000, 0).detail["later_at"]
    asked = books.now
    assert later == int(asked.timestamp()) + 24 * 3600
    books.now = asked + timedelta(hours=24, seconds=-2)  # the driver's clock goes on by a second a batch
    assert withdraw(books, "W1").code is Code.limit_exceeded
    books.now = asked + timedelta(hours=24, seconds=-1)
    assert withdraw(books, "W2").code is Code.done


def test_of_two_limits_the_lower_counts_and_the_higher_waits() -> None:
    books = open_books()
    limit(books, "l", 10_000, 50_000)
    limit(books, "l2", 20_000, 30_000)
    row = books.get(LANE, ClientLimit, "L1")
    assert (row.each_minor, row.day_minor, row.later_each_minor, row.later_day_minor) == (
        10_000,
        30_000,
        20_000,
        30_000,
    )


def test_no_limit_at_all_is_higher_than_any() -> None:
    books = open_books()
    limit(books, "l", 10_000, 0)
    assert limit(books, "l2", 0, 0).detail["later_at"]
    assert withdraw(books, "W1").code is Code.limit_exceeded


def test_the_day_begins_anew_with_the_business_date() -> None:
    books = open_books()
    limit(books, "l", 0, 60_000)
    assert withdraw(books, "W1").code is Code.done
    assert withdraw(books, "W2", amount_minor=1).code is Code.limit_exceeded
    books.move_day(LANE, books.business_date(LANE) + timedelta(days=3))
    assert withdraw(books, "W3").code is Code.done


def test_a_mandate_is_under_the_limit_too() -> None:
    books = open_books()
    put(books, Mandate("M1", "L1", "withdrawal", 500_000, 0, date(2024, 12, 31), "", 1, "active"))
    mandate = "M1"
    limit(books, "l", 10_000, 0)
    assert withdraw(books, "W1", mandate=mandate).code is Code.limit_exceeded
    assert withdraw(books, "W2", mandate=mandate, amount_minor=10_000).code is Code.done
