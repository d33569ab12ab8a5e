"""`cunguan safeguard` (保障资金测算): what must be kept safe on a date by a rule pack, what is, and what is missing.

When    once a reconciliation day at its point, and again after a top-up
Reads   a firm's own balance file (--file)
Returns 0 nothing is missing and the statements agree · 1 something is missing or differs · 2 wrong usage, or a fact is missing
Units   --json prints one object with a list of pools, amounts in minor units
Source  domain.md (e.4), (k.2); domain-decisions.md 1, 3, 36
"""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from cunguan.doors.papers.words import language_of
from cunguan.doors.safeguarding import pages
from cunguan.doors.safeguarding.from_file import pools_of
from cunguan.doors.safeguarding.outcome import Outcome, conclude, told
from cunguan.formats.balances import BalancesWrong
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.dates import parse_date
from cunguan.policy.safeguarding.engine import FactMissing, Facts
from cunguan.policy.safeguarding.pack import Pack
from cunguan.policy.safeguarding.rules import RULES, UnknownRule, rule


def add_parser(subparsers: Any) -> None:
    """Register `safeguard` and its acts."""
    says = "what must be kept safe on a date by a rule pack, what is, and what is missing"
    verb = subparsers.add_parser("safeguard", help=says, description=says)
    verb.set_defaults(run=run)
    verb.add_argument("--rule", help=f"the rule pack: {', '.join(RULES)}")
    verb.add_argument("--date", type=_date, help="the date, as 2026-06-01")
    verb.add_argument("--file", type=Path, metavar="BALANCES", help="a firm's own balance file, CSV")
    verb.add_argument("--firm-class", default="", help="the class of the firm, where the pack knows several")
    acts = verb.add_subparsers(metavar="ACT")
    rules = acts.add_parser("rules", help="show the rule packs with their clauses, sources and dates")
    rules.set_defaults(run=run_rules)
    for act in (verb, rules):
        act.add_argument("--lang", choices=["en", "zh"], help="language of the page (by LANG)")
        act.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Make the figures of a date."""
    try:
        pack = _pack(arguments)
        outcomes = _outcomes(arguments, pack)
    except (BalancesWrong, FactMissing, UnknownRule) as wrong:
        return _wrong(str(wrong))
    except OSError as wrong:
        return _wrong(f"{arguments.file} cannot be read: {wrong.strerror}")
    if arguments.json:
        print(canonical_json({"rule": pack.id, "date": arguments.date, "pools": list(map(told, outcomes))}).decode())
    else:
        language = _language(arguments, wiring)
        for one in outcomes:
            print("\n".join(pages.outcome(one, (pack.name, pack.name_zh)[language], language)))
    return 0 if all(one.figures.is_sound and one.external != "differs" for one in outcomes) else 1


def run_rules(arguments: argparse.Namespace, wiring: Any) -> int:
    """Show the rule packs."""
    if arguments.json:
        print(canonical_json(list(map(msgspec.to_builtins, RULES.values()))).decode())
    else:
        language = _language(arguments, wiring)
        print("\n".join(line for pack in RULES.values() for line in pages.pack(pack, language)))
    return 0


def _pack(arguments: argparse.Namespace) -> Pack:
    if arguments.rule is None or arguments.date is None:
        raise UnknownRule("say --rule and --date, or an act as `cunguan safeguard rules`")
    return rule(arguments.rule, arguments.date)


def _outcomes(arguments: argparse.Namespace, pack: Pack) -> list[Outcome]:
    if arguments.file is None:
        raise UnknownRule("say --file BALANCES")
    with arguments.file.open("rb") as stream:
        pools = pools_of(stream, pack, Facts(firm_class=arguments.firm_class))
    return [conclude(pack, arguments.date, inputs) for inputs in pools]


def _language(arguments: argparse.Namespace, wiring: Any) -> int:
    return 1 if (arguments.lang or language_of(wiring.environ)) == "zh" else 0


def _date(text: str) -> date:
    try:
        return parse_date(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def _wrong(says: str) -> int:
    print(f"cunguan safeguard: {says}", file=sys.stderr)
    return 2
