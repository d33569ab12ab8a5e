"""Cut-offs (日切、对账时点): when a currency's business date ends, and when it is reconciled.

When    a day is to be closed, or somebody asks which date an instant belongs to
Shape   CutOff: times of day in the currency's own zone; "24:00" is the midnight that ends the day
Units   T+n and D+n count working days of the currency's calendar, from the date an instant belongs to
Returns values; touches nothing but the tables of time zones
Source  domain.md (e), (k): fixed reconciliation point, D+1. The times are unchecked: a bank's own end of day is in its
        contract, and where it differs the row here is changed. That the day ends with the bank's day is ours: a line
        and its posting then bear one date
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from cunguan.kernel.dates import Calendar
from cunguan.policy.calendars import cn, hk, sg, target, uk

_DAY: Final = timedelta(days=1)


class CutOff(msgspec.Struct, frozen=True):
    """One currency's day.

    day_ends       what comes later belongs to the next working day
    reconciled_at  when, on the next working day, the day is compared with the bank: the same point every day
    is_confirmed   whether the times were checked against a bank's contract; the working days have their own sources
    """

    currency: str
    zone: str
    day_ends: str
    reconciled_at: str
    calendar: Calendar
    sources: tuple[str, ...]
    is_confirmed: bool

    def ends(self, day: date) -> datetime:
        """Return the instant at which a business date ends.

        >>> CUT_OFFS["GBP"].ends(date(2026, 3, 27)).isoformat(), CUT_OFFS["GBP"].ends(date(2026, 3, 30)).isoformat()
        ('2026-03-28T00:00:00+00:00', '2026-03-31T00:00:00+01:00')
        """
        return self._at(day, self.day_ends)

    def date_of(self, at: datetime) -> date:
        """Return the business date an instant belongs to.

        >>> friday, later = datetime.fromisoformat("2026-05-08T23:59+08:00"), datetime.fromisoformat("2026-05-09T00:00+08:00")
        >>> CUT_OFFS["CNY"].date_of(friday).isoformat(), CUT_OFFS["CNY"].date_of(later).isoformat()  # a worked Saturday
        ('2026-05-08', '2026-05-09')
        """
        local = at.astimezone(ZoneInfo(self.zone)).date()
        return self.calendar.next_working_day(local if at < self.ends(local) else local + _DAY)

    def reconciled(self, day: date) -> datetime:
        """Return the instant at which a business date is compared with the bank.

        >>> CUT_OFFS["CNY"].reconciled(date(2026, 9, 30)).isoformat()  # before the seven days of October
        '2026-10-08T09:00:00+08:00'
        """
        return self._at(self.calendar.add_working_days(day, 1), self.reconciled_at)

    def _at(self, day: date, time: str) -> datetime:
        hours, minutes = time.split(":")
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.zone))
        return midnight + timedelta(hours=int(hours), minutes=int(minutes))  # as a clock on the wall goes


CUT_OFFS: Final = {
    row[0]: CutOff(*row)
    for row in (
        # currency  zone         day ends  reconciled  working days       sources         confirmed
        ("CNY", "Asia/Shanghai",  "24:00", "09:00", cn.CN_WORKDAYS,     cn.SOURCES,     False),
        ("EUR", "Europe/Berlin",  "24:00", "09:00", target.TARGET_DAYS, target.SOURCES, False),
        ("GBP", "Europe/London",  "24:00", "09:00", uk.UK_BANK_DAYS,    uk.SOURCES,     False),
        ("HKD", "Asia/Hong_Kong", "24:00", "09:00", hk.HK_BANK_DAYS,    hk.SOURCES,     False),
        ("SGD", "Asia/Singapore", "24:00", "09:00", sg.SG_BANK_DAYS,    sg.SOURCES,     False),
    )
}  # fmt: skip


class NoCutOff(LookupError):
    """A currency has no row: whoever opens a pool in it adds one, and until then closes its days by hand."""


def cut_offs(currencies: Collection[str]) -> tuple[CutOff, ...]:
    """Return the rows of some currencies; NoCutOff names those that have none, or says that there is no currency."""
    if not currencies:
        raise NoCutOff("a platform without a pool has no currency, and its day no end")
    if missing := sorted(set(currencies) - set(CUT_OFFS)):
        raise NoCutOff(f"no cut-off is known of {', '.join(missing)}: add a row to CUT_OFFS in policy/cutoffs.py")
    return tuple(CUT_OFFS[currency] for currency in sorted(set(currencies)))


def lane_ends(day: date, rows: Collection[CutOff]) -> datetime:
    """Return the instant at which a business date of several currencies ends: with the last of them.

    >>> lane_ends(date(2026, 3, 2), cut_offs(["CNY", "GBP"])).isoformat()
    '2026-03-03T00:00:00+00:00'
    """
    return max(row.ends(day) for row in rows)


def next_date(day: date, rows: Collection[CutOff]) -> date:
    """Return the business date after a date: the next one on which any of the currencies moves.

    >>> next_date(date(2026, 4, 2), cut_offs(["EUR"])).isoformat(), next_date(date(2026, 4, 2), cut_offs(["EUR", "CNY"])).isoformat()
    ('2026-04-07', '2026-04-03')
    """
    return min(row.calendar.add_working_days(day, 1) for row in rows)


def is_known(day: date, rows: Collection[CutOff]) -> bool:
    """Test that the calendars of all currencies speak of a day: beyond them only weekends are known."""
    return all(row.calendar.is_known(day) for row in rows)


def is_reconciliation_day(day: date, rows: Collection[CutOff]) -> bool:
    """Test that a reconciliation is due on a day: every market concerned is open.

    >>> [is_reconciliation_day(date(2026, 5, n), cut_offs(["GBP", "EUR"])) for n in (1, 4, 5)]
    [False, False, True]
    """
    return all(row.calendar.is_working_day(day) for row in rows)
