"""Bank holidays of England and Wales (英格兰和威尔士银行假日): the days on which London's banks are closed, 2016 to 2027.

Shape   a row a year; a holiday that falls on a weekend stands beside the day that is given for it
        2020: the May Day holiday was moved to the 8th; 2022, 2023: jubilee, funeral and coronation
Source  Banking and Financial Dealings Act 1971, schedule 1, and the royal proclamations under it; the list the government
        publishes. A proclamation may still add a day to a year that stands here
"""

from typing import Final

from cunguan.policy.calendars.table import calendar

_FREE: Final = {
    2016: "0101 0325 0328 0502 0530 0829 1225 1226 1227",
    2017: "0101 0102 0414 0417 0501 0529 0828 1225 1226",
    2018: "0101 0330 0402 0507 0528 0827 1225 1226",
    2019: "0101 0419 0422 0506 0527 0826 1225 1226",
    2020: "0101 0410 0413 0508 0525 0831 1225 1226 1228",
    2021: "0101 0402 0405 0503 0531 0830 1225 1226 1227 1228",
    2022: "0101 0103 0415 0418 0502 0602 0603 0829 0919 1225 1226 1227",
    2023: "0101 0102 0407 0410 0501 0508 0529 0828 1225 1226",
    2024: "0101 0329 0401 0506 0527 0826 1225 1226",
    2025: "0101 0418 0421 0505 0526 0825 1225 1226",
    2026: "0101 0403 0406 0504 0525 0831 1225 1226 1228",
    2027: "0101 0326 0329 0503 0531 0830 1225 1226 1227 1228",
}

UK_BANK_DAYS: Final = calendar("uk_bank_days", _FREE)

SOURCES: Final = (
    "Banking and Financial Dealings Act 1971, schedule 1",
    "bank holidays as published for England and Wales",
)
