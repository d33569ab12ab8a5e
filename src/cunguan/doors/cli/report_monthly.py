"""What the monthly reports share (月报公用): the forms they come in, and where they go.

Does    prints for a terminal, or writes PDF, CSV or JSON to --out
Errors  what cannot be made or written is told with what to type; 2
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cunguan.doors.cli.safeguard_shared import wrong
from cunguan.doors.safeguarding import month, monthly_pages, paper
from cunguan.doors.safeguarding.keeping import Connection
from cunguan.doors.safeguarding.month import Month, PoolMonth
from cunguan.doors.safeguarding.monthly_pages import Paper
from cunguan.kernel.canonical import canonical_json
from cunguan.store.history import History

FORMS: Final = ("text", "pdf", "csv", "json")


def add_arguments(report: argparse.ArgumentParser) -> None:
    """Take the month, whose pools, the form and where it goes."""
    report.add_argument("month", metavar="MONTH", help="as 2026-06")
    report.add_argument("--platform", help="whose pools; without it everybody's")
    report.add_argument("--lang", choices=["en", "zh"], help="language (by LANG)")
    report.add_argument("--format", choices=FORMS, default="text", help="text for a terminal, pdf, csv or json")
    report.add_argument("--json", action="store_const", const="json", dest="format", help="print one JSON list")
    report.add_argument("--out", type=Path, metavar="FILE", help="write it there; a PDF goes nowhere else")


def runs_of(
    connection: Connection, history: History, rule: str, arguments: argparse.Namespace, wiring: Any
) -> tuple[Month, list[PoolMonth]]:
    """Return the month that is asked for and each pool's runs in it; Wrong says what to type instead."""
    of = month.month(arguments.month)
    opened = {lane.lane: lane.business_date for lane in history.lanes()}
    opened[0] = datetime.now(UTC).astimezone(wiring.zone).date()  # of firms' own files
    return of, month.pools_of(connection, of, rule, arguments.platform, opened)


def hand_over(arguments: argparse.Namespace, papers: Sequence[Paper], values: Sequence[object]) -> int:
    """Print or write what was made; 0, or 2 with what was wrong."""
    if arguments.format == "pdf" and arguments.out is None:
        return wrong("say where the PDF goes: --out FILE")
    made = _made(arguments.format, papers, values)
    if arguments.out is None:
        sys.stdout.write(made.decode())
        return 0
    try:
        arguments.out.write_bytes(made)
    except OSError as why:
        return wrong(f"{arguments.out} cannot be written: {why.strerror}")
    print(arguments.out)
    return 0


def _made(form: str, papers: Sequence[Paper], values: Sequence[object]) -> bytes:
    if form == "pdf":
        return paper.as_pdf(papers)
    if form == "csv":
        return monthly_pages.csv_of(papers).encode()
    if form == "json":
        return canonical_json(list(values)) + b"\n"
    return "\n\n".join("\n".join(monthly_pages.lines(one)) for one in papers).encode() + b"\n"
