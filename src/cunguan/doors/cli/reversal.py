"""`cunguan reversal` (冲正处理): see who asked that a wrong credit is reversed; two people approve it, or one refuses it.

When    a platform has asked by POST /v1/reversals, or a clerk by `cunguan submit adjustment_request`
Reads   the requests with what each says was credited wrongly
Does    approve hands in an `adjustment`, refuse an `adjustment_refusal`, in the lane of the request; the plane checks everything
Returns 0 done · 1 it was refused, is in doubt, or the plane or the database does not run · 2 wrong usage
Units   minor units; --json prints one object: for list the requests, else the answer
Source  domain-decisions.md 9
"""

import argparse
import sys
from datetime import date
from typing import Any

import msgspec

from cunguan.doors.cli.database import running
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.operations import adjustment, adjustment_refusal
from cunguan.plane.client import Client
from cunguan.store.postgres import PostgresReader


class Request(msgspec.Struct, frozen=True):
    """A request and where it stands."""

    lane: int
    platform: str
    id: str
    of: str
    line: int
    holder: str
    amount_minor: int
    asked_by: str
    reason: str
    state: str


def add_parser(subparsers: Any) -> None:
    """Register `reversal` and its acts."""
    verb = subparsers.add_parser("reversal", help="list, approve or refuse requests that a wrong credit is reversed")
    acts = verb.add_subparsers(metavar="ACT", required=True)
    listing = acts.add_parser("list", help="name the requests that wait; --all every one")
    listing.set_defaults(run=run_list)
    listing.add_argument("--all", action="store_true", help="also those that were answered")
    approve, refuse = acts.add_parser("approve", help="carry one out"), acts.add_parser("refuse", help="refuse one")
    approve.set_defaults(run=run_approve)
    refuse.set_defaults(run=run_refuse)
    for act in (approve, refuse):
        act.add_argument("request", help="the id of the request")
        act.add_argument("--lane", type=int, help="the lane it stands in, where two have a request of that id")
        act.add_argument("--id", help="the id of this act, where the usual one is used")
    approve.add_argument("--finding", required=True, choices=("never_came", "of_another"), help="what was found")
    approve.add_argument(
        "--client", type=int, metavar="MINOR", help="from the client; without it the whole, less --firm"
    )
    approve.add_argument("--firm", type=int, default=0, metavar="MINOR", help="what the firm makes good")
    approve.add_argument("--value-date", type=date.fromisoformat, metavar="DATE", help="the day it is about")
    for option, says in (
        ("bank-account", "where the money stands, or was said to stand"), ("document", "the evidence"),
        ("notice", "the notice to the client"), ("maker", "who has found it so"), ("checker", "who has looked at it"),
    ):  # fmt: skip
        approve.add_argument(f"--{option}", required=True, help=says)
    refuse.add_argument("--by", required=True, help="who refuses; not who asked")
    refuse.add_argument("--reason", required=True, help="why")
    for act in (listing, approve, refuse):
        act.add_argument("--json", action="store_true", help="print one JSON object")


def run_list(arguments: argparse.Namespace, wiring: Any) -> int:
    """List them."""
    found = [one for one in _requests(wiring) if arguments.all or one.state == "asked"]
    if arguments.json:
        print(canonical_json(found).decode())
    else:
        print("\n".join(_line(one) for one in found) or "nobody asks for a reversal")
    return 0


def run_approve(arguments: argparse.Namespace, wiring: Any) -> int:
    """Carry one out."""
    return _answer(arguments, wiring, "approved", adjustment.KIND, _approval)


def run_refuse(arguments: argparse.Namespace, wiring: Any) -> int:
    """Refuse one."""
    return _answer(arguments, wiring, "refused", adjustment_refusal.KIND, _refusal)


def _approval(arguments: argparse.Namespace, request: Request) -> adjustment.Body:
    client_minor = request.amount_minor - arguments.firm if arguments.client is None else arguments.client
    return adjustment.Body(
        request.id, request.of, request.holder, arguments.finding, client_minor, arguments.firm, arguments.bank_account,
        arguments.document, arguments.notice, arguments.maker, arguments.checker, arguments.value_date,
    )  # fmt: skip


def _refusal(arguments: argparse.Namespace, request: Request) -> adjustment_refusal.Body:
    return adjustment_refusal.Body(request.id, "refused", arguments.by, arguments.reason)


def _answer(arguments: argparse.Namespace, wiring: Any, outcome: str, kind: str, body_of: Any) -> int:
    found = [
        one
        for one in _requests(wiring)
        if one.id == arguments.request and (arguments.lane is None or one.lane == arguments.lane)
    ]
    if len(found) != 1:
        says = "is in several lanes: name one with --lane" if found else "is no request for a reversal"
        print(f"cunguan reversal: {arguments.request} {says}", file=sys.stderr)
        return 2
    name = arguments.id or f"reversal:{arguments.request}:{outcome}"
    client = Client(wiring.plane)
    try:
        answer = client.ask(found[0].lane, Instruction(name, kind, body_of(arguments, found[0])))
    finally:
        client.close()
    return _tell(answer, arguments.json)


def _requests(wiring: Any) -> list[Request]:
    reader = PostgresReader(wiring.audit_url(running(wiring).start()))
    try:
        return [Request(*row) for row in reader.due("adjustments")]
    finally:
        reader.close()


def _line(one: Request) -> str:
    what = f"{one.holder} was credited {one.amount_minor} by {one.of} line {one.line}"
    return f"lane {one.lane}  {one.platform}  {one.id}  {one.state}  {what}; {one.asked_by}: {one.reason}"


def _tell(answer: Answer, as_json: bool) -> int:
    if as_json:
        print(canonical_json({**msgspec.structs.asdict(answer), "code": answer.code.name}).decode())
    else:
        print(f"{answer.id}  {answer.code.name}  {answer.why}".rstrip())
    return 0 if answer.code is Code.done else 1
