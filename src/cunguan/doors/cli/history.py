"""`cunguan statement-of`, `explain`, `trial-balance`, `listing`, `voucher` (历史查询): the books at any moment, as papers.

When    a person or a script asks; the plane may go on writing, nothing is written here
Returns 0 the paper is there, and even where it must be · 1 the trial balance is uneven, or the database does not run ·
        2 wrong usage, or nothing is there under that name
Units   --json prints one object, amounts in minor units; tables show the currency's decimals
Source  design/lanes.md 16; invariant 33
"""

import argparse
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from cunguan.doors.cli.arguments import asked_language
from cunguan.doors.cli.database import running
from cunguan.doors.papers import pages, tables
from cunguan.doors.papers.client import statement
from cunguan.doors.papers.explanation import explain as explanation_of
from cunguan.doors.papers.loan import loan
from cunguan.doors.papers.moments import Wrong, account, before, day, lane_of, sequence
from cunguan.doors.papers.trial import trial_balance as trial_balance_of
from cunguan.doors.papers.voucher import csv_file
from cunguan.doors.papers.voucher import voucher as voucher_of
from cunguan.doors.papers.words import Words
from cunguan.store.embedded.errors import DatabaseError
from cunguan.store.history import PAGE_LINES, History, LaneSeen, Place

Paper = Callable[[argparse.Namespace, History, LaneSeen, Words], int]


def add_parser(subparsers: Any) -> None:
    """Register the verbs."""
    moment = "a sequence, a business date as 2026-03-02, or an instant as 2026-03-02T15:00:00+08:00"

    def verb(name: str, says: str, paper: Paper) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = subparsers.add_parser(name, help=says, description=says)
        made.add_argument("--platform", metavar="P", help="whose books; needed when there are several platforms")
        made.add_argument("--json", action="store_true", help="print one JSON object")
        made.add_argument("--lang", choices=["en", "zh"], help="language of the labels (by LANG)")
        made.set_defaults(run=_run, paper=paper)
        return made

    of = verb(
        "statement-of", "the statement of an account, or of all accounts of a holder, at any moment", statement_of
    )
    of.add_argument(
        "account", metavar="ACCOUNT", help="a number, HOLDER:BUCKET, POOL:CODE, or HOLDER for all his money"
    )
    of.add_argument("--from", dest="begin", metavar="WHEN", help=f"the first of it: {moment}")
    of.add_argument("--to", "--as-of", dest="end", metavar="WHEN", help=f"the last of it: {moment}")
    of.add_argument("--format", choices=["table", "csv", "json"], default="table")
    of.add_argument("--page", metavar="SEQ.LINE", help="go on after this line, as the page before said")
    of.add_argument("--lines", metavar="N", type=int, default=PAGE_LINES, help=f"lines of a page ({PAGE_LINES})")

    what = verb("explain", "everything an instruction did, and who allowed it", explain)
    what.add_argument("instruction", metavar="INSTRUCTION", help="its id, or its sequence")

    at = verb("trial-balance", "debits and credits by pool and code at any moment; 1 when they differ", trial_balance)
    when = at.add_mutually_exclusive_group()
    when.add_argument("--date", metavar="D", help="the end of a business date")
    when.add_argument("--as-of", metavar="WHEN", help=moment)

    one = verb("listing", "claims and repayment plan of a listing at any moment", listing)
    one.add_argument("listing", metavar="LISTING")
    one.add_argument("--as-of", metavar="WHEN", help=moment)

    paper = verb("voucher", "the general-ledger voucher of a business date, as CSV; --json for one object", voucher)
    paper.add_argument("--date", metavar="D", required=True, help="the business date")
    paper.add_argument("--out", metavar="FILE", type=Path, help="write the file there and print its sha256")


def _run(arguments: argparse.Namespace, wiring: Any) -> int:
    words = Words(asked_language(arguments, wiring))
    try:
        with History(wiring.audit_url(running(wiring).start())) as history:
            paper: Paper = arguments.paper
            return paper(arguments, history, lane_of(history, arguments.platform), words)
    except Wrong as wrong:
        print(f"cunguan: {wrong}", file=sys.stderr)
        return 2
    except psycopg.errors.UndefinedTable:
        raise DatabaseError("this database holds no books.\nType: cunguan db migrate") from None
    except psycopg.OperationalError as wrong:
        raise DatabaseError(str(wrong).strip()) from None


