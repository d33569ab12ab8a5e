"""Duty: when a date is overdue, and which dates stand overdue in a row."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from cunguan.doors.checking.agreeing import Issued
from cunguan.doors.checking.duty import Here, is_overdue, streak

ZONE = timezone(timedelta(hours=8))
FRIDAY, SATURDAY, MONDAY, TUESDAY = date(2024, 3, 1), date(2024, 3, 2), date(2024, 3, 4), date(2024, 3, 5)


def issued(day: date, *, on: date | None = None, confirmed: bool = False) -> Issued:
    at = datetime(2024, 3, 1, tzinfo=UTC)
    return Issued(day, 1, 2, at, on or day + timedelta(days=1), at if confirmed else None, 0)


def here(today: date, pack: str = "none_recorded") -> Here:
    return Here(1, "P1", today, pack, None)


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "today", "now", "late"),
    [
        (MONDAY, MONDAY, local(TUESDAY, 23), False),          # the lane's own day is not over: its clock is the lane's
        (MONDAY, TUESDAY, local(TUESDAY, 11, 59), False),
        (MONDAY, TUESDAY, local(TUESDAY, 12), True),
        (MONDAY, TUESDAY, local(MONDAY, 23), False),          # a lane ahead of the clock waits for its noon
        (MONDAY, TUESDAY, datetime(2024, 3, 5, 3, 59, tzinfo=UTC), False),
        (MONDAY, TUESDAY, datetime(2024, 3, 5, 4, tzinfo=UTC), True),
        (MONDAY, date(2024, 3, 6), local(MONDAY, 1), True),   # the lane is past the day: no clock is asked
        (FRIDAY, SATURDAY, local(SATURDAY, 15), False),       # nobody works on Saturday
        (FRIDAY, MONDAY, local(MONDAY, 11), False),
        (FRIDAY, MONDAY, local(MONDAY, 12), True),
    ],
)  # fmt: skip
def test_a_date_is_due_at_noon_of_the_next_working_day(day: date, today: date, now: datetime, late: bool) -> None:
    assert is_overdue(issued(day), here(today), now, ZONE) is late
    assert not is_overdue(issued(day, confirmed=True), here(today), now, ZONE)


def test_the_days_are_those_of_the_platforms_pack() -> None:
    before_new_year = date(2024, 2, 9)  # the next working day in China is the 18th, a Sunday
    for pack, late in (("none_recorded", True), ("cn_p2p", False)):
        assert (
            is_overdue(issued(before_new_year), here(date(2024, 2, 14), pack), local(date(2024, 2, 14), 13), ZONE)
            is late
        )
    assert is_overdue(issued(before_new_year), here(date(2024, 2, 18), "cn_p2p"), local(date(2024, 2, 18), 12), ZONE)


def test_files_that_came_late_give_a_working_day_more() -> None:
    late = issued(FRIDAY, on=TUESDAY)
    assert not is_overdue(late, here(TUESDAY), local(TUESDAY, 23), ZONE)
    assert not is_overdue(late, here(date(2024, 3, 6)), local(date(2024, 3, 6), 11), ZONE)
    assert is_overdue(late, here(date(2024, 3, 6)), local(date(2024, 3, 6), 12), ZONE)


@pytest.mark.parametrize(
    ("confirmed", "row"),
    [
        ("....", [0, 1, 2, 3]),
        ("c...", [1, 2, 3]),
        (".c..", []),
        ("..c.", []),
        ("...c", [0, 1, 2]),
        ("cc..", []),
        ("cccc", []),
    ],
)
def test_three_in_a_row(confirmed: str, row: list[int]) -> None:
    days = [MONDAY + timedelta(days=n) for n in range(4)]
    dates = [issued(day, confirmed=mark == "c") for day, mark in zip(days, confirmed, strict=True)]
    assert streak(dates, here(MONDAY + timedelta(days=10)), local(MONDAY, 1), ZONE) == [days[n] for n in row]


def test_two_are_not_three() -> None:
    assert streak([issued(FRIDAY), issued(MONDAY)], here(date(2024, 3, 11)), local(MONDAY, 1), ZONE) == []
