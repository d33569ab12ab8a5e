"""`cunguan checkfile …` (对账文件): compare two files, make and show a date's files, see what is confirmed, close a break.

When    an engineer of a platform or of the custodian looks for a difference; an operator answers for one
Returns compare: 0 no difference, 1 there are some · make: 0 made, 1 not · show: 0, 1 no such date · confirm-status: 0 all
        that is issued is confirmed, 1 something is open · break close: 0 closed, 1 not open · 2 wrong usage
Units   --json prints one value; amounts in minor units
Source  domain.md (e.2), (e.3)
"""

import argparse
import mmap
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import msgspec
import psycopg

from cunguan.doors.checking import agreeing, making
from cunguan.doors.checking.agreeing import Issued
from cunguan.doors.checking.files import among, compare_files
from cunguan.doors.checking.making import Maker, Place
from cunguan.doors.cli.arguments import date_of
from cunguan.doors.cli.database import connected, door_url
from cunguan.formats.checkfile import FileDamaged, Raw
from cunguan.keys.custodian import CustodianKey
from cunguan.operations.two_names import two_names
from cunguan.reconciliation.breaks import CODES
from cunguan.reconciliation.compare import Difference
from cunguan.store.sqlfiles import statement

#: so many differences are printed one by one
SHOWN_MAX = 1_000


def add_parser(subparsers: Any) -> None:
    """Register `checkfile`."""
    says = "daily check files: compare, make, show, what is confirmed, breaks"
    acts = subparsers.add_parser("checkfile", help=says, description=says).add_subparsers(metavar="ACT", required=True)
    compare = acts.add_parser("compare", help="name each difference between two files of one date by its break code")
    compare.set_defaults(run=run_compare)
    compare.add_argument("ours", help="the custodian's file, CSV or JSONL")
    compare.add_argument("theirs", help="the platform's file, CSV or JSONL")
    compare.add_argument(
        "--ours-beside", nargs="*", default=[], metavar="FILE", help="ours of the dates beside it: BRK07"
    )
    compare.add_argument("--theirs-beside", nargs="*", default=[], metavar="FILE", help="theirs of the dates beside it")
    make = acts.add_parser("make", help="make the files of one date that is over and has none")
    make.set_defaults(run=run_make)
    show = acts.add_parser("show", help="show the files of one date and its breaks")
    show.set_defaults(run=run_show)
    status = acts.add_parser("confirm-status", help="list the dates that are issued, and which are confirmed")
    status.set_defaults(run=run_status)
    for act in (make, show):
        act.add_argument("date", type=date_of)
    breaks = acts.add_parser("break", help="breaks").add_subparsers(metavar="ACT", required=True)
    close = breaks.add_parser("close", help="two people of the custodian close a break, and say why")
    close.set_defaults(run=run_close)
    close.add_argument("id")
    for option, said in (("reason", "what explains it"), ("maker", "who asks"), ("checker", "who has looked at it")):
        close.add_argument(f"--{option}", required=True, help=said)
    for act in (make, show, status, close):
        act.add_argument("--platform", required=True, help="whose lane it is")
    for act in (compare, make, show, status, close):
        act.add_argument("--json", action="store_true", help="print one JSON value")


# ── two files ────────────────────────────────────────────────────────────────
def run_compare(arguments: argparse.Namespace, wiring: Any) -> int:
    """Compare two files."""
    names = [arguments.ours, arguments.theirs, *arguments.ours_beside, *arguments.theirs_beside]
    try:
        with _mapped(names) as files:
            split = 2 + len(arguments.ours_beside)
            found = compare_files(
                files[0], files[1], ours_elsewhere=among(files[2:split]), theirs_elsewhere=among(files[split:])
            )
            shown = list(islice(found, SHOWN_MAX))
            more = sum(1 for _ in found)
    except OSError as wrong:
        print(f"cunguan checkfile: {wrong.filename} cannot be read: {wrong.strerror}", file=sys.stderr)
        return 2
    except FileDamaged as wrong:
        print(f"cunguan checkfile: what should be the custodian's file is none: {wrong}", file=sys.stderr)
        return 2
    _tell_differences(shown, more, as_json=arguments.json)
    return 1 if shown else 0


@contextmanager
def _mapped(names: list[str]) -> Iterator[list[Raw]]:
    """Map files: the system reads of them what is looked at, and nothing is copied."""
    with ExitStack() as last:
        yield [_map(last.enter_context(open(name, "rb"))) for name in names]


def _map(stream: Any) -> Raw:
    try:
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError:
        return b""  # an empty file cannot be mapped


