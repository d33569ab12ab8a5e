"""`cunguan report daily DATE` (日终对账报告): the last run of a date as PDF, XLSX, CSV or JSON, in Chinese or English.

When    a date was reconciled (`cunguan reconcile`), and somebody wants it on paper, in a spreadsheet, or in a program
Reads   the run as it was stored: the same run makes the same PDF, CSV and JSON; --platform leaves out all others
Returns 0 made · 1 the date was never run, or the platform was not in it · 2 wrong usage
Units   minor units in CSV and JSON
Source  domain-decisions.md 7; reconciliation/daily.py
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from cunguan.doors.cli.arguments import asked_language, date_of
from cunguan.doors.cli.database import connected
from cunguan.doors.papers.daily import data, figures, pdf, xlsx
from cunguan.doors.papers.daily.words import Say
from cunguan.doors.reconciliation import keeping
from cunguan.reconciliation.daily import Day

FORMS: Final[dict[str, Callable[[Day, Say], bytes]]] = {
    "pdf": pdf.as_pdf,
    "xlsx": xlsx.as_xlsx,
    "csv": lambda day, say: data.as_csv(day, say).encode(),
    "json": data.as_json,
}


def add_report(reports: Any) -> None:
    """Register `report daily`."""
    says = "the reconciliation of a date, as it was run"
    verb = reports.add_parser("daily", help=says, description=says)
    verb.set_defaults(run=run)
    verb.add_argument("date", type=date_of, help="YYYY-MM-DD")
    verb.add_argument("--format", choices=FORMS, help="by the name of --out, else pdf")
    verb.add_argument("--lang", choices=["en", "zh"], help="language (by LANG)")
    verb.add_argument("--platform", help="only this platform's part: a paper that may be given to it")
    verb.add_argument(
        "--out", help="the file to write, - for standard output; else reconciliation-DATE.LANG.FORMAT here"
    )


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Make a report."""
    with connected(wiring) as connection:
        day = keeping.stored(connection, arguments.date)
    if day is None:
        return _wrong(f"{arguments.date} was never run: `cunguan reconcile {arguments.date}`", 1)
    if arguments.platform is not None:
        day = figures.only(day, arguments.platform)
        if day is None:
            return _wrong(f"no pool of {arguments.platform} was open on {arguments.date}", 1)
    language = asked_language(arguments, wiring)
    form = arguments.format or _form(arguments.out)
    made = FORMS[form](day, Say(language))
    return _write(made, arguments.out or f"reconciliation-{arguments.date}.{language}.{form}")


def _form(out: str | None) -> str:
    """Return the form a file's name asks for."""
    ending = Path(out or "").suffix.removeprefix(".").lower()
    return ending if ending in FORMS else "pdf"


def _write(made: bytes, out: str) -> int:
    if out == "-":
        sys.stdout.buffer.write(made)
        return 0
    try:
        Path(out).write_bytes(made)
    except OSError as wrong:
        return _wrong(f"{out} cannot be written: {wrong.strerror}", 2)
    print(out)
    return 0


def _wrong(why: str, code: int) -> int:
    print(f"cunguan report: {why}", file=sys.stderr)
    return code
