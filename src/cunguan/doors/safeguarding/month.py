"""Month (月度汇总): the stored runs of a month, one a pool and day, from which returns and reports are made.

Shape   PoolMonth: of each day the last run that was made of it, by day; what they found; which working days have none
Errors  Wrong: no month, or no run in it; what to write instead
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from cunguan.doors.papers.moments import Wrong
from cunguan.doors.safeguarding import keeping
from cunguan.doors.safeguarding.keeping import Breach, Connection, Run
from cunguan.kernel.dates import add_months
from cunguan.policy.safeguarding.pack import Pack
from cunguan.policy.safeguarding.rules import RULES


class Month(msgspec.Struct, frozen=True):
    """A month of the calendar."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


class DayFigures(msgspec.Struct, frozen=True):
    """What the last run of a day said."""

    day: date
    run: int
    requirement_minor: int
    resource_minor: int
    is_sound: bool


class PoolMonth(msgspec.Struct, frozen=True):
    """One pool's month; `runs` in the order of their days, `missing` the working days without one."""

    pack: Pack
    platform: str
    pool: str
    currency: str
    runs: tuple[Run, ...]
    breaches: tuple[Breach, ...]
    missing: tuple[date, ...]

    @property
    def days(self) -> tuple[DayFigures, ...]:
        """The month day by day."""
        figures = ((run, run.outcome.figures) for run in self.runs)
        return tuple(
            DayFigures(run.outcome.date, run.id, of.now.requirement_minor, of.now.resource_minor, of.is_sound)
            for run, of in figures
        )

    @property
    def end(self) -> Run:
        """The last run of the month."""
        return self.runs[-1]

    @property
    def unsigned(self) -> tuple[int, ...]:
        """The runs nobody has signed off."""
        return tuple(run.id for run in self.runs if run.sign_off is None)


def month(text: str) -> Month:
    """Read a month.

    >>> month("2026-02")
    Month(first=datetime.date(2026, 2, 1), last=datetime.date(2026, 2, 28))
    """
    if re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text) is None or text.startswith("0000"):
        raise Wrong(f"{text!r} is no month; write it as 2026-06")
    first = date(int(text[:4]), int(text[5:]), 1)
    return Month(first, add_months(first, 1) - timedelta(days=1))


def pools_of(
    connection: Connection, of: Month, rule: str, platform: str | None, opened: Mapping[int, date]
) -> list[PoolMonth]:
    """Return every pool that has runs of a rule pack in a month; days after the open one of its lane are not missing.

    opened  lane -> its business date; 0: that of firms' own files
    """
    pack = RULES[rule]
    by_pool: dict[tuple[str, str], dict[date, Run]] = {}
    for run in keeping.runs(connection, of.first, of.last, rule, platform):
        inputs = run.outcome.inputs
        by_pool.setdefault((inputs.platform, inputs.pool), {})[run.outcome.date] = run  # the newest of a day comes last
    if not by_pool:
        raise Wrong(f"there is no run of {rule} in {of}; make them by `cunguan safeguard --rule {rule} --date DATE`")
    return [_pool(connection, pack, of, list(days.values()), opened) for _, days in sorted(by_pool.items())]


def _pool(connection: Connection, pack: Pack, of: Month, runs: Sequence[Run], opened: Mapping[int, date]) -> PoolMonth:
    inputs = runs[0].outcome.inputs
    # of every run of the month, not only of a day's last: what was found in the morning was found
    every = keeping.runs(connection, of.first, of.last, pack.id, inputs.platform)
    ids = [run.id for run in every if run.outcome.inputs.pool == inputs.pool]
    has = {run.outcome.date for run in runs}
    days = (of.first + timedelta(days=n) for n in range((min(of.last, opened[inputs.lane]) - of.first).days + 1))
    missing = tuple(day for day in days if pack.calendar.is_working_day(day) and day not in has)
    return PoolMonth(
        pack, inputs.platform, inputs.pool, inputs.currency, tuple(runs), tuple(keeping.breaches(connection, ids)), missing
    )  # fmt: skip
