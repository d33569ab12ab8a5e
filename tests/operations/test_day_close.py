"""Day close: the one way a business date moves."""

from datetime import date, timedelta

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Day
from tests.operations.driver import FRIDAY, Books
from tests.operations.firm_case import close, lose, open_firm, prudent, state, top_up

THURSDAY, SATURDAY, MONDAY = date(2024, 2, 29), date(2024, 3, 2), date(2024, 3, 4)


@pytest.fixture
def books() -> Books:
    books = Books()
    books.platform(1)
    return books


@pytest.mark.parametrize("next_date", [SATURDAY, MONDAY, date(2025, 1, 1)])
@pytest.mark.parametrize("lane", [0, 1])
def test_moves_the_day_to_any_later_date(books: Books, lane: int, next_date: date) -> None:
    books.done(lane, "close:2024-03-01", "day_close", date=FRIDAY, next_date=next_date)
    day = books.get(lane, Day, "day")
    assert (day.business_date, day.state) == (next_date, "open")
    assert [(move.machine, move.subject, move.state) for move in books.decision(lane, "close:2024-03-01").moves] == [
        ("day", "2024-03-01", "closed")
    ]


def test_is_the_same_close_when_it_is_asked_twice(books: Books) -> None:
    first = books.done(1, "close:2024-03-01", "day_close", date=FRIDAY, next_date=MONDAY)
    assert books.submit(1, "close:2024-03-01", "day_close", date=FRIDAY, next_date=MONDAY) == first
    other = books.submit(1, "close:2024-03-01", "day_close", date=FRIDAY, next_date=SATURDAY)
    assert other.code is Code.exists_with_different_field
    assert books.business_date(1) == MONDAY


@pytest.mark.parametrize(
    ("instruction_id", "day", "next_date", "code"),
    [
        ("close:2024-03-01", FRIDAY, FRIDAY, Code.date_not_next),
        ("close:2024-03-01", FRIDAY, THURSDAY, Code.date_not_next),
        ("close:2024-03-02", FRIDAY, MONDAY, Code.id_malformed),
        ("close:2024-03-011", FRIDAY, MONDAY, Code.id_malformed),
        ("close:2024-02-29", THURSDAY, FRIDAY, Code.day_closed),
        ("close:2024-03-02", SATURDAY, MONDAY, Code.date_not_next),
        ("shut:2024-03-01", FRIDAY, MONDAY, Code.id_malformed),
    ],
)
def test_refuses_in_this_order(books: Books, instruction_id: str, day: date, next_date: date, code: Code) -> None:
    assert books.submit(1, instruction_id, "day_close", date=day, next_date=next_date).code is code
    assert books.business_date(1) == FRIDAY


def test_closes_a_day_under_a_longer_id_after_it_was_refused_too_early(books: Books) -> None:
    assert (
        books.submit(1, "close:2024-03-04", "day_close", date=MONDAY, next_date=date(2024, 3, 5)).code is not Code.done
    )
    books.move_day(1, MONDAY)
    books.done(1, "close:2024-03-04:2", "day_close", date=MONDAY, next_date=date(2024, 3, 5))
    assert (
        books.submit(1, "close:2024-03-04:3", "day_close", date=MONDAY, next_date=date(2024, 3, 6)).code
        is Code.day_closed
    )


def test_is_refused_before_the_lane_is_open() -> None:
    assert Books().submit(1, "close:2024-03-01", "day_close", date=FRIDAY, next_date=MONDAY).code is Code.lane_not_open


def test_leaves_its_ids_to_nobody_else(books: Books) -> None:
    assert books.submit(1, "close:2024-03-01", "bar", reason="mine").code is Code.id_malformed


def test_lets_no_instruction_after_it_in_one_batch_see_the_day_before(books: Books) -> None:
    books.client(1, "L1")
    body = {"holder": "L1", "type": "bid", "cap_minor": 1, "until": FRIDAY}
    answers = books.batch(
        1,
        [
            books.ask(1, "before", "mandate_grant", **body),
            books.ask(1, "close:2024-03-01", "day_close", date=FRIDAY, next_date=MONDAY),
            books.ask(1, "after", "mandate_grant", **body),
        ],
    )
    assert [answer.code for answer in answers] == [Code.done, Code.done, Code.date_in_the_past]


# ── shortfalls of the day ────────────────────────────────────────────────────
def test_names_what_was_not_made_good_and_stops_payouts() -> None:
    books = open_firm(line_minor=10_000)
    lose(books)
    assert state(books) == ("short", "found")
    assert close(books, FRIDAY, MONDAY).detail == {"overdue": ["X1"]}
    assert state(books) == ("payouts_stopped", "overdue")
    lose(books, "X2")
    assert close(books, MONDAY, MONDAY + timedelta(days=1)).detail == {"overdue": ["X2"]}  # each is named once
    top_up(books, amount_minor=2_999)
    assert state(books) == ("payouts_stopped", "overdue")  # within the line, and late all the same
    top_up(books, "T2", amount_minor=1)
    top_up(books, "T3", shortfall="X2")
    assert state(books) == ("open", "made_good")


def test_names_nothing_that_was_made_good_or_is_covered() -> None:
    books = open_firm()
    lose(books)
    top_up(books)
    prudent(books, amount_minor=3_000)
    lose(books, "X2")
    assert close(books, FRIDAY, MONDAY).detail == {}
    assert state(books, "X2") == ("open", "found")


def test_closes_an_empty_lane_of_persons() -> None:
    books = open_firm()
    assert books.submit(0, f"close:{FRIDAY}", "day_close", date=FRIDAY, next_date=MONDAY).detail == {}
