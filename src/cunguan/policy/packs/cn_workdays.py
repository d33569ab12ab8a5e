"""Working days of mainland China (调休): which weekends are worked and which weekdays are free, 2016 to 2026.

Shape   a row a year; MMDD, ranges with both ends
Source  国务院办公厅, 部分节假日安排的通知, a notice a year; its number is to be confirmed.
        The days of a year are announced in the autumn before it: outside these years the calendar knows only
        weekends, and says so.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from cunguan.kernel.dates import Calendar

# National holidays, and days given free against a worked weekend.
_FREE: Final = {
    2016: "0101 0207-0213 0404 0501-0502 0609-0611 0915-0917 1001-1007",
    2017: "0101-0102 0127-0202 0402-0404 0429-0501 0528-0530 1001-1008",
    2018: "0101 0215-0221 0405-0407 0429-0501 0616-0618 0922-0924 1001-1007 1230-1231",
    2019: "0101 0204-0210 0405 0501-0504 0607 0913 1001-1007",
    2020: "0101 0124-0202 0404-0406 0501-0505 0625-0627 1001-1008",
    2021: "0101-0103 0211-0217 0403-0405 0501-0505 0612-0614 0919-0921 1001-1007",
    2022: "0101-0103 0131-0206 0403-0405 0430-0504 0603-0605 0910-0912 1001-1007 1231",
    2023: "0101-0102 0121-0127 0405 0429-0503 0622-0624 0929-1006",
    2024: "0101 0210-0217 0404-0406 0501-0505 0610 0915-0917 1001-1007",
    2025: "0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008",
    2026: "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007",
}

# Weekend days that are worked.
_WORKED: Final = {
    2016: "0206 0214 0612 0918 1008-1009",
    2017: "0122 0204 0401 0527 0930",
    2018: "0211 0224 0408 0428 0929-0930 1229",
    2019: "0202-0203 0428 0505 0929 1012",
    2020: "0119 0426 0509 0628 0927 1010",
    2021: "0207 0220 0425 0508 0918 0926 1009",
    2022: "0129-0130 0402 0424 0507 1008-1009",
    2023: "0128-0129 0423 0506 0625 1007-1008",
    2024: "0204 0218 0407 0428 0511 0914 0929 1012",
    2025: "0126 0208 0427 0928 1011",
    2026: "0104 0214 0228 0509 0920 1010",
}

# The notices that say so.
_NOTICES: Final = {
    2016: "国办发明电〔2015〕18号",
    2017: "国办发明电〔2016〕17号",
    2018: "国办发明电〔2017〕12号、〔2018〕15号",
    2019: "国办发明电〔2018〕15号、〔2019〕3号",
    2020: "国办发明电〔2019〕16号、〔2020〕1号",
    2021: "国办发明电〔2020〕27号",
    2022: "国办发明电〔2021〕11号、〔2022〕16号",
    2023: "国办发明电〔2022〕16号",
    2024: "国办发明电〔2023〕7号",
    2025: "国办发明电〔2024〕12号",
    2026: "国办发明电〔2025〕7号",
}


def _days(year: int, text: str) -> Iterator[date]:
    """Yield the days of one cell.

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


CN_WORKDAYS: Final = Calendar(
    name="cn_workdays",
    working_weekends=frozenset(day for year, text in _WORKED.items() for day in _days(year, text)),
    days_off=frozenset(day for year, text in _FREE.items() for day in _days(year, text)),
    known_from=date(min(_FREE), 1, 1),
    known_until=date(max(_FREE), 12, 31),
)

SOURCES: Final = tuple(f"{notice} ({year})" for year, notice in _NOTICES.items())
