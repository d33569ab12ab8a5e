"""`cunguan quarantine` (隔离处置): see what our own mistakes have stopped, have it decided again, or refuse it for good.

When    an operator has understood and mended the cause; redrive and refuse need the plane to run, and two names
Returns 0 done · 1 it was refused, or the plane or the database does not run · 2 wrong usage
Units   --json prints one object: for list the instructions, else the answers
"""

import argparse
import sys
from typing import Any

import msgspec

from cunguan.doors.cli.database import running
from cunguan.kernel.codes import Code
from cunguan.kernel.ids import again_id, resolution_id
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.operations import quarantine_resolution
from cunguan.operations.catalogue import operation
from cunguan.plane.client import Client
from cunguan.store.postgres import PostgresReader


class Stopped(msgspec.Struct, frozen=True):
    """A quarantined instruction; `outcome` is what two people made of it, empty while nobody has."""

    lane: int
    seq: int
    id: str
    kind: str
    why: str
    body: msgspec.Raw
    outcome: str


def add_parser(subparsers: Any) -> None:
    """Register `quarantine` and its acts."""
    verb = subparsers.add_parser("quarantine", help="list, redrive or refuse what our own mistakes have stopped")
    acts = verb.add_subparsers(metavar="ACT", required=True)
    listing = acts.add_parser("list", help="name every quarantined instruction and what became of it")
    listing.set_defaults(run=run_list)
    listing.add_argument("--json", action="store_true", help="print one JSON object")
    for name, says, run in (
        ("redrive", "hand the same message in again, under <id>:again", run_redrive),
        ("refuse", "refuse it for good", run_refuse),
    ):
        act = acts.add_parser(name, help=says)
        act.set_defaults(run=run)
        act.add_argument("id", help="the id that is in doubt")
        act.add_argument("--lane", type=int, required=True, help="the lane it stands in")
        for option, said in (("reason", "why"), ("maker", "who asks"), ("checker", "who has looked at it")):
            act.add_argument(f"--{option}", required=True, help=said)
        act.add_argument("--json", action="store_true", help="print one JSON object")


def run_list(arguments: argparse.Namespace, wiring: Any) -> int:
    """List them."""
    found = _stopped(wiring)
    if arguments.json:
        print(msgspec.json.encode(found).decode())
    else:
        print("\n".join(_line(one) for one in found) or "nothing is quarantined")
    return 0


def run_redrive(arguments: argparse.Namespace, wiring: Any) -> int:
    """Resolve one, and hand its message in again; asked twice, both are told as the first time."""
    stopped = next((one for one in _stopped(wiring) if (one.lane, one.id) == (arguments.lane, arguments.id)), None)
    if stopped is None:
        print(f"cunguan quarantine: lane {arguments.lane} has no quarantined {arguments.id}", file=sys.stderr)
        return 1
    client = Client(wiring.socket)
    answers = [client.ask(arguments.lane, _resolution(arguments, "redriven"))]
    if answers[0].code is Code.done:
        message = msgspec.json.decode(stopped.body, type=operation(stopped.kind).body)
        answers.append(client.ask(arguments.lane, Instruction(again_id(stopped.id), stopped.kind, message)))
    client.close()
    return _tell(answers, arguments.json)


def run_refuse(arguments: argparse.Namespace, wiring: Any) -> int:
    """Refuse one for good."""
    client = Client(wiring.socket)
    answers = [client.ask(arguments.lane, _resolution(arguments, "refused"))]
    client.close()
    return _tell(answers, arguments.json)


def _resolution(arguments: argparse.Namespace, outcome: Any) -> Instruction:
    body = quarantine_resolution.Body(
        arguments.id, outcome, arguments.reason, arguments.maker, arguments.checker
    )  # fmt: skip
    return Instruction(resolution_id(arguments.id), quarantine_resolution.KIND, body)


def _stopped(wiring: Any) -> list[Stopped]:
    reader = PostgresReader(wiring.audit_url(running(wiring).start()))
    try:
        return [
            Stopped(lane, seq, name, kind, why, msgspec.Raw(bytes(body)), event or "")
            for lane, seq, name, kind, why, body, event in reader.due("quarantined")
        ]
    finally:
        reader.close()


def _line(one: Stopped) -> str:
    return f"lane {one.lane} sequence {one.seq}  {one.kind}  {one.id}  {one.outcome or 'waits for two people'}"


def _tell(answers: list[Answer], as_json: bool) -> int:
    if as_json:
        print(msgspec.json.encode(answers).decode())
    else:
        print("\n".join(f"{answer.id}  {answer.code.name}  {answer.why}".rstrip() for answer in answers))
    return 0 if all(answer.code is Code.done for answer in answers) else 1
