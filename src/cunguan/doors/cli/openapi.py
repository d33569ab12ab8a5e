"""`cunguan openapi` (接口说明): the document of the platform's door, and whether it keeps what was published.

When    a developer has added or changed an operation; the tests, which fail when the published contract is broken or stale
Returns 0 printed, written, or kept · 1 broken (each broken promise on a line), or stale · 2 wrong usage
Units   the document is one JSON object; --check --json prints {"breaks": [...], "is_stale": ...}
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from cunguan.doors.api.contract import breaks
from cunguan.doors.api.openapi import published

#: the contract as it was published last, in a checkout
PUBLISHED = Path("tests") / "golden" / "openapi.json"


def add_parser(subparsers: Any) -> None:
    """Register `openapi`."""
    says = "print the OpenAPI document of the platform's door; write or check the published one"
    verb = subparsers.add_parser("openapi", help=says, description=says)
    verb.set_defaults(run=run)
    verb.add_argument("--root", metavar="DIR", type=Path, default=Path(), help="the checkout (here)")
    act = verb.add_mutually_exclusive_group()
    act.add_argument(
        "--write", action="store_true", help="write it as the published one; refused when it breaks a promise"
    )
    act.add_argument(
        "--check", action="store_true", help="say what of the published one is broken, and whether it is stale"
    )
    verb.add_argument("--break", dest="is_meant", action="store_true", help="with --write: break what was promised")
    verb.add_argument("--json", action="store_true", help="with --check: print one JSON object")


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Print, write or check."""
    now, file = text(), arguments.root / PUBLISHED
    if not (arguments.write or arguments.check):
        print(now.decode())
        return 0
    if not file.parent.is_dir():
        print(f"cunguan openapi: {file.parent} is not there; this works in a checkout", file=sys.stderr)
        return 1
    old = file.read_bytes() if file.exists() else now
    broken = breaks(msgspec.json.decode(old), msgspec.json.decode(now))
    if arguments.check:
        return _checked(broken, old != now, arguments.json)
    if broken and not arguments.is_meant:
        print(
            "\n".join([*broken, "not written: these are promises to platforms; --break breaks them"]), file=sys.stderr
        )
        return 1
    file.write_bytes(now)
    print(f"written: {PUBLISHED}")
    return 0


def _checked(broken: list[str], is_stale: bool, as_json: bool) -> int:
    if as_json:
        print(msgspec.json.encode({"breaks": broken, "is_stale": is_stale}).decode())
    else:
        stale = ["stale: run `cunguan openapi --write`"] if is_stale and not broken else []
        print("\n".join([*broken, *stale]) or "up to date")
    return 1 if broken or is_stale else 0


def text() -> bytes:
    """Return the document with everything a sandbox has, as it is written: an operation a line, a type a line."""
    document = published(True)
    parts = {
        **document,
        "paths": _lines({path: _lines(methods) for path, methods in document["paths"].items()}),
        "components": _lines({name: _lines(of) for name, of in document["components"].items()}),
    }
    return bytes(_lines(parts)) + b"\n"


def _lines(of: Mapping[str, Any]) -> msgspec.Raw:
    """Return an object with each of its fields on a line of its own: two people's additions meet in a merge, not in a line."""
    fields = [msgspec.json.encode(name) + b":" + msgspec.json.encode(value) for name, value in of.items()]
    return msgspec.Raw(b"{\n" + b",\n".join(fields) + b"\n}")
