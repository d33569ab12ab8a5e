"""`cunguan reconcile DATE` (日终对账): run R1 to R6 over a date, on every platform; name each break, and say whether all agrees.

When    a date is over: the job does it each day, a person whenever he likes; run again it finds the same
Does    keeps the run and its breaks; where a control account does not sum (BRK14), that platform's outgoing postings are stopped
Returns 0 it agrees, or with explained timing items · 1 it differs or a side is missing · 2 wrong usage
Units   minor units; --json prints one object, reconciliation/daily.py; --show prints the last run as it was kept
Source  domain.md (e.1); domain-decisions.md 7
"""

import argparse
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec

from cunguan.doors.cli.arguments import asked_language, date_of
from cunguan.doors.cli.database import connected
from cunguan.doors.papers import layout
from cunguan.doors.reconciliation import keeping, run
from cunguan.doors.reconciliation.due import to_stop
from cunguan.kernel.codes import Code
from cunguan.plane.client import Client
from cunguan.reconciliation.breaks import CODES, Words
from cunguan.reconciliation.daily import WORDS, Day, Equation, Pool
from cunguan.store.engines import NAMES


def add_parser(subparsers: Any) -> None:
    """Register `reconcile`."""
    says = "reconcile a date: bank, channels, platforms, control accounts, cover"
    verb = subparsers.add_parser("reconcile", help=says, description=says)
    verb.set_defaults(run=run_verb)
    verb.add_argument("date", type=date_of)
    verb.add_argument("--show", action="store_true", help="show the last run of the date, and run nothing")
    verb.add_argument("--engine", choices=NAMES, help="what runs the matching (CUNGUAN_RECONCILE_ENGINE, else duckdb)")
    verb.add_argument("--json", action="store_true", help="print one JSON object")
    verb.add_argument("--lang", choices=["en", "zh"], help="language (by LANG)")


def run_verb(arguments: argparse.Namespace, wiring: Any) -> int:
    """Run or show a date."""
    with connected(wiring) as connection:
        if arguments.show:
            day = keeping.stored(connection, arguments.date)
        else:
            engine = arguments.engine or wiring.engine
            day = run.reconcile(connection, arguments.date, datetime.now(UTC), _progress, engine)
    if day is None:
        print(f"cunguan reconcile: {arguments.date} was never run", file=sys.stderr)
        return 1
    if not arguments.show:
        _stop(day, wiring)
    language = asked_language(arguments, wiring)
    print(msgspec.json.encode(day).decode() if arguments.json else "\n".join(_told(day, language)))
    return 0 if day.verdict in ("agrees", "explained") else 1


def _stop(day: Day, wiring: Any) -> None:
    """Hand to the plane what stops; a plane that is not there is told of by the job in a minute."""
    pairs = to_stop(day)
    if not pairs:
        return
    client = Client(wiring.plane, patience_seconds=2.0)
    try:
        for (lane, _), answer in zip(pairs, client.ask_all(pairs), strict=True):
            if answer.code is not Code.done:
                print(
                    f"cunguan reconcile: outgoing payments of lane {lane} do not stop: {answer.code.name} {answer.why}",
                    file=sys.stderr,
                )
    finally:
        client.close()


def _progress(name: str, done: int, of: int) -> None:
    if of and sys.stderr.isatty():
        print(f"\r\033[K{done}/{of} {name}", end="" if done < of else "\n", file=sys.stderr, flush=True)


# ── telling ──────────────────────────────────────────────────────────────────
def _told(day: Day, language: str) -> list[str]:
    lines = [f"{day.date}  {_said(day.verdict, language)}  #{day.run}"]
    for pool in day.pools:
        lines += [
            "",
            f"{pool.platform} {pool.pool} {pool.currency}",
            *_equations(pool, language),
            *_parked(pool, language),
        ]
    checks = [
        [one.rule, _said(one.rule, language), one.subject, _said(one.verdict, language), str(one.compared_count),
         str(one.matched_count), str(one.break_count), _of(one.why, language)]
        for one in day.checks
    ]  # fmt: skip
    head = ["", "", "", "", "compared", "matched", "breaks", ""]
    lines += [
        "",
        *layout.table(["", "", "", "", "核对", "相符", "差错", ""] if language == "zh" else head, checks, (4, 5, 6)),
    ]
    lines += [
        f"{one.id}  {one.code} {_of(CODES[one.code].says, language)}  {one.platform} {one.subject}  {one.at_risk_minor} {one.currency}"
        f"  {_said(one.state, language)}"
        for one in day.breaks
    ]
    return lines


def _equations(pool: Pool, language: str) -> list[str]:
    return [line for one in pool.equations for line in _equation(one, language)]


def _parked(pool: Pool, language: str) -> list[str]:
    unit = "天" if language == "zh" else "days"
    rows = [
        [f"  {_said(one.code, language)}", f"{one.bucket} {unit}", str(one.count), str(one.amount_minor)]
        for one in pool.parked
    ]
    return layout.table(["", "", "", ""], rows, (2, 3))[1:] if rows else []


def _equation(one: Equation, language: str) -> list[str]:
    said = f"{one.number} {_said(f'equation_{one.number}', language)} {one.subject}"
    if one.missing:
        return [f"  {said}: {_said('incomplete', language)}"]
    terms = [
        [f"    {sign}", _said(term.key, language), str(term.amount_minor)]
        for sign, side in (("+", one.left), ("=", one.right))
        for term in side
    ]
    difference = [] if one.holds else [["    ≠", _said("differs", language), str(one.difference_minor)]]
    return [f"  {said}", *layout.table(["", "", ""], [*terms, *difference], (2,))[1:]]


def _said(word: str, language: str) -> str:
    return _of(WORDS[word], language)


def _of(words: Words, language: str) -> str:
    return words.zh if language == "zh" else words.en
