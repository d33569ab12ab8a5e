"""`cunguan api …` (平台接口): speak to the platforms' door from a shell, signed as a platform's program would.

When    an engineer tries the door, or a script needs one answer of it; credentials from --credentials or CUNGUAN_CREDENTIALS
Does    METHOD PATH sends one request of /openapi.json; `submit KIND ID` hands an instruction in and goes on until its outcome
        is known, `authorise KIND ID` asks a client to confirm it, `confirm ID` lets a sandbox's client do so, `wait ID` waits for him
Returns 0 done · 1 refused, or not known yet: the same id may be sent again · 2 wrong usage
Units   fields are NAME=VALUE; a value that is JSON is taken as such (amount_minor=60000), any other as text
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import msgspec

from cunguan.client import Client, CredentialsWrong, CunguanError
from cunguan.operations.catalogue import UnknownKind

METHODS = ("GET", "POST", "PUT", "DELETE")


def add_parser(subparsers: Any) -> None:
    """Register `api`."""
    says = "speak to the platforms' door from a shell"
    api = subparsers.add_parser("api", help=says, description=says)
    api.add_argument("--credentials", type=Path, metavar="FILE", help="else the file CUNGUAN_CREDENTIALS names")
    api.add_argument(
        "--patience", type=float, default=30.0, metavar="SECONDS", help="how long what may pass is waited for"
    )
    acts = api.add_subparsers(metavar="ACT", required=True)
    for method in METHODS:
        one = acts.add_parser(method, aliases=[method.lower()], help=f"send one {method}")
        one.add_argument("path", help="e.g. /v1/accounts")
        one.add_argument("query", nargs="*", metavar="NAME=VALUE", help="the query")
        if method != "GET":
            one.add_argument("--body", default="", help="JSON, a file that holds it, or - for standard input")
            one.add_argument("--id", default="", help="its Instruction-Id, else the body's id, else a new one")
        one.set_defaults(run=run, act=_call, method=method)
    for name, act, help in (
        ("submit", _submit, "hand an instruction in"),
        ("authorise", _authorise, "ask a client to confirm an instruction"),
    ):
        one = acts.add_parser(name, help=help)
        one.add_argument("kind", help="a kind of the catalogue")
        one.add_argument("id", help="the instruction's id; sent again, it is done once")
        one.add_argument("fields", nargs="*", metavar="NAME=VALUE", help="its fields")
        one.set_defaults(run=run, act=act)
    for name, act, help in (
        ("confirm", _confirm, "let a sandbox's client confirm what he was asked"),
        ("wait", _wait, "wait until a client has answered"),
    ):
        one = acts.add_parser(name, help=help)
        one.add_argument("id")
        one.set_defaults(run=run, act=act)


class _Wrong(Exception):
    """The line cannot be sent; the message says what to type."""


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Send what is asked for and print what comes back."""
    try:
        with Client.open(arguments.credentials, patience=arguments.patience) as door:
            said = arguments.act(door, arguments)
    except (_Wrong, CredentialsWrong, UnknownKind, msgspec.ValidationError) as wrong:
        print(f"cunguan api: {wrong}", file=sys.stderr)
        return 2
    except CunguanError as wrong:
        _print(getattr(wrong, "details", None) or {"error": type(wrong).__name__, "detail": str(wrong)})
        return 1
    _print(said)
    return 0


def _call(door: Client, arguments: argparse.Namespace) -> Any:
    query = _pairs(arguments.query)
    if "id" in query:
        raise _Wrong("an id is no part of the query: say --id, or write it into --body")
    if arguments.method == "GET":
        return door.call("GET", arguments.path, **query)
    return door.call(arguments.method, arguments.path, _body(arguments.body), id=arguments.id, **query)


def _submit(door: Client, arguments: argparse.Namespace) -> Any:
    return door.submit(arguments.id, arguments.kind, **_values(arguments.fields))


def _authorise(door: Client, arguments: argparse.Namespace) -> Any:
    return door.authorise(arguments.id, arguments.kind, **_values(arguments.fields))


def _confirm(door: Client, arguments: argparse.Namespace) -> Any:
    return door.sandbox.confirm(arguments.id)


def _wait(door: Client, arguments: argparse.Namespace) -> Any:
    return door.outcome(arguments.id)


def _pairs(given: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if wrong := next((name for name, sign, _ in pairs if not sign or not name), None):
        raise _Wrong(f"{wrong!r} is not NAME=VALUE")
    return {name: value for name, _, value in pairs}


def _values(given: list[str]) -> dict[str, Any]:
    return {name: _value(text) for name, text in _pairs(given).items()}


def _value(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def _body(given: str) -> Any:
    if not given:
        return None
    text = sys.stdin.read() if given == "-" else given if given.lstrip().startswith(("{", "[")) else _file(given)
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as wrong:
        raise _Wrong(f"the body is not JSON: {wrong}") from wrong


def _file(name: str) -> str:
    try:
        return Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise _Wrong(f"the body: {wrong}") from wrong


def _print(said: Any) -> None:
    print(msgspec.json.format(msgspec.json.encode(said)).decode())
