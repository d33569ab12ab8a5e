"""`cunguan log verify` (核验留痕): derive every leaf again from the books with separate code, and name what differs from the log.

When    nightly by the job; an operator, an auditor; with --no-books anybody who has a copy of the log's files
Returns 0 books and log agree · 1 something differs, or there is nothing to verify · 2 wrong usage
Units   --json prints one object: doors/log/verifying.py Last; with --no-books prove/log/verify.py Verified
Source  docs/log-audit.md; ADR 0041
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from cunguan.doors.cli.database import running
from cunguan.doors.cli.progress import say_progress
from cunguan.doors.log import verifying
from cunguan.keys.sealed import KeyMissing
from cunguan.prove.findings import Finding
from cunguan.prove.log.notes import NoteWrong
from cunguan.prove.log.tiles import NO_LANE
from cunguan.prove.log.verify import NoLog, Verified
from cunguan.store.embedded.errors import DatabaseError


def add_to(acts: Any) -> None:
    """Register `verify`."""
    says = "derive every leaf again from the books and compare it with the log; name what differs"
    verb = acts.add_parser("verify", help=says, description=says)
    verb.add_argument(
        "--full", action="store_true", help="from the first leaf; else from where the last good run ended"
    )
    verb.add_argument("--workers", type=_workers, default=1, metavar="N", help="processes (1)")
    verb.add_argument("--log", type=Path, metavar="DIR", help="the log's files (this installation's)")
    verb.add_argument(
        "--key", metavar="VKEY", action="append", help="the log's key (its own); twice while one is replaced"
    )
    verb.add_argument("--state", type=Path, metavar="DIR", help="where is kept how far it was verified (the home)")
    verb.add_argument("--no-books", action="store_true", help="hash the files of --log again, and nothing else")
    verb.add_argument("--json", action="store_true", help="print one JSON object")
    verb.set_defaults(run=run)


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError("from 1 to 64 processes")
    return int(text)


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Verify, print, and say by the exit code whether it holds."""
    if arguments.no_books and arguments.log is None:
        print("cunguan log verify: --no-books needs --log DIR", file=sys.stderr)
        return 2
    try:
        found, whole = _found(arguments, wiring)
    except (NoLog, NoteWrong, KeyMissing) as wrong:
        print(f"cunguan log verify: {wrong.args[0]}", file=sys.stderr)
        return 1
    except psycopg.errors.UndefinedTable:
        raise DatabaseError("this database holds no log.\nType: cunguan db migrate") from None
    print(msgspec.json.encode(whole).decode() if arguments.json else "\n".join(lines(found)))
    return 0 if found.holds else 1


def _found(arguments: argparse.Namespace, wiring: Any) -> tuple[Verified, Any]:
    progress = None if arguments.json else say_progress
    keys = tuple(text for given in arguments.key or () for text in given.split())
    if arguments.no_books:
        found = verifying.files_only(arguments.log, keys, arguments.workers, progress)
        return found, found
    url = wiring.audit_url(running(wiring).start())
    wanted = verifying.Wanted(arguments.full, arguments.workers, keys, arguments.log, arguments.state)
    last = verifying.run(url, wiring.home, wiring.environ, wanted, progress)
    return last.found, last


def lines(found: Verified) -> list[str]:
    """Return what was found as a person reads it."""
    told = [f"log {found.origin}", f"{found.size} entries, root {found.root}"]
    if found.began_at:
        told.append(f"from entry {found.began_at} on; before it an earlier run has looked: --full looks again")
    if not found.is_signature_checked:
        told.append("nobody's signature was checked: name the log's key with --key")
    told += [f"✗ {_named(one)}" for one in found.findings]
    told += [f"not compared: {what}" for what in found.not_compared]
    told += [f"not in this log yet: {count} sequences of {_lane(lane)}" for lane, count in found.behind.items()]
    more = found.broken - len(found.findings)
    if more:
        told.append(f"and {more} more")
    compared = f"{found.leaves} leaves derived from the books" if found.with_books else "every entry hashed, no books"
    verdict = "all agree" if found.holds else f"findings: {found.broken}; see docs/runbooks/log-differs.md"
    return [*told, f"{compared}: {verdict}, in {found.seconds:.1f} s"]


def _named(one: Finding) -> str:
    where = "" if one.lane == NO_LANE else f"{_lane(one.lane)} "
    figures = f": the log has {one.expected}, the books have {one.found}" if one.expected or one.found else ""
    return f"{one.claim}: {where}{one.row}: {one.what}{figures}"


def _lane(lane: int) -> str:
    return "the acts" if lane < 0 else f"lane {lane}"