# ── statements ───────────────────────────────────────────────────────────────
def statement_of(arguments: argparse.Namespace, history: History, lane: LaneSeen, words: Words) -> int:
    """Print an account's page, or all of a holder."""
    after, upto = before(history, lane, arguments.begin), sequence(history, lane, arguments.end)
    if after > upto:
        raise Wrong(f"--from lies after --to: sequence {after + 1} after {upto}")
    shape = "json" if arguments.json else arguments.format
    holder = history.holder(lane.lane, arguments.account)
    if holder is not None:
        if arguments.page:
            raise Wrong("the statement of a holder is whole: --page is for one account, as HOLDER:available")
        whole = statement(history, lane, holder, after, upto)
        return _print(shape, whole, lambda: tables.client_csv(whole), lambda: pages.client(whole, words))
    if arguments.lines < 1:
        raise Wrong("a page has one line at least: --lines 50")
    page = tables.page(history, lane, account(history, lane, arguments.account), after, upto, _cursor(arguments.page, after),
                       arguments.lines)  # fmt: skip
    return _print(shape, page, lambda: tables.page_csv(page), lambda: pages.account(page, words))


def _cursor(text: str | None, after: int) -> Place:
    if text is None:
        return Place(after + 1, -1)
    seq, _, line = text.partition(".")
    if not (seq.isascii() and seq.isdigit() and line.isascii() and line.isdigit()) or int(seq) <= after:
        raise Wrong(f"{text!r} is no page of this statement; write what the page before said, as 1042.0")
    return Place(int(seq), int(line))


# ── journals, pools, loans ───────────────────────────────────────────────────
def explain(arguments: argparse.Namespace, history: History, lane: LaneSeen, words: Words) -> int:
    """Print everything of one instruction."""
    name = arguments.instruction
    seq = history.seq_of(lane.lane, name)
    if not seq and name.isascii() and name.isdigit() and len(name) < 19:
        seq = int(name)
    found = explanation_of(history, lane, seq)
    if found is None:
        raise Wrong(
            f"{lane.platform} never decided {name}; look for another --platform, or a sequence up to {lane.head}"
        )
    return _print("json" if arguments.json else "table", found, None, lambda: pages.explanation(found, words))


def trial_balance(arguments: argparse.Namespace, history: History, lane: LaneSeen, words: Words) -> int:
    """Print the trial balance; 1 when a pool's is uneven."""
    text = arguments.as_of if arguments.date is None else day(arguments.date).isoformat()
    found = trial_balance_of(history, lane, sequence(history, lane, text))
    _print("json" if arguments.json else "table", found, None, lambda: pages.trial_balance(found, words))
    return 0 if found.is_even else 1


def listing(arguments: argparse.Namespace, history: History, lane: LaneSeen, words: Words) -> int:
    """Print a listing's claims and plan."""
    seq = sequence(history, lane, arguments.as_of)
    found = loan(history, lane, arguments.listing, seq)
    if found is None:
        raise Wrong(f"{lane.platform} had no listing {arguments.listing} at sequence {seq}")
    return _print("json" if arguments.json else "table", found, None, lambda: pages.loan(found, words))


def voucher(arguments: argparse.Namespace, history: History, lane: LaneSeen, words: Words) -> int:
    """Write or print the voucher of a day."""
    of: date = day(arguments.date)
    if of > lane.business_date:
        raise Wrong(f"{lane.platform} stands on {lane.business_date}; {of} has not begun")
    paper = voucher_of(history, lane, of)
    text = _json(paper) + "\n" if arguments.json else csv_file(paper)
    if arguments.out is None:
        sys.stdout.write(text)
        return 0
    try:
        arguments.out.write_bytes(text.encode())
    except OSError as wrong:
        raise Wrong(f"{arguments.out} cannot be written: {wrong.strerror}; name another file") from None
    print(f"{paper.sha256}  {arguments.out}")
    return 0


def _print(shape: str, paper: Any, as_csv: Callable[[], str] | None, as_table: Callable[[], list[str]]) -> int:
    if shape == "json":
        print(_json(paper))
    elif shape == "csv" and as_csv is not None:
        sys.stdout.write(as_csv())
    else:
        print("\n".join(as_table()))
    return 0


def _json(paper: Any) -> str:
    return msgspec.json.encode(paper).decode()
