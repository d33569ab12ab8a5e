"""Bid stop and resume: days that are over and were left stop new bids; their confirm, or two people, end it."""

from datetime import date, timedelta

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import BidStop
from tests.operations.lending_case import LANE, Loan

LAST = date(2024, 2, 29)
STOP = {"first_date": "2024-02-27", "last_date": "2024-02-29", "reason": "three days"}


def stop(books: Loan, last: date = LAST, id: str = "", **body: object) -> Code:
    said = {**STOP, "last_date": last.isoformat(), **body}
    return books.submit(LANE, id or f"checkfile:stop:{last}", "bid_stop", **said).code


def resume(books: Loan, id: str = "checkfile:resume:2024-02-29", **body: object) -> Code:
    return books.submit(LANE, id, "bid_resume", **{"reason": "all is confirmed", **body}).code


@pytest.mark.parametrize(
    ("id", "body", "code"),
    [
        ("stop",                       {},                             Code.id_malformed),
        ("checkfile:stop:2024-02-28",  {},                             Code.id_malformed),
        ("",                           {"first_date": "2024-03-01"},   Code.date_not_next),  # runs backwards
        ("",                           {"reason": " "},                Code.reason_missing),
        ("",                           {},                             Code.done),
        ("checkfile:stop:2024-02-29:again", {},                        Code.done),
    ],
)  # fmt: skip
def test_checks_of_a_stop_in_order(id: str, body: dict[str, object], code: Code) -> None:
    assert stop(Loan(), id=id, **body) is code


def test_a_day_that_is_not_over_stops_nothing() -> None:
    books = Loan()
    today = books.day
    assert stop(books, today) is Code.date_not_next
    assert stop(books, today - timedelta(days=1)) is Code.done


@pytest.mark.parametrize(
    ("id", "body", "code"),
    [
        ("checkfile:resume:2024-02-29", {"reason": ""},                       Code.reason_missing),
        ("checkfile:resume:2024-02-28", {},                                   Code.bids_not_stopped),  # of another stop
        ("checkfile:resume:2024-02-28", {"maker": "m1", "checker": "c1"},     Code.bids_not_stopped),
        ("early",                       {},                                   Code.two_names_required),
        ("early",                       {"maker": "m1", "checker": "m1 "},    Code.same_person_twice),
        ("early",                       {"maker": "m1", "checker": "c1"},     Code.done),
        ("checkfile:resume:2024-02-29", {},                                   Code.done),
    ],
)  # fmt: skip
def test_checks_of_an_end_in_order(id: str, body: dict[str, object], code: Code) -> None:
    books = Loan()
    assert resume(books, "before") is Code.bids_not_stopped
    assert stop(books) is Code.done
    assert resume(books, id, **body) is code


def test_stops_and_ends_follow_each_other() -> None:
    books = Loan()
    assert books.row(LANE, BidStop, "bids") is None
    assert stop(books) is Code.done
    assert stop(books, date(2024, 2, 28)) is Code.state_forbids
    assert resume(books) is Code.done
    assert resume(books, "again", maker="m1", checker="c1") is Code.bids_not_stopped
    assert stop(books, date(2024, 2, 27)) is Code.done
    row = books.get(LANE, BidStop, "bids")
    assert (row.state, row.since_date, row.until_date) == ("stopped", date(2024, 2, 27), date(2024, 2, 27))
