"""Public holidays of Singapore (新加坡公共假日): the days on which its banks do not settle, 2016 to 2026.

Shape   a row a year; a holiday on a Sunday stands beside the Monday that is given for it, one on a Saturday alone
        polling days are public holidays: 2020-07-10, 2023-09-01, 2025-05-03
Source  Holidays Act 1998; the list of the Ministry of Manpower, a year at a time: outside these years the calendar knows
        only weekends, and says so
"""

from typing import Final

from cunguan.policy.calendars.table import calendar

_FREE: Final = {
    2016: "0101 0208 0209 0325 0501 0502 0521 0706 0809 0912 1029 1225 1226",
    2017: "0101 0102 0128 0129 0130 0414 0501 0510 0625 0626 0809 0901 1018 1225",
    2018: "0101 0216 0217 0330 0501 0529 0615 0809 0822 1106 1225",
    2019: "0101 0205 0206 0419 0501 0519 0520 0605 0809 0811 0812 1027 1028 1225",
    2020: "0101 0125 0126 0127 0410 0501 0507 0524 0525 0710 0731 0809 0810 1114 1225",
    2021: "0101 0212 0213 0402 0501 0513 0526 0720 0809 1104 1225",
    2022: "0101 0201 0202 0415 0501 0502 0503 0515 0516 0710 0711 0809 1024 1225 1226",
    2023: "0101 0102 0122 0123 0124 0407 0422 0501 0602 0629 0809 0901 1112 1113 1225",
    2024: "0101 0210 0211 0212 0329 0410 0501 0522 0617 0809 1031 1225",
    2025: "0101 0129 0130 0331 0418 0501 0503 0512 0607 0809 1020 1225",
    2026: "0101 0217 0218 0321 0403 0501 0527 0531 0601 0809 0810 1108 1109 1225",
}

SG_BANK_DAYS: Final = calendar("sg_bank_days", _FREE)

SOURCES: Final = ("Holidays Act 1998 (Singapore)", "Ministry of Manpower, public holidays, a list a year")
