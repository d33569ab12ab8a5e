"""`cunguan break` (差错处理): list what does not agree, see how one stands, take it, explain it, close it; restart what it stopped.

When    a clerk of the custodian works through the day's breaks; those of bank lines and of check files stand in one list
Does    assign, explain and close write a move each; two people close: by a journal that was posted, or by an evidence note
Returns list: 0 nothing is open, 1 something is · show: 0, 1 no such break · the acts: 0 done, 1 refused · 2 wrong usage
Units   minor units; --json prints one value
Source  states/break_.py; invariants 31 and 34
"""

import argparse
import hashlib
import sys
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from cunguan.doors.cli.arguments import asked_language, date_of
from cunguan.doors.cli.database import connected
from cunguan.doors.papers import layout
from cunguan.doors.reconciliation import handling, keeping
from cunguan.doors.reconciliation.handling import Act, Event, Moved
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Instruction
from cunguan.operations import outgoing_resume
from cunguan.plane.client import Client
from cunguan.reconciliation.breaks import CODES, Words
from cunguan.reconciliation.daily import WORDS, Break

_HEAD = ("break", "code", "severity", "age", "state", "owner", "platform", "subject", "at risk", "meaning")
_HEAD_ZH = ("差错", "代码", "严重程度", "账龄（天）", "状态", "负责人", "平台", "对象", "涉险金额", "含义")


def add_parser(subparsers: Any) -> None:
    """Register `break` and its acts."""
    says = "breaks of the daily reconciliation: list, show, assign, explain, close"
    acts = subparsers.add_parser("break", help=says, description=says).add_subparsers(metavar="ACT", required=True)
    listing = acts.add_parser("list", help="breaks that are open, the worst first; --all closed ones too")
    listing.set_defaults(run=run_list)
    listing.add_argument("--platform", help="those of one platform")
    listing.add_argument(
        "--date", type=date_of, help="as old as on this day (today, or the books' date where it is later)"
    )
    listing.add_argument("--all", action="store_true", help="closed ones too")
    show = acts.add_parser("show", help="one break with its evidence and every move")
    show.set_defaults(run=run_show)
    assign = acts.add_parser("assign", help="say whose it is")
    assign.set_defaults(run=run_act, event="owner_named")
    assign.add_argument("--owner", required=True, help="whose it is to be")
    explain = acts.add_parser(
        "explain", help="a timing item, with its evidence: it counts as explained until its line comes"
    )
    explain.set_defaults(run=run_act, event="timing_explained")
    close = acts.add_parser("close", help="two people close it, by a journal or by an evidence note")
    close.set_defaults(run=run_close)
    close.add_argument("--journal", metavar="INSTRUCTION", help="the instruction that posted the entry")
    close.add_argument("--evidence", metavar="REFERENCE", help="where the evidence is found")
    restart = acts.add_parser("restart", help="two people know the cause of a BRK14: outgoing payments go on")
    restart.set_defaults(run=run_restart)
    restart.add_argument("--cause", required=True, help="why the control account did not sum")
    for one in (show, assign, explain, close, restart):
        one.add_argument("id", help="as the list shows it: lane:id")
    explain.add_argument("--evidence", metavar="REFERENCE", required=True, help="where the evidence is found")
    for one in (explain, close):
        one.add_argument("--note", required=True, help="what explains it")
    for one in (assign, explain):
        one.add_argument("--by", required=True, help="who does it")
    for one in (close, restart):
        for option, said in (("maker", "who asks"), ("checker", "who has looked at it")):
            one.add_argument(f"--{option}", required=True, help=said)
    for one in (listing, show, assign, explain, close, restart):
        one.add_argument("--json", action="store_true", help="print one JSON value")
    for one in (listing, show):
        one.add_argument("--lang", choices=["en", "zh"], help="language (by LANG)")


def run_list(arguments: argparse.Namespace, wiring: Any) -> int:
    """List breaks."""
    with connected(wiring) as connection:
        found = keeping.breaks(connection, arguments.date or _today(connection, wiring), ended=arguments.all)
    found = [one for one in found if arguments.platform in (None, one.platform)]
    found.sort(key=lambda one: (one.state == "closed", one.severity, -one.age_days, one.id))
    if arguments.json:
        print(msgspec.json.encode(found).decode())
    else:
        print("\n".join(_table(found, asked_language(arguments, wiring))))
    return 1 if any(one.state != "closed" for one in found) else 0


