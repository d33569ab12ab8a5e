"""`cunguan retention due` (到期保存资料): what of each table may go on a day, and what a legal order keeps. It purges nothing.

When    a person or a scheduled job asks
Returns 0 the report is there · 1 the database does not run · 2 wrong usage
Units   --json prints one object: the day, the classes with their sources, and rows a table
"""

import argparse
import sys
from datetime import date
from typing import Any

import msgspec
import psycopg

from cunguan.doors.cli.arguments import asked_language
from cunguan.doors.cli.database import running
from cunguan.doors.papers import layout
from cunguan.doors.papers.moments import Wrong, day
from cunguan.doors.papers.words import Words
from cunguan.policy.retention import CLASSES, Class
from cunguan.store.embedded.errors import DatabaseError
from cunguan.store.history import History
from cunguan.store.retention import Due, due

PURGES_NOTHING = {"en": "nothing is purged here: a person decides", "zh": "本命令不删除任何资料，由人决定"}


class Report(msgspec.Struct, frozen=True):
    """What a day lets go."""

    as_of: date
    purges: bool
    classes: list[Class]
    tables: list[Due]


def add_parser(subparsers: Any) -> None:
    """Register `retention`."""
    retention = subparsers.add_parser("retention", help="how long records are kept, and what is due; purges nothing")
    acts = retention.add_subparsers(metavar="ACT", required=True)
    act = acts.add_parser("due", help="rows a table that may go on a day, and rows that a legal order keeps")
    act.add_argument("--as-of", metavar="DAY", help="the day, as 2036-03-02 (the books' latest business date)")
    act.add_argument("--json", action="store_true", help="print one JSON object")
    act.add_argument("--lang", choices=["en", "zh"], help="language of the labels (by LANG)")
    act.set_defaults(run=run)


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Print what is due."""
    try:
        with History(wiring.audit_url(running(wiring).start())) as history:
            as_of = day(arguments.as_of) if arguments.as_of else _latest(history)
            report = Report(as_of, False, list(CLASSES), due(history, as_of))
    except Wrong as wrong:
        print(f"cunguan: {wrong}", file=sys.stderr)
        return 2
    except psycopg.errors.UndefinedTable:
        raise DatabaseError("this database holds no books.\nType: cunguan db migrate") from None
    except psycopg.OperationalError as wrong:
        raise DatabaseError(str(wrong).strip()) from None
    language = asked_language(arguments, wiring)
    print(msgspec.json.encode(report).decode() if arguments.json else "\n".join(_lines(report, language)))
    return 0


def _latest(history: History) -> date:
    days = [lane.business_date for lane in history.lanes()]
    if not days:
        raise Wrong("no lane was opened yet; say --as-of")
    return max(days)


def _lines(report: Report, language: str) -> list[str]:
    words = Words(language)
    lines = [f"{words('retention')} · {report.as_of}", PURGES_NOTHING[language]]
    for of in report.classes:
        rows = [[one.table, f"{one.due:,}", f"{one.held:,}"] for one in report.tables if one.retention == of.name]
        until = next(one.until for one in report.tables if one.retention == of.name)
        source = of.source if of.is_confirmed else f"{of.source} — clause to be confirmed"
        lines += ["", f"{of.title} · {of.years} · {of.starts} ≤ {until}", f"  {source}"]
        lines += layout.table(["table", "due", "legal hold"], rows, (1, 2))
    return lines
