"""Calendars of the five places: each against itself, and year by year against a library that others keep."""

from datetime import date, timedelta

import holidays
import pytest

from cunguan.kernel.dates import Calendar
from cunguan.policy.calendars.cn import CN_WORKDAYS
from cunguan.policy.calendars.hk import HK_BANK_DAYS
from cunguan.policy.calendars.sg import SG_BANK_DAYS
from cunguan.policy.calendars.table import calendar
from cunguan.policy.calendars.target import TARGET_DAYS
from cunguan.policy.calendars.uk import UK_BANK_DAYS

#: where the library says otherwise, and why the table is right
EXPLAINED = {
    # the second notice of 2019 gave both against two worked weekends; the library has those and not these
    ("cn_workdays", date(2019, 5, 2)),
    ("cn_workdays", date(2019, 5, 3)),
    # it gives Tuesday for National Day beside the Monday that the Gazette gives; the exchange was open on both
    ("hk_bank_days", date(2017, 10, 3)),
    ("hk_bank_days", date(2023, 10, 3)),
}
LIBRARY = {
    "cn_workdays": lambda: holidays.country_holidays("CN", years=range(2016, 2027), categories=("public",)),
    "hk_bank_days": lambda: holidays.country_holidays("HK", years=range(2016, 2027), categories=("public", "optional")),
    "sg_bank_days": lambda: holidays.country_holidays("SG", years=range(2016, 2027)),
    "target_days": lambda: holidays.financial_holidays("ECB", years=range(2016, 2031)),
    "uk_bank_days": lambda: holidays.country_holidays("GB", subdiv="ENG", years=range(2016, 2028)),
}
ALL = [CN_WORKDAYS, HK_BANK_DAYS, SG_BANK_DAYS, TARGET_DAYS, UK_BANK_DAYS]
EACH = pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)


def known_days(one: Calendar) -> list[date]:
    assert one.known_from is not None and one.known_until is not None
    return [one.known_from + timedelta(days=n) for n in range((one.known_until - one.known_from).days + 1)]


@EACH
def test_free_weekdays_are_those_of_the_library(one: Calendar) -> None:
    theirs = {day for day in LIBRARY[one.name]() if day.weekday() < 5}
    ours = {day for day in one.days_off if day.weekday() < 5}
    differ = {(one.name, day) for day in ours ^ theirs if one.is_known(day)}
    assert differ == {pair for pair in EXPLAINED if pair[0] == one.name}


@EACH
def test_every_known_year_has_a_new_year_and_most_of_its_weekdays_work(one: Calendar) -> None:
    days = known_days(one)
    for year in {day.year for day in days}:
        assert date(year, 1, 1) in one.days_off
        working = sum(one.is_working_day(day) for day in days if day.year == year)
        assert 243 <= working <= 258, year


@EACH
def test_says_that_it_does_not_know_what_is_beside_its_years(one: Calendar) -> None:
    days = known_days(one)
    assert one.is_known(days[0]) and one.is_known(days[-1])
    assert not one.is_known(days[0] - timedelta(days=1)) and not one.is_known(days[-1] + timedelta(days=1))


@pytest.mark.parametrize(
    ("one", "day", "works"),
    [
        (UK_BANK_DAYS, date(2020, 5, 4),   True),   # May Day was moved to the anniversary of the war's end
        (UK_BANK_DAYS, date(2020, 5, 8),   False),
        (UK_BANK_DAYS, date(2022, 9, 19),  False),  # the Queen's funeral
        (UK_BANK_DAYS, date(2023, 5, 8),   False),  # the coronation
        (UK_BANK_DAYS, date(2026, 12, 28), False),  # for Boxing Day, a Saturday
        (TARGET_DAYS,  date(2026, 4, 3),   False),
        (TARGET_DAYS,  date(2026, 4, 6),   False),
        (TARGET_DAYS,  date(2026, 5, 1),   False),
        (TARGET_DAYS,  date(2026, 12, 28), True),   # what falls on a weekend is lost
        (SG_BANK_DAYS, date(2020, 7, 10),  False),  # polling day
        (SG_BANK_DAYS, date(2026, 11, 9),  False),  # Deepavali was a Sunday
        (HK_BANK_DAYS, date(2026, 4, 7),   False),  # Easter Monday and Ching Ming fell together
        (HK_BANK_DAYS, date(2026, 9, 26),  False),  # a Saturday: no settlement either way
        (HK_BANK_DAYS, date(2026, 9, 28),  True),
        (CN_WORKDAYS,  date(2026, 5, 9),   True),   # a Saturday that is worked
        (CN_WORKDAYS,  date(2026, 5, 5),   False),
    ],
)  # fmt: skip
def test_knows_the_days_that_are_easily_mistaken(one: Calendar, day: date, works: bool) -> None:
    assert one.is_working_day(day) is works


def test_a_table_with_a_gap_between_its_years_is_none() -> None:
    with pytest.raises(AssertionError, match="a year is missing"):
        calendar("gap", {2024: "0101", 2026: "0101"})