def run_show(arguments: argparse.Namespace, wiring: Any) -> int:
    """Show one."""
    place = _place(arguments.id)
    if place is None:
        return 2
    with connected(wiring) as connection:
        day = _today(connection, wiring)
        found = keeping.breaks(connection, day, lane=place[0], name=place[1], ended=True)
        moves = handling.moves(connection, *place)
    if not found:
        print(f"cunguan break: no break is called {arguments.id}", file=sys.stderr)
        return 1
    if arguments.json:
        print(msgspec.json.encode({**msgspec.structs.asdict(found[0]), "moves": moves}).decode())
    else:
        print("\n".join(_told(found[0], moves, asked_language(arguments, wiring))))
    return 0


def run_act(arguments: argparse.Namespace, wiring: Any) -> int:
    """Assign or explain one."""
    return _act(
        arguments, wiring, arguments.event, maker=arguments.by, owner=getattr(arguments, "owner", ""),
        note=getattr(arguments, "note", ""), reference=getattr(arguments, "evidence", ""),
    )  # fmt: skip


def run_close(arguments: argparse.Namespace, wiring: Any) -> int:
    """Close one."""
    if bool(arguments.journal) == bool(arguments.evidence):
        print("cunguan break: close it by --journal or by --evidence", file=sys.stderr)
        return 2
    return _act(
        arguments, wiring, "entry_posted" if arguments.journal else "evidence_noted", maker=arguments.maker,
        checker=arguments.checker, note=arguments.note, reference=arguments.journal or arguments.evidence,
    )  # fmt: skip


def run_restart(arguments: argparse.Namespace, wiring: Any) -> int:
    """Hand in the end of a stop."""
    place = _place(arguments.id)
    if place is None:
        return 2
    body = outgoing_resume.Body(arguments.id, arguments.cause, arguments.maker, arguments.checker)
    digest = hashlib.sha256(canonical_json(body)).hexdigest()[:32]  # said otherwise, it is another word
    client = Client(wiring.plane)
    try:
        answer = client.ask(place[0], Instruction(f"resume:{digest}", outgoing_resume.KIND, body))
    finally:
        client.close()
    return _say(arguments, answer.code, answer.why)


def _act(arguments: argparse.Namespace, wiring: Any, event: Event, **said: str) -> int:
    place = _place(arguments.id)
    if place is None:
        return 2
    with connected(wiring) as connection:
        act = replace(Act(*place, event), **said)
        code, why = handling.act(connection, act, datetime.now(UTC))
    return _say(arguments, code, why)


def _say(arguments: argparse.Namespace, code: Code, why: str) -> int:
    if arguments.json:
        print(msgspec.json.encode({"id": arguments.id, "code": code.name, "why": why}).decode())
    else:
        print(f"{arguments.id}  {code.name}  {why}".rstrip())
    return 0 if code is Code.done else 1


def _today(connection: Any, wiring: Any) -> date:
    """Return the date breaks are as old as: of the calendar, or of the books where a sandbox is further on."""
    ((newest,),) = connection.execute("SELECT max(business_date) FROM lane_day WHERE lane > 0").fetchall()
    today: date = datetime.now(wiring.zone).date()
    return max(today, newest or today)


def _place(text: str) -> tuple[int, str] | None:
    lane, _, name = text.partition(":")
    if lane.isascii() and lane.isdigit() and name:
        return int(lane), name
    print(f"cunguan break: {text} is no break; write it as the list shows it: lane:id", file=sys.stderr)
    return None


# ── telling ──────────────────────────────────────────────────────────────────
def _table(found: list[Break], language: str) -> list[str]:
    if not found:
        return ["没有未结差错" if language == "zh" else "no break is open"]
    rows = [
        [one.id, one.code, str(one.severity), one.bucket, _said(WORDS[one.state], language), one.owner or "-", one.platform,
         one.subject, f"{one.at_risk_minor} {one.currency}".rstrip(), _said(CODES[one.code].says, language)]
        for one in found
    ]  # fmt: skip
    return layout.table(_HEAD_ZH if language == "zh" else _HEAD, rows, (2, 8))


def _told(one: Break, moves: list[Moved], language: str) -> list[str]:
    lines = _table([one], language)
    lines.append(f"{one.rule} {one.field}  {one.ours or '-'} | {one.theirs or '-'}".rstrip())
    lines.append(("可能原因：" if language == "zh" else "suggested cause: ") + _said(one.cause, language))
    lines.append(("处理：" if language == "zh" else "what is done: ") + _said(CODES[one.code].act, language))
    lines += [f"  {each.kind} {each.reference}: {_said(each.says, language)}" for each in one.evidence]
    lines += [
        f"  {move.at:%Y-%m-%d %H:%M}Z  {move.event}  {move.state}  {' '.join(filter(None, (move.owner, move.maker, move.checker)))}"
        f"  {move.note} {move.reference}".rstrip()
        for move in moves
    ]
    return lines


def _said(words: Words, language: str) -> str:
    return words.zh if language == "zh" else words.en
