"""Acts on runs of `cunguan safeguard` (测算复核与处置): list and show them, verify, sign off, top up, and tell the authority.

Does    verify reads the books again as of the run's sequence; sign records a reviewer, who is not the preparer; top-up hands in
        the proposed instructions under two names, all or none; notice prints what the authority must hear, and records that it
        was sent
Returns 0 done, or it holds · 1 refused, or it does not hold · 2 wrong usage
Units   --json prints one JSON value
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from cunguan.doors.cli.arguments import date_of
from cunguan.doors.cli.database import connected, door_url
from cunguan.doors.cli.safeguard_shared import language_in, wrong
from cunguan.doors.papers.moments import Wrong
from cunguan.doors.safeguarding import keeping, pages
from cunguan.doors.safeguarding.from_books import NOW, AsOf
from cunguan.doors.safeguarding.keeping import Breach, NoSuchRun, Run, SamePerson, SignedAlready
from cunguan.doors.safeguarding.outcome import conclude, told
from cunguan.doors.safeguarding.running import again
from cunguan.doors.safeguarding.top_up import Hands, instructions
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.plane.client import Client
from cunguan.policy.safeguarding.rules import RULES
from cunguan.store.history import History


def add_acts(acts: Any) -> None:
    """Register the acts."""
    listing = acts.add_parser("list", help="list the runs, with their sign-off and what they found")
    listing.set_defaults(run=run_list)
    listing.add_argument("--from", dest="first", type=date_of, default=date.min, metavar="DATE")
    listing.add_argument("--to", dest="last", type=date_of, default=date.max, metavar="DATE")
    listing.add_argument("--rule")
    listing.add_argument("--platform")
    show = acts.add_parser("show", help="show a run, with what became of what it found")
    verify = acts.add_parser("verify", help="read the books again as of the run's sequence, and compare")
    sign = acts.add_parser("sign", help="sign a run off; not by who made it")
    top_up = acts.add_parser("top-up", help="hand in the top-up a run proposes, under two names")
    notice = acts.add_parser(
        "notice", help="print what the authority must hear of a run; with --reference record that it was told"
    )
    for act, does in (
        (show, run_show),
        (verify, run_verify),
        (sign, run_sign),
        (top_up, run_top_up),
        (notice, run_notice),
    ):
        act.set_defaults(run=does)
        act.add_argument("number", type=int, metavar="RUN", help="the number of the run")
    sign.add_argument("--reviewer", required=True, help="who has looked at it")
    sign.add_argument("--note", default="", help="what is to be noted")
    for option, says in (
        ("bank-account", "where the bank shows the firm's money"), ("reference", "the bank's reference to it"),
        ("maker", "who asks"), ("checker", "who has looked at it"),
    ):  # fmt: skip
        top_up.add_argument(f"--{option}", required=True, help=says)
    notice.add_argument("--reference", default="", help="under which reference it was sent")
    notice.add_argument("--by", default="", help="who has sent it")
    notice.add_argument("--whom", default="", help="who was told, where it is not the authority of the rule pack")
    for act in (listing, show, verify, sign, top_up, notice):
        act.add_argument("--lang", choices=["en", "zh"], help="language of the page (by LANG)")
        act.add_argument("--json", action="store_true", help="print one JSON value")


# ── reading ──────────────────────────────────────────────────────────────────
def run_list(arguments: argparse.Namespace, wiring: Any) -> int:
    """List runs."""
    with connected(wiring) as connection:
        runs = keeping.runs(connection, arguments.first, arguments.last, arguments.rule, arguments.platform)
        found = keeping.breaches(connection, [run.id for run in runs])
    if arguments.json:
        print(canonical_json([_told(run, found) for run in runs]).decode())
    else:
        print("\n".join(pages.run_lines(runs, found, language_in(arguments, wiring))))
    return 0


def run_show(arguments: argparse.Namespace, wiring: Any) -> int:
    """Show one run."""
    with connected(wiring) as connection:
        try:
            run = keeping.one(connection, arguments.number)
        except NoSuchRun as why:
            return wrong(str(why))
        found = keeping.breaches(connection, [run.id])
    if arguments.json:
        print(canonical_json(_told(run, found)).decode())
    else:
        print("\n".join(pages.run(run, found, language_in(arguments, wiring))))
    return 0


def run_verify(arguments: argparse.Namespace, wiring: Any) -> int:
    """Read a run's books again, and judge them by the same pack."""
    with connected(wiring) as connection, History(door_url(wiring)) as history:
        try:
            run = keeping.one(connection, arguments.number)
        except NoSuchRun as why:
            return wrong(str(why))
        pack = RULES[run.outcome.rule]
        if run.outcome.inputs.source != "books":
            return wrong(f"run {run.id} is of a firm's own file; make it again from that file", 1)
        read = again(history, run.outcome, pack, lambda done: None, AsOf(run.outcome.inputs.upto_seq, run.at))
    same_inputs = read == run.outcome.inputs
    same_figures = conclude(pack, run.outcome.date, read).figures == run.outcome.figures
    if arguments.json:
        print(canonical_json({"run": run.id, "same_inputs": same_inputs, "same_figures": same_figures}).decode())
    else:
        print(pages.verified(run, same_inputs, same_figures, language_in(arguments, wiring)))
    return 0 if same_inputs and same_figures else 1


