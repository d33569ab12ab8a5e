"""Dates: working days over swapped weekends, months, and the one form a date is read in."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cunguan.kernel.dates import WEEKENDS_ONLY, Calendar, add_months, parse_date

# A week around a holiday: Sunday the 4th is worked, Monday the 12th and Tuesday the 13th are free.
SWAPPED = Calendar(
    "swapped",
    working_weekends=frozenset({date(2024, 2, 4)}),
    days_off=frozenset({date(2024, 2, 10), date(2024, 2, 12), date(2024, 2, 13)}),
    known_from=date(2024, 1, 1),
    known_until=date(2024, 12, 31),
)

CALENDARS = st.sampled_from([WEEKENDS_ONLY, SWAPPED])
DAYS = st.dates(date(2023, 6, 1), date(2025, 6, 30))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 2, 2),  True),   # Friday
        (date(2024, 2, 3),  False),  # Saturday
        (date(2024, 2, 4),  True),   # Sunday, swapped
        (date(2024, 2, 10), False),  # Saturday and a holiday
        (date(2024, 2, 12), False),  # Monday, free
        (date(2024, 2, 14), True),
    ],
)  # fmt: skip
def test_knows_a_working_day(day: date, works: bool) -> None:
    assert SWAPPED.is_working_day(day) is works


@pytest.mark.parametrize(
    ("day", "known"),
    [
        (date(2023, 12, 31), False),
        (date(2024, 1, 1),   True),
        (date(2024, 12, 31), True),
        (date(2025, 1, 1),   False),
    ],
)  # fmt: skip
def test_says_which_days_its_tables_speak_of(day: date, known: bool) -> None:
    assert SWAPPED.is_known(day) is known
    assert WEEKENDS_ONLY.is_known(day)


def test_falls_back_to_weekends_outside_its_years() -> None:
    stray = Calendar("stray", frozenset({date(2025, 1, 4)}), frozenset({date(2025, 1, 1)}), None, date(2024, 12, 31))
    assert not stray.is_working_day(date(2025, 1, 4))
    assert stray.is_working_day(date(2025, 1, 1))


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2024, 2, 2),  0,  date(2024, 2, 2)),
        (date(2024, 2, 3),  0,  date(2024, 2, 4)),
        (date(2024, 2, 2),  1,  date(2024, 2, 4)),
        (date(2024, 2, 9),  1,  date(2024, 2, 14)),
        (date(2024, 2, 10), 1,  date(2024, 2, 14)),
        (date(2024, 2, 14), -1, date(2024, 2, 9)),
        (date(2024, 2, 5),  -1, date(2024, 2, 4)),
        (date(2024, 2, 2),  7,  date(2024, 2, 14)),
    ],
)  # fmt: skip
def test_adds_working_days(day: date, n: int, expected: date) -> None:
    assert SWAPPED.add_working_days(day, n) == expected


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_counts_what_it_added(calendar: Calendar, day: date, n: int) -> None:
    later = calendar.add_working_days(day, n)
    assert calendar.is_working_day(later)
    assert calendar.working_days_between(day + timedelta(days=1), later + timedelta(days=1)) == n
    assert calendar.add_working_days(later, -n) <= day or not calendar.is_working_day(day)


@given(CALENDARS, DAYS, DAYS, DAYS)
def test_counts_half_open_periods_that_add_up(calendar: Calendar, a: date, b: date, c: date) -> None:
    start, middle, end = sorted((a, b, c))
    count = calendar.working_days_between
    assert count(start, end) == count(start, middle) + count(middle, end)
    assert count(start, start) == 0


def test_counts_no_period_that_ends_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        WEEKENDS_ONLY.working_days_between(date(2024, 3, 2), date(2024, 3, 1))


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2024, 1, 31),  1,   date(2024, 2, 29)),
        (date(2023, 1, 31),  1,   date(2023, 2, 28)),
        (date(2024, 2, 29),  12,  date(2025, 2, 28)),
        (date(2024, 11, 30), 3,   date(2025, 2, 28)),
        (date(2024, 12, 15), 1,   date(2025, 1, 15)),
        (date(2024, 1, 15),  -1,  date(2023, 12, 15)),
        (date(2024, 3, 31),  -13, date(2023, 2, 28)),
        (date(2024, 1, 31),  0,   date(2024, 1, 31)),
    ],
)  # fmt: skip
def test_adds_months_and_stops_at_the_end_of_a_short_one(day: date, n: int, expected: date) -> None:
    assert add_months(day, n) == expected


@given(DAYS, st.integers(-400, 400))
def test_lands_in_the_month_it_counted_to(day: date, n: int) -> None:
    later = add_months(day, n)
    assert later.year * 12 + later.month == day.year * 12 + day.month + n
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@given(st.dates())
def test_reads_back_an_iso_date(day: date) -> None:
    assert parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    ["", "2024-2-29", "20240229", "2024-02-30", "2023-02-29", "2024-W09-4", "2024-02-29T00:00", " 2024-02-29",
     "2024-02-29\n", "２０２４-02-29", "2024/02/29", "24-02-29", "0000-01-01"],
)  # fmt: skip
def test_reads_no_other_form_of_a_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"write it as YYYY-MM-DD|no day of the calendar"):
        parse_date(text)
