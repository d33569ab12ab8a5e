"""Cut-offs: both sides of each edge, across a change of the clock, and T+n as a sum."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cunguan.policy.cutoffs import CUT_OFFS, NoCutOff, cut_offs, is_reconciliation_day, lane_ends, next_date

ROWS = st.sampled_from(sorted(CUT_OFFS.values(), key=lambda row: row.currency))
INSTANTS = st.integers(1_452_470_400, 1_796_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("currency", "at", "day"),
    [
        ("CNY", "2026-11-27T23:59:59+08:00", date(2026, 11, 27)),
        ("CNY", "2026-11-28T00:00:00+08:00", date(2026, 11, 30)),  # Friday's midnight: Monday
        ("CNY", "2026-05-09T10:00:00+08:00", date(2026, 5, 9)),    # a worked Saturday
        ("CNY", "2026-10-03T10:00:00+08:00", date(2026, 10, 8)),   # in the long holiday
        ("GBP", "2026-03-27T23:59:59+00:00", date(2026, 3, 27)),
        ("GBP", "2026-03-30T23:30:00+01:00", date(2026, 3, 30)),   # summer time: the midnight of London
        ("GBP", "2026-03-30T23:30:00+00:00", date(2026, 3, 31)),
        ("EUR", "2026-04-02T22:30:00+00:00", date(2026, 4, 7)),    # after the midnight before Good Friday
        ("SGD", "2026-08-09T09:00:00+08:00", date(2026, 8, 11)),
        ("HKD", "2026-04-04T09:00:00+08:00", date(2026, 4, 8)),
    ],
)  # fmt: skip
def test_an_instant_belongs_to_one_date(currency: str, at: str, day: date) -> None:
    assert CUT_OFFS[currency].date_of(datetime.fromisoformat(at)) == day


@given(ROWS, INSTANTS, st.integers(0, 30), st.integers(1, 30))
def test_t_plus_n_adds_up_and_works(row, at, n, m) -> None:
    t, plus = row.date_of(at), row.calendar.add_working_days
    assert row.calendar.is_working_day(plus(t, n))
    assert plus(plus(t, n), m) == plus(t, n + m)


@given(ROWS, INSTANTS)
def test_a_day_ends_where_the_next_begins_and_is_reconciled_after_it(row, at) -> None:
    day = row.date_of(at)
    assert at < row.ends(day) < row.reconciled(day)
    assert row.date_of(row.ends(day) - SECOND) == day
    assert row.date_of(row.ends(day)) == row.calendar.add_working_days(day, 1)


def test_a_lane_of_two_currencies_moves_with_either_and_ends_with_the_later() -> None:
    both = cut_offs(["GBP", "CNY", "GBP"])
    assert [row.currency for row in both] == ["CNY", "GBP"]
    assert next_date(date(2026, 9, 30), both) == date(2026, 10, 1)  # London works through China's holiday
    assert next_date(date(2026, 5, 1), both) == date(2026, 5, 5)  # neither does on the 4th
    assert lane_ends(date(2026, 10, 1), both) == datetime(2026, 10, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "is_due"),
    [
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),  # China is closed
        (date(2026, 5, 4),  False),  # both are
        (date(2026, 5, 9),  False),  # a Saturday that China alone works
    ],
)  # fmt: skip
def test_a_reconciliation_is_due_when_every_market_is_open(day: date, is_due: bool) -> None:
    assert is_reconciliation_day(day, cut_offs(["CNY", "GBP"])) is is_due


def test_a_currency_without_a_row_is_named() -> None:
    with pytest.raises(NoCutOff, match="JPY, USD: add a row"):
        cut_offs(["USD", "CNY", "JPY"])
    with pytest.raises(NoCutOff, match="without a pool"):
        cut_offs([])
