"""`cunguan safeguard` (保障资金测算): what must be kept safe on a date by a rule pack, what is, and what is missing.

When    once a reconciliation day at its point, and again after a top-up
Reads   the books as of the date, pool by pool, with statements and cover; with --file a firm's own balance file
Does    keeps each run with its inputs' hash, rule pack and code; a shortfall is recorded as a breach, and the top-up that would
        make it good is proposed, ready for two people. `cunguan safeguard rules` needs no database; a file is judged without one
Returns 0 nothing is missing and the statements agree · 1 something is missing or differs, or nothing could be read ·
        2 wrong usage, or a fact is missing
Units   --json prints one object with a list of pools, amounts in minor units
Source  domain.md (e.4), (k.2); domain-decisions.md 1, 3, 36
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cunguan.doors.cli import safeguard_records, safeguard_runs
from cunguan.doors.cli.arguments import date_of
from cunguan.doors.cli.database import connected, door_url
from cunguan.doors.cli.safeguard_shared import language_in, wrong
from cunguan.doors.demo.progress import Progress
from cunguan.doors.papers.moments import Wrong, lane_of
from cunguan.doors.safeguarding import pages
from cunguan.doors.safeguarding.from_file import pools_of
from cunguan.doors.safeguarding.keeping import keep
from cunguan.doors.safeguarding.outcome import conclude, told
from cunguan.doors.safeguarding.running import SYSTEM, Made, Session, run_books, targets
from cunguan.formats.balances import BalancesWrong
from cunguan.kernel.canonical import canonical_json
from cunguan.policy.safeguarding.engine import FactMissing, Facts
from cunguan.policy.safeguarding.pack import Pack
from cunguan.policy.safeguarding.rules import RULES, UnknownRule, rule
from cunguan.store.history import History


def add_parser(subparsers: Any) -> None:
    """Register `safeguard` and its acts."""
    says = "what must be kept safe on a date by a rule pack, what is, and what is missing"
    verb = subparsers.add_parser("safeguard", help=says, description=says)
    verb.set_defaults(run=run)
    verb.add_argument("--rule", help=f"the rule pack: {', '.join(RULES)}")
    verb.add_argument("--date", type=date_of, help="the date, as 2026-06-01")
    verb.add_argument("--platform", help="whose pools; without it everybody's")
    verb.add_argument("--pool", help="one pool; without it all that the pack binds")
    verb.add_argument(
        "--file", type=Path, metavar="BALANCES", help="a firm's own balance file, CSV, instead of the books"
    )
    verb.add_argument(
        "--firm-class", default="", help="with --file: the class of the firm, where the pack knows several"
    )
    verb.add_argument("--preparer", default=SYSTEM, help="who makes the run; somebody else signs it off")
    acts = verb.add_subparsers(metavar="ACT")
    rules = acts.add_parser("rules", help="show the rule packs with their clauses, sources and dates")
    rules.set_defaults(run=run_rules)
    for act in (verb, rules):
        act.add_argument("--lang", choices=["en", "zh"], help="language of the page (by LANG)")
        act.add_argument("--json", action="store_true", help="print one JSON object")
    for add_acts in (safeguard_runs.add_acts, safeguard_records.add_acts):
        add_acts(acts)


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Make the figures of a date."""
    try:
        pack = _pack(arguments)
        made = _of_file(arguments, pack, wiring) if arguments.file else _of_books(arguments, pack, wiring)
    except (BalancesWrong, FactMissing, UnknownRule, Wrong) as why:
        return wrong(str(why))
    except OSError as why:
        return wrong(f"{arguments.file} cannot be read: {why.strerror}")
    if arguments.json:
        print(canonical_json({"rule": pack.id, "date": arguments.date, "pools": list(map(_told, made))}).decode())
    else:
        language = language_in(arguments, wiring)
        for one in made:
            print("\n".join(pages.made(one, (pack.name, pack.name_zh)[language], language)))
    return 0 if all(one.outcome.holds for one in made) else 1


def run_rules(arguments: argparse.Namespace, wiring: Any) -> int:
    """Show the rule packs."""
    if arguments.json:
        print(canonical_json([pack.said() for pack in RULES.values()]).decode())
    else:
        language = language_in(arguments, wiring)
        print("\n".join(line for pack in RULES.values() for line in pages.pack(pack, language)))
    return 0


def _pack(arguments: argparse.Namespace) -> Pack:
    if arguments.rule is None or arguments.date is None:
        raise UnknownRule("say --rule and --date, or an act as `cunguan safeguard rules`")
    return rule(arguments.rule, arguments.date)


def _of_books(arguments: argparse.Namespace, pack: Pack, wiring: Any) -> list[Made]:
    progress = Progress(sys.stderr)
    with connected(wiring) as connection, History(door_url(wiring)) as history:
        lanes = [lane_of(history, arguments.platform)] if arguments.platform else history.lanes()
        found = targets(history, [lane for lane in lanes if lane.lane], pack, arguments.date, arguments.pool)
        if not found:
            raise Wrong(f"there is no pool that {pack.id} binds; see --platform and --pool")
        session = Session(
            history, connection, arguments.preparer, datetime.now(UTC), lambda done: progress.tick(done, "accounts")
        )
        made = list(run_books(session, pack, arguments.date, found))
    progress.clear()
    return made


def _of_file(arguments: argparse.Namespace, pack: Pack, wiring: Any) -> list[Made]:
    progress = Progress(sys.stderr)
    with arguments.file.open("rb") as stream:
        facts = Facts(firm_class=arguments.firm_class)
        pools = pools_of(stream, pack, facts, lambda done: progress.tick(done, "lines"))
    progress.clear()
    outcomes = [conclude(pack, arguments.date, inputs) for inputs in pools]
    if not wiring.database().status().is_up():
        print("cunguan safeguard: not kept, for the database does not run", file=sys.stderr)
        return [Made(None, outcome, ()) for outcome in outcomes]
    now = datetime.now(UTC)
    today = now.astimezone(wiring.zone).date()
    with connected(wiring) as connection:
        return [
            Made(keep(connection, outcome, None, (), arguments.preparer, now, due=today), outcome, ())
            for outcome in outcomes
        ]


def _told(one: Made) -> dict[str, Any]:
    return {"run": one.run, **told(one.outcome), "proposed": one.proposed}