def _tell_differences(shown: list[Difference], more: int, *, as_json: bool) -> None:
    if as_json:
        print(msgspec.json.encode({"differences": shown, "more": more}).decode())
        return
    for one in shown:
        place = f", line {one.line}" if one.line else ""
        what = f"{one.field}: {one.ours or '-'} | {one.theirs or '-'}" if one.field else one.ours or one.theirs
        print(f"{one.code}  {one.kind}  {one.key}  {what}{place}  ({CODES[one.code].says.en})")
    if more:
        print(f"and {more} more")
    if not shown:
        print("no difference")


# ── a date ───────────────────────────────────────────────────────────────────
def run_make(arguments: argparse.Namespace, wiring: Any) -> int:
    """Make the files of a date."""
    with connected(wiring) as connection:
        place = _place(connection, arguments.platform)
        if place is None:
            return _unknown(arguments.platform)
        maker = Maker(door_url(wiring), CustodianKey.of(wiring.keys), wiring.zone, datetime.now(UTC))
        is_made = making.make_one(maker, place, arguments.date)
    said = "made" if is_made else "not made: the date is not over, had no business, or has its files"
    print(msgspec.json.encode({"date": arguments.date, "made": is_made}).decode() if arguments.json else said)
    return 0 if is_made else 1


def run_show(arguments: argparse.Namespace, wiring: Any) -> int:
    """Show a date."""
    with connected(wiring) as connection:
        place = _place(connection, arguments.platform)
        if place is None:
            return _unknown(arguments.platform)
        day = agreeing.the_date(connection, place.lane, arguments.date)
        if day is None:
            print(f"cunguan checkfile: no files are issued for {arguments.date}", file=sys.stderr)
            return 1
        files = agreeing.headers(connection, place.lane, day.date)
        breaks = agreeing.breaks(connection, place.lane, day.date)
    if arguments.json:
        print(msgspec.json.encode({"day": _told(day), "files": files, "breaks": breaks}).decode())
        return 0
    print(_line(day))
    for head in files:
        print(
            f"  {head.name:16} {head.count:9} rows  Dr {head.debit_minor}  Cr {head.credit_minor}  {head.sha256[:16]}"
        )
    for one in breaks:
        print(
            f"  {one.id}  {one.code} {one.kind} {one.key} {one.field}  {one.ours} | {one.theirs}  {one.state} {one.reason}"
        )
    return 0


def run_status(arguments: argparse.Namespace, wiring: Any) -> int:
    """List what is confirmed."""
    with connected(wiring) as connection:
        place = _place(connection, arguments.platform)
        if place is None:
            return _unknown(arguments.platform)
        found = agreeing.issued(connection, place.lane, date.min, date.max, SHOWN_MAX)
    if arguments.json:
        print(msgspec.json.encode([_told(one) for one in found]).decode())
    else:
        print("\n".join(map(_line, found)) or "no files are issued yet")
    return 0 if all(one.confirmed_at for one in found) else 1


def run_close(arguments: argparse.Namespace, wiring: Any) -> int:
    """Close a break under two names."""
    refused = two_names(arguments.maker, arguments.checker)
    if refused is not None or not arguments.reason.strip():
        print(f"cunguan checkfile: {refused.name if refused else 'reason_missing'}", file=sys.stderr)
        return 2
    with connected(wiring) as connection:
        place = _place(connection, arguments.platform)
        if place is None:
            return _unknown(arguments.platform)
        names = (arguments.maker.strip(), arguments.checker.strip())
        is_closed = agreeing.end(connection, place.lane, arguments.id, arguments.reason, datetime.now(UTC), *names)
    if arguments.json:
        print(msgspec.json.encode({"id": arguments.id, "closed": is_closed}).decode())
    else:
        print("closed" if is_closed else "there is no open break of that id")
    return 0 if is_closed else 1


# ── finding ──────────────────────────────────────────────────────────────────
def _place(connection: psycopg.Connection[Any], platform: str) -> Place | None:
    rows = connection.execute(statement("check_lanes"))
    return next((Place(*row[:4]) for row in rows if row[1] == platform), None)


def _unknown(platform: str) -> int:
    print(f"cunguan checkfile: no platform is called {platform}", file=sys.stderr)
    return 2


def _told(one: Issued) -> dict[str, object]:
    return {**msgspec.structs.asdict(one), "state": one.state}


def _line(one: Issued) -> str:
    confirmed = f" since {one.confirmed_at:%Y-%m-%d %H:%M}Z" if one.confirmed_at else ""
    return f"{one.date}  {one.state}{confirmed}, {one.breaks_open} breaks open, sequences {one.first_seq} to {one.last_seq}"
