"""`cunguan calendar [WHEN]` (工作日历): which business date a day or an instant belongs to in each currency, and what follows.

When    somebody asks when a day ends, when it is reconciled, what T+1 is, or whether next year's days are known yet
Returns 0 the calendars speak of all dates shown · 1 one does not: it knows only weekends there · 2 wrong usage
Units   T+n counts working days; --json prints one object
Source  policy/cutoffs.py
"""

import argparse
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from cunguan.doors.papers.layout import table
from cunguan.kernel.dates import parse_date
from cunguan.policy.cutoffs import CUT_OFFS, CutOff, cut_offs, is_reconciliation_day


class Page(msgspec.Struct, frozen=True):
    """What is shown; `is_reconciliation_day`: every market is open on the day asked for, null for an instant."""

    is_reconciliation_day: bool | None
    currencies: list["Seen"]


class Seen(msgspec.Struct, frozen=True):
    """One currency: the business date, when it ends and is reconciled, the dates after it; `is_known` of the last of them."""

    currency: str
    zone: str
    business_date: date
    ends_at: datetime
    reconciled_at: datetime
    t_plus_1: date
    t_plus_2: date
    is_known: bool
    is_confirmed: bool
    sources: tuple[str, ...]


def add_parser(subparsers: Any) -> None:
    """Register `calendar`."""
    says = "which business date a day or an instant belongs to, when it ends and is reconciled, what T+1 is"
    verb = subparsers.add_parser("calendar", help=says, description=says)
    verb.add_argument(
        "when", nargs="?", type=_when, help="YYYY-MM-DD, or an instant as 2026-11-27T23:30+08:00; else now"
    )
    verb.add_argument(
        "--currency", nargs="+", choices=sorted(CUT_OFFS), default=sorted(CUT_OFFS), help="else all of them"
    )
    verb.add_argument("--sources", action="store_true", help="say where the working days are from")
    verb.add_argument("--json", action="store_true", help="print one JSON object")
    verb.set_defaults(run=run)


def _when(text: str) -> date | datetime:
    try:
        at = datetime.fromisoformat(text) if "T" in text else parse_date(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
    if isinstance(at, datetime) and at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} says no place: add its offset, as +08:00")
    return at


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Show the currencies."""
    when = arguments.when or datetime.now(UTC)
    rows = cut_offs(arguments.currency)
    found = [look(row, when) for row in rows]
    all_open = None if isinstance(when, datetime) else is_reconciliation_day(when, rows)
    if arguments.json:
        print(msgspec.json.encode(Page(all_open, found)).decode())
    else:
        print("\n".join(_lines(found, all_open, with_sources=arguments.sources)))
    return 0 if all(one.is_known for one in found) else 1


def look(row: CutOff, when: date | datetime) -> Seen:
    """Return what a currency's row says of a day, or of an instant."""
    day = row.date_of(when) if isinstance(when, datetime) else row.calendar.next_working_day(when)
    after = row.calendar.add_working_days(day, 2)
    return Seen(
        row.currency, row.zone, day, row.ends(day), row.reconciled(day), row.calendar.add_working_days(day, 1), after,
        row.calendar.is_known(day) and row.calendar.is_known(after), row.is_confirmed, row.sources,
    )  # fmt: skip


def _lines(found: list[Seen], all_open: bool | None, *, with_sources: bool) -> list[str]:
    head = ["", "business date", "ends", "reconciled", "T+1", "T+2", ""]
    rows = [
        [one.currency, str(one.business_date), f"{one.ends_at:%Y-%m-%d %H:%M%z}", f"{one.reconciled_at:%Y-%m-%d %H:%M%z}",
         str(one.t_plus_1), str(one.t_plus_2), "" if one.is_known else "only weekends are known there"]
        for one in found
    ]  # fmt: skip
    market = {
        None: [],
        True: ["every market is open: a reconciliation day"],
        False: ["a market is closed: no reconciliation day"],
    }
    sources = [f"{one.currency}: {'; '.join(one.sources)}" for one in found] if with_sources else []
    times = (
        [] if all(one.is_confirmed for one in found) else ["the hours are not confirmed by any bank: policy/cutoffs.py"]
    )
    return [*table(head, rows), *market[all_open], *times, *sources]