# ── acting ───────────────────────────────────────────────────────────────────
def run_sign(arguments: argparse.Namespace, wiring: Any) -> int:
    """Sign a run off."""
    if not arguments.reviewer.strip():
        return wrong("say who has looked at it: --reviewer NAME")
    with connected(wiring) as connection:
        try:
            keeping.sign(connection, arguments.number, arguments.reviewer, arguments.note, datetime.now(UTC))
            run = keeping.one(connection, arguments.number)
        except NoSuchRun as why:
            return wrong(str(why))
        except (SamePerson, SignedAlready) as why:
            return wrong(str(why), 1)
    print(
        canonical_json(_told(run, [])).decode() if arguments.json else pages.signed(run, language_in(arguments, wiring))
    )
    return 0


def run_top_up(arguments: argparse.Namespace, wiring: Any) -> int:
    """Hand in what a run proposes."""
    with connected(wiring) as connection, History(door_url(wiring)) as history:
        try:
            run = keeping.one(connection, arguments.number)
            _still_missing(history, run)
        except NoSuchRun as why:
            return wrong(str(why))
        except Wrong as why:
            return wrong(str(why), 1)
    hands = Hands(arguments.bank_account, arguments.reference, arguments.maker, arguments.checker)
    asked = instructions(run.id, run.outcome.inputs.pool, run.proposed, hands)
    client = Client(wiring.plane)
    try:
        answers = client.ask_atomic(run.outcome.inputs.lane, asked)
    finally:
        client.close()
    if arguments.json:
        print(canonical_json([{**msgspec.structs.asdict(one), "code": one.code.name} for one in answers]).decode())
    else:
        print("\n".join(map(_line, answers)))
    return 0 if all(one.code is Code.done for one in answers) else 1


def _still_missing(history: History, run: Run) -> None:
    """Raise where nothing is proposed, or less is missing by now; what was handed in already may be handed in again."""
    of = run.outcome.inputs
    if not run.proposed:
        raise Wrong(f"run {run.id} proposes no top-up")
    if history.seq_of(of.lane, f"safeguard:{run.id}:1"):
        return
    pack = RULES[run.outcome.rule]
    lane = next(one for one in history.lanes() if one.lane == of.lane)
    today = msgspec.structs.replace(run.outcome, date=lane.business_date)
    read = again(history, today, pack, lambda done: None, NOW)
    missing_minor = conclude(pack, lane.business_date, read).figures.missing_minor
    if missing_minor < sum(one.amount_minor for one in run.proposed):
        raise Wrong(f"run {run.id} is out of date: {missing_minor} minor units are missing now; make the run again")


def run_notice(arguments: argparse.Namespace, wiring: Any) -> int:
    """Print what the authority must hear; record that it was told."""
    if bool(arguments.reference.strip()) is not bool(arguments.by.strip()):
        return wrong("say both --reference and --by, or neither to see the text")
    with connected(wiring) as connection:
        try:
            run = keeping.one(connection, arguments.number)
        except NoSuchRun as why:
            return wrong(str(why))
        found = keeping.breaches(connection, [run.id])
        if not found:
            return wrong(f"run {run.id} found nothing to be told", 1)
        text = "\n".join(pages.notice(run, found, language_in(arguments, wiring)))
        whom = arguments.whom.strip() or found[0].whom
        if arguments.by:
            by = arguments.by.strip()
            keeping.tell(connection, run.id, text, whom, arguments.reference.strip(), by, datetime.now(UTC))
    print(canonical_json({"run": run.id, "whom": whom, "text": text}).decode() if arguments.json else text)
    return 0


def _told(run: Run, found: Sequence[Breach]) -> dict[str, Any]:
    return {
        "run": run.id, "at": run.at, **told(run.outcome), "proposed": run.proposed, "preparer": run.preparer,
        "sign_off": run.sign_off, "breaches": [_breach(one) for one in found if one.run == run.id],
    }  # fmt: skip


def _breach(one: Breach) -> dict[str, Any]:
    return {**msgspec.structs.asdict(one), "is_late": one.is_late, "must_be_told": one.must_be_told}


def _line(answer: Answer) -> str:
    return f"{answer.id}  {answer.code.name}  {answer.why}".rstrip()
