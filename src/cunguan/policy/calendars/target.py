"""TARGET days (欧元区TARGET结算日): the days on which the euro is settled, 2016 to 2030.

Shape   a row a year: New Year's Day, Good Friday, Easter Monday, 1 May, 25 and 26 December, whatever day of the week they are
Source  European Central Bank, long-term calendar for TARGET closing days, decided on 14 December 2000: it holds until it is
        changed; the rows end where nobody has looked further
"""

from typing import Final

from cunguan.policy.calendars.table import calendar

_FREE: Final = {
    2016: "0101 0325 0328 0501 1225 1226",
    2017: "0101 0414 0417 0501 1225 1226",
    2018: "0101 0330 0402 0501 1225 1226",
    2019: "0101 0419 0422 0501 1225 1226",
    2020: "0101 0410 0413 0501 1225 1226",
    2021: "0101 0402 0405 0501 1225 1226",
    2022: "0101 0415 0418 0501 1225 1226",
    2023: "0101 0407 0410 0501 1225 1226",
    2024: "0101 0329 0401 0501 1225 1226",
    2025: "0101 0418 0421 0501 1225 1226",
    2026: "0101 0403 0406 0501 1225 1226",
    2027: "0101 0326 0329 0501 1225 1226",
    2028: "0101 0414 0417 0501 1225 1226",
    2029: "0101 0330 0402 0501 1225 1226",
    2030: "0101 0419 0422 0501 1225 1226",
}

TARGET_DAYS: Final = calendar("target_days", _FREE)

SOURCES: Final = ("European Central Bank, TARGET closing days, decision of 14 December 2000",)
