"""`cunguan prove` (证明): recompute the books from raw rows and say whether they hold.

When    a person, a drill or an auditor types it; the plane may go on writing
Returns 0 every claim holds · 1 one does not, or the database does not run · 2 wrong usage
Units   --json prints one object: the fields of prove.findings.Report; amounts in minor units
"""

import argparse
import sys
from typing import Any

import msgspec
import psycopg

from cunguan.doors.cli.database import running
from cunguan.doors.cli.progress import say_progress
from cunguan.doors.log import verifying
from cunguan.prove.findings import PoolTerms, Report, Result
from cunguan.prove.report import PastHead, UnknownPlatform, prove
from cunguan.store.embedded.errors import DatabaseError

NUMBERS = {1: "in the bank", 2: "owned = owed", 3: "on its way in"}


def add_parser(subparsers: Any) -> None:
    """Register `prove`."""
    says = "recompute the books from raw rows and name the first row that breaks"
    verb = subparsers.add_parser("prove", help=says, description=says)
    verb.set_defaults(run=run)
    verb.add_argument("--platform", metavar="P", help="prove this platform's books only")
    verb.add_argument("--as-of", metavar="SEQ", type=int, help="prove up to this sequence; needs --platform")
    verb.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Prove, print, and say by the exit code whether it holds."""
    progress = None if arguments.json else say_progress
    try:
        report = prove(_url(wiring), platform=arguments.platform, as_of=arguments.as_of, progress=progress)
    except (UnknownPlatform, PastHead) as wrong:
        print(f"cunguan prove: {wrong.args[0]}", file=sys.stderr)
        return 2
    except psycopg.errors.UndefinedTable:
        raise DatabaseError("this database holds no books.\nType: cunguan db upgrade") from None
    except psycopg.OperationalError as wrong:
        raise DatabaseError(str(wrong).strip()) from None
    if arguments.json:
        print(msgspec.json.encode(report).decode())
    else:
        print("\n".join([*lines(report), verifying.told(wiring.home)]))
    return 0 if report.holds else 1


def lines(report: Report) -> list[str]:
    """Return a report as a person reads it: a line a claim, then each pool's three numbers."""
    seen = {result.claim: result.says for result in report.claims}
    found = [_claim(says, [r for r in report.claims if r.claim == name]) for name, says in seen.items()]
    read = [f"lane {p.lane} {p.platform}: {p.postings} postings to sequence {p.head}" for p in report.lanes]
    gaps = [f"gap: {gap}" for gap in report.gaps]
    pools = [line for pool in report.pools for line in _pool(pool)]
    left = sorted({f"not compared: {what}" for result in report.claims for what in result.not_compared})
    verdict = "every claim holds" if report.holds else f"the books do not hold; the first row is\n  {report.first}"
    return [*read, *gaps, *found, *pools, *left, f"{verdict}\n{report.digest} in {report.seconds:.1f} s"]


def _claim(says: str, results: list[Result]) -> str:
    name, checked = results[0].claim, sum(result.checked for result in results)
    broken = sum(result.broken for result in results)
    if not broken:
        return f"✓ {name:<16} {checked:>9}  {says}"
    finding = next(finding for result in results for finding in result.findings)
    more = f" (and {broken - 1} more)" if broken > 1 else ""
    return f"✗ {name:<16} {checked:>9}  {finding}{more}"


def _pool(pool: PoolTerms) -> list[str]:
    found = [f"pool {pool.pool} of lane {pool.lane}, {pool.currency} in minor units"]
    for number, title in NUMBERS.items():
        found.append(f"  {number}. {title}")
        for term in pool.terms:
            if term.number == number:
                sign = "  " if term.side == "left" else "= "
                found.append(f"     {sign}{term.name:<66} {term.amount_minor:>20,}")
    if pool.missing_minor:
        named = ", ".join(pool.shortfalls)
        found.append(f"  short of {pool.missing_minor:,}, which the firm makes good: shortfalls {named}")
    return found


def _url(wiring: Any) -> str:
    return str(wiring.audit_url(running(wiring).start()))
