"""Dates (日期、工作日): working days by a calendar value, months, strict ISO dates.

Reads   the calendar it is given; there is no clock here
Shape   Calendar: weekends are free but for `working_weekends` (调休上班), other days work but for `days_off`
Errors  ValueError: a text that is no date, or periods that run backwards; the caller's to correct
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

import msgspec

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Calendar(msgspec.Struct, frozen=True):
    """Which days are working days.

    known_from, known_until  first and last day the tables speak of; None: no such bound. Outside, only weekends are
    known to be free; `is_known` says so, and whoever promises a date to a client asks it.
    """

    name: str
    working_weekends: frozenset[date] = frozenset()
    days_off: frozenset[date] = frozenset()
    known_from: date | None = None
    known_until: date | None = None

    def is_known(self, day: date) -> bool:
        """Test that the tables speak of this day."""
        after_first = self.known_from is None or self.known_from <= day
        before_last = self.known_until is None or day <= self.known_until
        return after_first and before_last

    def is_working_day(self, day: date) -> bool:
        """Test that banks and people work on this day.

        >>> sunday, monday = date(2024, 2, 4), date(2024, 2, 12)
        >>> WEEKENDS_ONLY.is_working_day(sunday), WEEKENDS_ONLY.is_working_day(monday)
        (False, True)
        >>> swapped = Calendar("swapped", frozenset({sunday}), frozenset({monday}))
        >>> swapped.is_working_day(sunday), swapped.is_working_day(monday)
        (True, False)
        """
        if not self.is_known(day):
            return day.weekday() < _SATURDAY
        if day.weekday() >= _SATURDAY:
            return day in self.working_weekends
        return day not in self.days_off

    def next_working_day(self, day: date) -> date:
        """Return the day itself if it is a working day, else the first one after it."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def add_working_days(self, day: date, n: int) -> date:
        """Return the n-th working day after the day, or before it if n is negative; n = 0 is `next_working_day`.

        >>> friday = date(2024, 3, 1)
        >>> [WEEKENDS_ONLY.add_working_days(friday, n).isoformat() for n in (0, 1, 5, -1)]
        ['2024-03-01', '2024-03-04', '2024-03-08', '2024-02-29']
        """
        if n == 0:
            return self.next_working_day(day)
        step = _DAY if n > 0 else -_DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days from start on, before end.

        >>> WEEKENDS_ONLY.working_days_between(date(2024, 3, 1), date(2024, 3, 4))
        1
        """
        if end < start:
            raise ValueError(f"the period ends on {end}, before it starts on {start}; exchange the two")
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range((end - start).days))


WEEKENDS_ONLY: Final = Calendar("weekends_only")


def add_months(day: date, n: int) -> date:
    """Return the same day n months on, or the last day of a month that is too short.

    Count from the first day of a series each time: month by month, the 31st would stay the 28th after a February.

    >>> [add_months(date(2024, 1, 31), n).isoformat() for n in (1, 2, 12, -2)]
    ['2024-02-29', '2024-03-31', '2025-01-31', '2023-11-30']
    """
    years, month = divmod(day.month - 1 + n, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def parse_date(text: str) -> date:
    """Read a date in the one form we take, YYYY-MM-DD.

    >>> parse_date("2024-02-29")
    datetime.date(2024, 2, 29)
    >>> parse_date("20240229")
    Traceback (most recent call last):
    ...
    ValueError: '20240229' is no date; write it as YYYY-MM-DD
    """
    if not _ISO_DATE.fullmatch(text):
        raise ValueError(f"{text[:32]!r} is no date; write it as YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise ValueError(f"{text!r} is no day of the calendar: {wrong}") from None
