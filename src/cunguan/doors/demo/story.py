"""Story (演示故事): two platforms that share some persons, a few hundred lenders, day by day over some months.

When    `cunguan demo`
Does    opens the platforms, lets their clients come, then every working day: what channels settle, the day's special
        cases and chapters, the ordinary business; a day is closed when nothing is under way
Units   fen; working days of mainland China
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from cunguan.doors.demo.cases import Cases
from cunguan.doors.demo.chapters.telling import Telling
from cunguan.doors.demo.custodian import CHECKER, MAKER, Custodian, bank_account_of, reference_of
from cunguan.doors.demo.market import CALENDAR, PACK, YUAN, Client, Market, Venue
from cunguan.doors.demo.progress import Progress
from cunguan.kernel.dates import add_months
from cunguan.operations.places import PoolSpec

FIRST_DAY: Final = date(2024, 3, 1)
MONTHS_LEAST, MONTHS_MOST = 2, 24

CAST_LENDERS, CAST_BORROWERS = 14, 4
SHARED_LENDERS: Final = 54
LATER_POOL_DAY: Final = 3
MARKETING_MONEY: Final = 100_000 * YUAN


def days_of(months: int) -> list[date]:
    """Return the working days of so many months from the first day on."""
    end = add_months(FIRST_DAY, months)
    return list(_working_days(FIRST_DAY, end))


def _working_days(day: date, end: date) -> Iterator[date]:
    while day < end:
        yield day
        day = CALENDAR.add_working_days(day, 1)


class Story:
    """One run."""

    def __init__(self, custodian: Custodian, seed: int, months: int) -> None:
        self.custodian = custodian
        self.days = days_of(months)
        self.market = Market(custodian, seed, self.days)
        self.cases = Cases(self.market, months)
        self._chapters = Telling(self.market)

    def run(self, progress: Progress) -> None:
        """Run all days."""
        progress.begin()
        self._open()
        for number, day in enumerate(self.days):
            progress.day = f"{day} (day {number + 1} of {len(self.days)})"
            if number:
                self.custodian.close_to(day)
                self.custodian.wait_until_quiet()
                self.custodian.wait_until_reconciled()
                self._one_day(number)
            self.custodian.wait_until_quiet()
        self.custodian.wait_until_reconciled()
        progress.clear()

    def _one_day(self, number: int) -> None:
        if number == LATER_POOL_DAY:
            self._later_pool()
        self.market.morning()
        self.cases.act(number)
        self._chapters.act(number)
        self.market.business(number)

    # ── the first day ────────────────────────────────────────────────────────
    def _open(self) -> None:
        for venue in (river(), hill()):
            self.custodian.open_platform(venue.lane, venue.prefix, PACK, [PoolSpec(venue.pool, "CNY", "lending")])
            self.market.open_fees(venue.lane)
            self._marketing(venue)
            self.market.open_accounts(venue)
            for number, client in enumerate(venue.lenders, 1):
                if client.is_cast and number != 13:  # the thirteenth has only what he pays in by the channel
                    self.market.deposit(venue, client, 100_000 * YUAN)
        self.custodian.caller.flush()

    def _marketing(self, venue: Venue) -> None:
        """Let the platform put its own money in, for red packets."""
        name, caller = f"marketing:{venue.prefix}", self.custodian.caller
        self.custodian.bank.receive(reference_of(venue.lane, venue.pool), MARKETING_MONEY, name)
        caller.ask(
            venue.lane,
            caller.make(
                venue.lane, name, "platform_money_in", pool=venue.pool, bank_account=bank_account_of(venue.pool),
                account="2120", amount_minor=MARKETING_MONEY, reference=name,
            ),
        )  # fmt: skip

    def _later_pool(self) -> None:
        """Open a second pool of the second platform; its clients are others."""
        venue, caller = cars(), self.custodian.caller
        caller.ask(
            venue.lane,
            caller.make(
                venue.lane, f"pool:{venue.pool}", "pool_opening",
                pools=(PoolSpec(venue.pool, "CNY", "lending_secured"),),
                bank_accounts=(self.custodian.bank_account(venue.lane, venue.pool),), maker=MAKER, checker=CHECKER,
            ),
        )  # fmt: skip
        caller.ask(venue.lane, self.custodian.papers(venue.lane, venue.pool))
        self.market.open_accounts(venue)


# ── who is there ─────────────────────────────────────────────────────────────
def river() -> Venue:
    """Return the first platform: 180 lenders, 36 borrowers."""
    return Venue(1, "main", "river", 3, _lenders("river", 180, 0), _borrowers("river", 36, 0))


def hill() -> Venue:
    """Return the second platform: 120 lenders, 54 of them known to the first one too, and a shared borrower."""
    return Venue(2, "main", "hill", 4, _lenders("hill", 120, 180 - SHARED_LENDERS), _borrowers("hill", 28, 36))


def cars() -> Venue:
    """Return the second platform's second pool."""
    return Venue(2, "cars", "cars", 15, _lenders("cars", 24, 300, cast=0), _borrowers("cars", 6, 80, cast=0))


def _lenders(prefix: str, count: int, shift: int, cast: int = CAST_LENDERS) -> list[Client]:
    """Return lenders; the first SHARED_LENDERS persons are the same on every platform that has a cast."""
    found = []
    for number in range(1, count + 1):
        holder = f"{prefix}-L{number:03}"
        person = f"person-L{number:03}" if cast and number <= SHARED_LENDERS else f"person-L{number + shift:03}"
        mandate = f"mandate:{holder}" if number % 2 == 0 else ""
        found.append(Client(holder, person, "lender", mandate=mandate, is_cast=number <= cast))
    return found


def _borrowers(prefix: str, count: int, shift: int, cast: int = CAST_BORROWERS) -> list[Client]:
    found = []
    for number in range(1, count + 1):
        kind = "company" if number % 6 == 0 else "person"
        # the second platform's first borrower is the first one's fourth: one person, two platforms
        person = "person-B004" if (prefix, number) == ("hill", 1) else f"person-B{number + shift:03}"
        found.append(Client(f"{prefix}-B{number:03}", person, "borrower", kind, is_cast=number <= cast))
    return found
