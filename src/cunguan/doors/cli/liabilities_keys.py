"""`cunguan liabilities key …` (鉴证人与银行公钥): whose attestations are recorded, whose statements count: two people say so.

Returns 0 it is so now · 1 it cannot be, and why · 2 wrong usage
Source  docs/liabilities.md
"""

import argparse
import base64
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from cunguan.doors.cli.liabilities_shared import told
from cunguan.doors.liabilities import recorded
from cunguan.doors.liabilities.recorded import Key, Refused, key_id
from cunguan.keys.algorithms import ALGORITHMS, KeyWrong, algorithm
from cunguan.operations.two_names import two_names
from cunguan.store.sqlfiles import statement


def add_act(acts: Any, add: Any) -> None:
    """Register the act."""
    says = "keys of attesters and banks, registered by two people"
    key = acts.add_parser("key", help=says, description=says).add_subparsers(metavar="ACT", required=True)
    adding = add(key, "add", run_add, "register a key")
    adding.add_argument("name", help="whose it is")
    adding.add_argument("public_key", metavar="PUBLIC_KEY", help="a file, PEM or base64; or - for standard input")
    adding.add_argument("--role", choices=["regulator", "auditor", "bank"], required=True)
    adding.add_argument("--algorithm", choices=list(ALGORITHMS), default="ed25519")
    ending = add(key, "end", run_end, "let a key count no longer, from now on")
    ending.add_argument("id", metavar="KEY")
    ending.add_argument("--reason", required=True)
    for act in (adding, ending):
        act.add_argument("--maker", required=True, help="who records it")
        act.add_argument("--checker", required=True, help="who has looked at it")
    add(key, "list", run_list, "list the keys")


def run_add(arguments: argparse.Namespace, wiring: Any) -> int:
    """Register a key."""
    place = arguments.public_key
    text = sys.stdin.read() if place == "-" else Path(place).read_text("ascii", errors="replace")
    try:
        public = algorithm(arguments.algorithm).read(text)
    except KeyWrong as why:
        raise Refused(str(why)) from None
    row = {
        "id": key_id(arguments.name.strip(), public), "name": arguments.name.strip(), "role": arguments.role,
        "algorithm": arguments.algorithm, "public_key": base64.b64encode(public).decode(), **_two(arguments),
    }  # fmt: skip
    with _owner(wiring) as owner:
        if owner.execute(statement("liability_key_add"), row).fetchone() is None:
            raise Refused(f"{row['id']} is registered already: see `cunguan liabilities key list`")
        found = [key for key in recorded.keys(owner) if key.id == row["id"]]
    return _shown(arguments, wiring, found)


def run_end(arguments: argparse.Namespace, wiring: Any) -> int:
    """End a key."""
    row = {"key": arguments.id, "reason": arguments.reason, **_two(arguments)}
    with _owner(wiring) as owner:
        if owner.execute(statement("liability_key_end_add"), row).fetchone() is None:
            raise Refused(f"there is no key {arguments.id} that counts: see `cunguan liabilities key list`")
        found = [key for key in recorded.keys(owner) if key.id == arguments.id]
    return _shown(arguments, wiring, found)


def run_list(arguments: argparse.Namespace, wiring: Any) -> int:
    """List the keys."""
    with _owner(wiring) as owner:
        return _shown(arguments, wiring, recorded.keys(owner))


def _owner(wiring: Any) -> Any:
    return psycopg.connect(wiring.database().start())


def _two(arguments: argparse.Namespace) -> dict[str, Any]:
    refused = two_names(arguments.maker, arguments.checker)
    if refused is not None:
        raise Refused(refused.name)
    return {"maker": arguments.maker.strip(), "checker": arguments.checker.strip(), "at": datetime.now(UTC)}


def _shown(arguments: argparse.Namespace, wiring: Any, found: list[Key]) -> int:
    told(arguments, wiring, found, lambda language: [_line(key, language) for key in found])
    return 0


def _line(key: Key, language: int) -> str:
    state = (
        f"{('ended', '已停用')[language]} {key.ended_at:%Y-%m-%d}" if key.ended_at else ("in force", "有效")[language]
    )
    return f"{key.id}  {key.role}  {key.algorithm}  {state}  {key.public_key}"
