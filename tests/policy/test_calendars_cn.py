"""China's swapped days: the table against itself, and against the published years where they are at hand."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from cunguan.policy.calendars.cn import CN_WORKDAYS

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "08-calendars-currencies" / "cn-workdays"
YEARS = range(2016, 2027)


def test_works_only_weekends_that_are_weekends_and_never_a_day_off() -> None:
    assert all(day.weekday() >= 5 for day in CN_WORKDAYS.working_weekends)
    assert not CN_WORKDAYS.working_weekends & CN_WORKDAYS.days_off


@pytest.mark.parametrize(
    ("year", "statutory"),
    [
        # 11 days by the regulation, 13 from 2025 on; 2020: two more, the spring festival was made longer in January
        *((year, 11) for year in (2016, 2017, 2018, 2019, 2021, 2022, 2023, 2024)),
        (2020, 13),
        (2025, 13),
        (2026, 13),
    ],
)
def test_gives_every_year_its_holidays_whatever_is_swapped(year: int, statutory: int) -> None:
    for month, day in ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3)):
        assert date(year, month, day) in CN_WORKDAYS.days_off
    free_weekdays = sum(day.year == year and day.weekday() < 5 for day in CN_WORKDAYS.days_off)
    worked_weekends = sum(day.year == year for day in CN_WORKDAYS.working_weekends)
    assert free_weekdays - worked_weekends == statutory


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2016, 2, 6),   True),   # Saturday before the spring festival
        (date(2017, 1, 22),  True),
        (date(2018, 2, 24),  True),
        (date(2018, 12, 29), True),   # by the notice for 2019
        (date(2018, 12, 31), False),
        (date(2020, 1, 31),  False),  # the festival of 2020 was made longer
        (date(2020, 2, 1),   False),
        (date(2024, 2, 4),   True),
        (date(2024, 2, 12),  False),
        (date(2026, 2, 23),  False),
    ],
)  # fmt: skip
def test_knows_the_swaps(day: date, works: bool) -> None:
    assert CN_WORKDAYS.is_working_day(day) is works


def test_says_that_it_does_not_know_years_not_yet_announced() -> None:
    assert CN_WORKDAYS.is_known(date(2016, 1, 1)) and CN_WORKDAYS.is_known(date(2026, 12, 31))
    assert not CN_WORKDAYS.is_known(date(2015, 12, 31)) and not CN_WORKDAYS.is_known(date(2027, 1, 1))


def test_agrees_with_the_published_years() -> None:
    if not SHARED.exists():
        pytest.skip(f"the published years are not here: ../shared/data/{'/'.join(SHARED.parts[-2:])}")
    published: dict[date, bool] = {}
    for year in YEARS:
        source = SHARED / f"{year}.json"
        if source.exists():
            for row in json.loads(source.read_text("utf-8"))["days"]:
                published[date.fromisoformat(row["date"])] = not row["isOffDay"]
    # 2017 and 2018 have no file of their own; the texts of their notices stand in another.
    for notice in json.loads((SHARED / "notice-texts.json").read_text("utf-8")):
        for row in notice["expected"]:
            published.setdefault(date.fromisoformat(row["date"]), not row["isOffDay"])
    compared = {day: works for day, works in published.items() if CN_WORKDAYS.is_known(day)}
    assert len(compared) > 250
    assert {day: works for day, works in compared.items() if CN_WORKDAYS.is_working_day(day) != works} == {}


# 2017 and 2018 were not published in this form; their sums stand in the test of the statutory days.
@pytest.mark.parametrize("year", [2016, *range(2019, 2027)])
def test_has_the_working_days_of_the_published_years(year: int) -> None:
    source = SHARED / f"{year}.json.truth.json"
    if not source.exists():
        pytest.skip(f"no published count for {year}: ../shared/data/{'/'.join(SHARED.parts[-2:])}/{source.name}")
    truth = json.loads(source.read_text("utf-8"))
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    assert [day.isoformat() for day in days if CN_WORKDAYS.is_working_day(day)] == truth["working_days"]
    assert CN_WORKDAYS.working_days_between(first, date(year + 1, 1, 1)) == truth["working_day_count"]
