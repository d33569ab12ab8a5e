"""Table of days (节假日表): a row a year, as a person reads it, made into a calendar.

Shape   year → MMDD and ranges MMDD-MMDD with both ends, parted by blanks
Returns Calendar; its tables speak of the years from the first row to the last, without a gap
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from cunguan.kernel.dates import Calendar

_NONE: Final[Mapping[int, str]] = MappingProxyType({})


def calendar(name: str, free: Mapping[int, str], worked: Mapping[int, str] = _NONE) -> Calendar:
    """Return the calendar of two tables: days that are free, and weekend days that are worked.

    >>> one = calendar("one", {2024: "0101 0329"})
    >>> one.is_working_day(date(2024, 3, 29)), one.is_known(date(2025, 1, 1))
    (False, False)
    """
    years = sorted(free)
    assert years == list(range(years[0], years[-1] + 1)), f"{name}: a year is missing"
    return Calendar(
        name=name,
        working_weekends=_all(worked),
        days_off=_all(free),
        known_from=date(years[0], 1, 1),
        known_until=date(years[-1], 12, 31),
    )


def _all(rows: Mapping[int, str]) -> frozenset[date]:
    return frozenset(day for year, text in rows.items() for day in _days(year, text))


def _days(year: int, text: str) -> Iterator[date]:
    """Yield the days of one row.

    >>> [day.isoformat() for day in _days(2023, "0929-1001 1231")]
    ['2023-09-29', '2023-09-30', '2023-10-01', '2023-12-31']
    """
    for span in text.split():
        first, _, last = span.partition("-")
        day, end = _day(year, first), _day(year, last or first)
        while day <= end:
            yield day
            day += timedelta(days=1)


def _day(year: int, month_day: str) -> date:
    return date(year, int(month_day[:2]), int(month_day[2:]))
