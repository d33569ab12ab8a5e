"""`cunguan submit KIND` (提交指令): hand one instruction to the running plane and print its answer.

When    an operator or an engineer has an instruction and no platform's door: every kind of the catalogue can be asked
Reads   the body as JSON, from --body, a file or standard input; `cunguan catalogue` lists the fields of each kind
Does    in a sandbox lets the test client confirm with his sandbox key (--confirm); a plane in production refuses that
Returns 0 done · 1 refused, quarantined or in doubt: the same id may be sent again, it is done once · 2 wrong usage
Units   --json prints the answer as one object: id, code, seq, why, detail

The plane checks everything again; this verb holds no rule.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from cunguan.doors.cli.typed_names import OPTION, refused
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.keys.evidence import SANDBOX_ED25519
from cunguan.keys.sandbox import SandboxKeys
from cunguan.operations.catalogue import UnknownKind, operation
from cunguan.plane.client import Client
from cunguan.store.postgres import PostgresReader


def add_parser(subparsers: Any) -> None:
    """Register `submit`."""
    says = "hand one instruction to the running plane and print its answer"
    verb = subparsers.add_parser("submit", help=says, description=says)
    verb.add_argument("kind", help="a kind of the catalogue, e.g. deposit_direct")
    verb.add_argument("--id", required=True, help="the instruction's id; sent again, it is done once")
    verb.add_argument("--lane", type=int, help="the lane, 0 is the custodian's; or name the platform")
    verb.add_argument("--platform", help="the platform whose lane it is")
    verb.add_argument("--body", default="-", help="JSON, a file that holds it, or - for standard input")
    verb.add_argument("--confirm", action="store_true", help="sandbox: the client confirms with his sandbox key")
    verb.add_argument(
        OPTION,
        metavar="REASON",
        default="",
        help="emergency: two of the staff are named in the body, and cannot sign; why",
    )
    verb.add_argument("--json", action="store_true", help="print the answer as one JSON object")
    verb.set_defaults(run=run)


class _Wrong(Exception):
    """The line cannot be handed in; the message says what to type."""


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Hand the instruction in."""
    try:
        lane = _lane(arguments, wiring)
        instruction = _instruction(arguments, lane, wiring)
        _refuse_typed_names(arguments, instruction, wiring)
    except _Wrong as wrong:
        print(f"cunguan submit: {wrong}", file=sys.stderr)
        return 2
    client = Client(wiring.plane)
    try:
        answer = client.ask(lane, instruction)
    finally:
        client.close()
    print(canonical_json(_told(answer)).decode() if arguments.json else _line(answer))
    return 0 if answer.code is Code.done else 1


def _lane(arguments: argparse.Namespace, wiring: Any) -> int:
    if (arguments.lane is None) is (arguments.platform is None):
        raise _Wrong("name the lane with --lane N, or its platform with --platform NAME; not both")
    if arguments.lane is not None:
        return int(arguments.lane)
    reader = PostgresReader(wiring.audit_url(wiring.database().start()))
    try:
        known: dict[str, int] = {name: lane for lane, name in reader.due("lanes_of_platforms")}
    finally:
        reader.close()
    if arguments.platform not in known:
        raise _Wrong(f"no platform is called {arguments.platform}; known are {', '.join(sorted(known)) or 'none'}")
    return known[arguments.platform]


def _instruction(arguments: argparse.Namespace, lane: int, wiring: Any) -> Instruction:
    try:
        described = operation(arguments.kind)
    except UnknownKind as wrong:
        raise _Wrong(f"{wrong}; see `cunguan catalogue`") from None
    if not is_id(arguments.id):
        raise _Wrong("an id is 1 to 200 of letters, digits and _.:/@+#=-")
    keys = SandboxKeys.open(wiring.sandbox_keys) if arguments.confirm else None
    body = _body(_text(arguments.body), described.body, keys)
    instruction = Instruction(arguments.id, arguments.kind, body)
    text = described.authority_text(instruction, lane) if described.authority_text is not None else None
    if keys is None or text is None:
        return instruction
    return replace(instruction, evidence=keys.confirm(key_id(text.owner), text))


def _refuse_typed_names(arguments: argparse.Namespace, instruction: Instruction, wiring: Any) -> None:
    """Refuse a message with two names where the staff signs in the console."""
    maker, checker = (getattr(instruction.body, name, "") for name in ("maker", "checker"))
    if not maker or not checker:
        return
    why = refused(wiring, f"submit {instruction.kind} {instruction.id}", maker, checker, arguments.break_glass)
    if why is not None:
        raise _Wrong(why)


def _text(given: str) -> bytes:
    if given == "-":
        return sys.stdin.buffer.read()
    if given.lstrip().startswith("{"):
        return given.encode()
    try:
        return Path(given).read_bytes()
    except OSError as wrong:
        raise _Wrong(f"{given} cannot be read: {wrong.strerror}") from None


def _body(text: bytes, of: type[msgspec.Struct], keys: SandboxKeys | None) -> msgspec.Struct:
    """Read the body; a sandbox client's new key is filled in, as his page would."""
    try:
        given = msgspec.json.decode(text)
        if keys is not None and isinstance(given, dict) and given.get("evidence_kind") == SANDBOX_ED25519:
            key = given.setdefault("key_id", key_id(str(given.get("holder", ""))))
            given.setdefault("public_key", keys.public_key(key))
        return msgspec.convert(given, of, strict=True)
    except (msgspec.DecodeError, msgspec.ValidationError) as wrong:
        names = ", ".join(field.name for field in msgspec.structs.fields(of))
        raise _Wrong(f"the body is not that of this kind: {wrong}; its fields are {names}") from None


def key_id(holder: str) -> str:
    """Return the id of a sandbox client's first key."""
    return f"{holder}:key"


def _told(answer: Answer) -> dict[str, object]:
    return {**msgspec.structs.asdict(answer), "code": answer.code.name}


def _line(answer: Answer) -> str:
    parts = [answer.code.name, "" if answer.seq is None else f"sequence {answer.seq}", answer.why]
    parts.append(canonical_json(answer.detail).decode() if answer.detail else "")
    return "  ".join(part for part in parts if part)
