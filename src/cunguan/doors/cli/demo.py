"""`cunguan demo` (演示): the main job on a database of its own, shown and proved.

When    a newcomer types it, or `python3 run.py demo`; with --loans a real loan book is run
Returns 0 the proof holds and the bank agrees · 1 not, or the demo met what it did not expect · 2 wrong usage, which
        a file that cannot be read is too: then nothing was done
Units   --json prints one object on standard output; progress goes to standard error
"""

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import msgspec

from cunguan.doors.cli.arguments import asked_language
from cunguan.doors.demo import database as databases
from cunguan.doors.demo.caller import DemoFailed
from cunguan.doors.demo.lenders import FEWEST
from cunguan.doors.demo.loan_demo import loan_demo
from cunguan.doors.demo.loan_file import LoanFile, read
from cunguan.doors.demo.loan_run import Options
from cunguan.doors.demo.mapping import MAPPINGS, LoanFileError, named
from cunguan.doors.demo.progress import Progress
from cunguan.doors.demo.story import MONTHS_LEAST, MONTHS_MOST
from cunguan.doors.demo.story_demo import story_demo
from cunguan.kernel.currency import UnknownCurrency, exponent_of

LENDERS_MOST = 1_000_000
SWITCH_SECONDS = 0.0005  # decider, writer and caller hand over to each other many times a batch

OF_LOANS = {"mapping": None, "currency": "USD", "lenders": 2_000, "fee_bp": 200}
OF_STORY = {"months": 6}


def add_parser(subparsers: Any) -> None:
    """Register `demo`."""
    says = "run the main job on a database of its own, show the books and prove them"
    verb = subparsers.add_parser("demo", help=says, description=says)
    verb.set_defaults(run=run)
    verb.add_argument("--seed", metavar="N", type=int, default=1, help="another number, another book (1)")
    verb.add_argument("--json", action="store_true", help="print one JSON object")
    verb.add_argument(
        "--months", metavar="N", type=_number(MONTHS_LEAST, MONTHS_MOST), help="months of the self-made book (6)"
    )
    verb.add_argument("--lang", choices=["en", "zh"], help="language of the chapters and of the kinds (by LANG)")
    loans = verb.add_argument_group("a real loan book")
    loans.add_argument("--loans", metavar="FILE", type=Path, help="a CSV file of loans")
    loans.add_argument("--mapping", metavar="M", help=f"{', '.join(MAPPINGS)}, or a FILE.toml that names the columns")
    loans.add_argument("--currency", metavar="C", help="ISO 4217 (USD)")
    loans.add_argument("--lenders", metavar="N", type=_number(FEWEST, LENDERS_MOST), help="among how many (2000)")
    loans.add_argument("--fee-bp", metavar="N", type=_number(0, 10_000), help="fee on the loan, basis points (200)")


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Run the demo and say by the exit code whether it holds."""
    wrong = _wrong_usage(arguments)
    if wrong:
        return _say(wrong, 2)
    try:
        file = None if arguments.loans is None else _read(arguments)
    except (LoanFileError, UnknownCurrency) as unreadable:
        return _say(str(unreadable), 2)
    sys.setswitchinterval(SWITCH_SECONDS)
    progress = Progress(sys.stderr)
    try:
        return _run(arguments, wiring, file, progress)
    except DemoFailed as failed:
        progress.clear()
        return _say(f"not as expected: {failed}", 1)


def _run(arguments: argparse.Namespace, wiring: Any, file: LoanFile | None, progress: Progress) -> int:
    with databases.fresh(wiring, progress.say) as database:
        result: Any
        if file is None:
            months = arguments.months or OF_STORY["months"]
            language = asked_language(arguments, wiring)
            result, page = story_demo(database, wiring.book_bytes, arguments.seed, months, language, progress)
        else:
            options = Options(arguments.seed, arguments.lenders, arguments.fee_bp)
            result, page = loan_demo(database, wiring.book_bytes, file, options, progress)
    if arguments.json:
        print(msgspec.json.encode(result).decode())
    else:
        verdict = (
            "every claim holds, and the bank agrees" if result.holds else "IT DOES NOT HOLD: see the crosses above"
        )
        print("\n".join([*page, "", f"{verdict}; {result.seconds:.1f} s", ""]))
        print(databases.how_to_look(database, _program()))
    return 0 if result.holds else 1


def _wrong_usage(arguments: argparse.Namespace) -> str:
    """Return what does not go together, and fill in what was left out."""
    if arguments.loans is None:
        given = [name for name in OF_LOANS if getattr(arguments, name) is not None]
        return f"--{given[0].replace('_', '-')} is for a loan book: give --loans FILE too" if given else ""
    if arguments.months is not None:
        return "--months is for the self-made book; a file has its own dates"
    if arguments.lang is not None:
        return "--lang is for the self-made book; the page of a file has both languages"
    if arguments.mapping is None:
        return f"--loans needs --mapping: one of {', '.join(MAPPINGS)}, or a FILE.toml that names the columns"
    for name, value in OF_LOANS.items():
        if getattr(arguments, name) is None:
            setattr(arguments, name, value)
    return ""


def _read(arguments: argparse.Namespace) -> LoanFile:
    exponent_of(arguments.currency)
    return read(arguments.loans, named(arguments.mapping), arguments.currency)


def _number(least: int, most: int) -> Any:
    def number(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{value} is not between {least} and {most}")
        return value

    return number


def _program() -> str:
    """Return how this command line was called, to be typed again."""
    if shutil.which("cunguan") or Path(sys.argv[0]).name != "cunguan":
        return "cunguan"
    return os.path.relpath(sys.argv[0])


def _say(wrong: str, code: int) -> int:
    print(f"cunguan demo: {wrong}", file=sys.stderr)
    return code
