"""Duty (对账时限): which dates a platform has left unconfirmed, and what follows.

When    the jobs look; a date is due at noon, in the custodian's time zone, of the next working day of the lane's pack
Reads   dates whose files are issued, the lane's business date, the wall clock. A lane whose own day is past the due day needs
        no clock; on the due day itself the clock must have passed noon
Does    each overdue date is BRK17, once. THREE dates in a row stop new bids (bid_stop); when none is overdue any more, the stop
        ends (bid_resume). Both have ids derived from the last date, so that asking again is asking once
Source  domain.md (e.3) BRK17; ADR 0021
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

import msgspec
import psycopg

from cunguan.doors.checking.agreeing import Issued, issued, open_late
from cunguan.kernel.dates import Calendar
from cunguan.kernel.ids import bid_resume_id, bid_stop_id
from cunguan.kernel.instruction import Instruction
from cunguan.operations import bid_resume, bid_stop
from cunguan.policy.evaluate import PACKS
from cunguan.store.sqlfiles import statement

THREE: Final = 3
NOON: Final = time(12)
#: dates further back than this are looked at no more by the timer; what they left open stays open
LOOK_BACK: Final = timedelta(days=120)
DATES_MAX: Final = 500


class Here(msgspec.Struct, frozen=True):
    """A lane, and whether its new bids are stopped: by which dates."""

    lane: int
    platform: str
    business_date: date
    pack: str
    stopped_until: date | None

    @property
    def calendar(self) -> Calendar:
        """The working days of its pack."""
        return PACKS[self.pack].calendar


def lanes(connection: psycopg.Connection[Any]) -> list[Here]:
    """Return the platforms' lanes."""
    rows = connection.execute(statement("check_lanes")).fetchall()
    return [
        Here(lane, platform, day, pack, until if state == "stopped" else None)
        for lane, platform, day, pack, _, _, until, state in rows
    ]


def due_date(day: date, issued_on: date, calendar: Calendar) -> date:
    """Return the working day by whose noon a date must be confirmed; files that came late give a day more.

    >>> from cunguan.kernel.dates import WEEKENDS_ONLY
    >>> friday, monday, tuesday = date(2024, 3, 1), date(2024, 3, 4), date(2024, 3, 5)
    >>> [due_date(friday, on, WEEKENDS_ONLY).isoformat() for on in (monday, tuesday)]
    ['2024-03-04', '2024-03-06']
    """
    due = calendar.add_working_days(day, 1)
    return due if issued_on <= due else calendar.add_working_days(issued_on, 1)


def is_overdue(one: Issued, here: Here, now: datetime, zone: tzinfo) -> bool:
    """Test that a date should have been confirmed by now, and was not."""
    if one.confirmed_at is not None:
        return False
    due = due_date(one.date, one.issued_on, here.calendar)
    if here.business_date != due:
        return here.business_date > due
    local = now.astimezone(zone)
    return local.date() > due or (local.date() == due and local.time() >= NOON)


def streak(dates: Sequence[Issued], here: Here, now: datetime, zone: tzinfo) -> list[date]:
    """Return the last THREE dates, or more, that stand overdue one after the other; nothing when there are fewer."""
    run: list[date] = []
    last: list[date] = []
    for one in dates:
        run = [*run, one.date] if is_overdue(one, here, now, zone) else []
        last = run if len(run) >= THREE else last
    return last


def look(connection: psycopg.Connection[Any], here: Here, now: datetime, zone: tzinfo) -> Instruction | None:
    """Note what is late in a lane; return what to ask of it: a stop of new bids, or its end."""
    dates = issued(connection, here.lane, here.business_date - LOOK_BACK, here.business_date, DATES_MAX)
    late = [one for one in dates if is_overdue(one, here, now, zone)]
    for one in late:
        open_late(connection, here.lane, one, now)
    if here.stopped_until is not None:
        return None if late else _resume(here.stopped_until)
    run = streak(dates, here, now, zone)
    return _stop(run) if run else None


def _stop(run: list[date]) -> Instruction:
    reason = f"{len(run)} dates in a row were not confirmed by noon of the next working day"
    return Instruction(bid_stop_id(run[-1]), bid_stop.KIND, bid_stop.Body(run[0], run[-1], reason))


def _resume(day: date) -> Instruction:
    return Instruction(bid_resume_id(day), bid_resume.KIND, bid_resume.Body("every overdue date is confirmed"))
