"""`cunguan close-day DATE` (日切): close one business date in every lane that stands on it, or in one platform's.

When    an operator closes by hand: in a sandbox, in a currency without a cut-off, or when the jobs did not run
Does    the oldest lane first, the custodian's own last; a date that is closed already stays closed, once
Returns 0 every lane asked for is past the date · 1 one is not: it stands on an earlier date, its day has not ended, or the
        plane refused · 2 wrong usage
Units   --json prints one object: date, lanes
Source  doors/closing/days.py; operations/day_close.py
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import psycopg
from msgspec.structs import replace

from cunguan.doors.cli.arguments import date_of
from cunguan.doors.cli.database import running
from cunguan.doors.closing import days
from cunguan.doors.closing.days import AT_ONCE, USED_UP, Close, Lane
from cunguan.kernel.codes import Code
from cunguan.plane.client import Client
from cunguan.policy.cutoffs import NoCutOff


class Told(msgspec.Struct, frozen=True):
    """What became of one lane: closed, closed_before, or not_closed and why; `open_date` is where it stands now."""

    lane: int
    platform: str
    outcome: str
    open_date: date
    why: str = ""


def add_parser(subparsers: Any) -> None:
    """Register `close-day`."""
    says = "close one business date in every lane that stands on it"
    verb = subparsers.add_parser("close-day", help=says, description=says)
    verb.add_argument("date", type=date_of, help="YYYY-MM-DD")
    verb.add_argument("--platform", help="only this platform's lane")
    verb.add_argument("--next", type=date_of, metavar="DATE", help="the date after it; else the next working day")
    verb.add_argument(
        "--early", action="store_true", help="before the day has ended: what comes later bears the next date"
    )
    verb.add_argument("--json", action="store_true", help="print one JSON object")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Close a date."""
    if arguments.next is not None and arguments.next <= arguments.date:
        print("cunguan close-day: --next is not after the date", file=sys.stderr)
        return 2
    url = _url(wiring)
    chosen = [one for one in _lanes(url) if one.lane and arguments.platform in (None, one.platform)]
    if not chosen:
        print(f"cunguan close-day: no platform is called {arguments.platform}" if arguments.platform
              else "cunguan close-day: no platform has a lane yet", file=sys.stderr)  # fmt: skip
        return 2
    client = Client(wiring.plane)
    try:
        told = [*_close_all(client, url, chosen, arguments), *_close_own(client, url)]
    finally:
        client.close()
    _tell(told, arguments)
    return 0 if all(one.outcome != "not_closed" for one in told) else 1


def _url(wiring: Any) -> str:
    return str(wiring.audit_url(running(wiring).start()))


def _lanes(url: str) -> list[Lane]:
    with psycopg.connect(url, autocommit=True) as connection:
        return days.lanes(connection)


def _close_all(client: Client, url: str, chosen: Sequence[Lane], arguments: argparse.Namespace) -> Iterator[Told]:
    found = [_ready(here, arguments) for here in chosen]
    yield from (one for one in found if isinstance(one, Told))
    for close in sorted((one for one in found if isinstance(one, Close)), key=lambda one: (one.ends_at, one.lane)):
        yield _close(client, url, close)


def _ready(here: Lane, arguments: argparse.Namespace) -> Close | Told:
    """Return the close to ask for, or why there is none."""
    if here.day > arguments.date:
        return Told(here.lane, here.platform, "closed_before", here.day)
    if here.day < arguments.date:
        return _not(here, f"it stands on {here.day}: close that date first")
    try:
        close = days.close_of(here)
    except NoCutOff as wrong:
        if arguments.next is None:
            return _not(here, f"{wrong}; or say the next date with --next")
        close = Close(here.lane, here.platform, here.day, arguments.next, AT_ONCE)
    if arguments.next is not None:
        close = replace(close, next_day=arguments.next, is_known=True)
    if here.is_sandbox or arguments.early or close.ends_at <= datetime.now(UTC):
        return close
    return _not(here, f"the day ends at {close.ends_at.isoformat()}; --early closes it now")


def _not(here: Lane, why: str) -> Told:
    return Told(here.lane, here.platform, "not_closed", here.day, why)


def _close(client: Client, url: str, close: Close) -> Told:
    """Ask for a close; what counts is where the lane stands afterwards, whoever closed it."""
    for instruction in days.asking(close):
        answer = client.ask(close.lane, instruction)
        if answer.code is Code.done:
            why = "" if close.is_known else f"no calendar speaks of {close.next_day}, only weekends are known"
            return Told(close.lane, close.platform, "closed", close.next_day, why)
        if answer.code not in USED_UP:
            break
    stands = next(one.day for one in _lanes(url) if one.lane == close.lane)
    if stands > close.day:
        return Told(close.lane, close.platform, "closed_before", stands)
    return Told(close.lane, close.platform, "not_closed", stands, f"{answer.code.name} {answer.why}".rstrip())


def _close_own(client: Client, url: str) -> Iterator[Told]:
    close = days.own_close(_lanes(url))
    if close is not None:
        yield _close(client, url, close)


def _tell(told: Sequence[Told], arguments: argparse.Namespace) -> None:
    if arguments.json:
        print(msgspec.json.encode({"date": arguments.date, "lanes": told}).decode())
        return
    for one in told:
        if one.outcome == "not_closed":
            print(f"lane {one.lane} {one.platform}: {arguments.date} is not closed: {one.why}", file=sys.stderr)
        else:
            says = "closed" if one.outcome == "closed" else "was closed before"
            print(f"lane {one.lane} {one.platform}: {says}; {one.open_date} is open{one.why and f' ({one.why})'}")
