"""`cunguan receipt` (存证回执): issue receipts and months' statements, check them without a network, put the page together.

When    issue, month: the custodian's people hand them to a client or a platform; verify, page: anybody, without a database
Returns verify: 0 every file holds and nothing is missing between them · 1 one is refused, or something is missing · 2 wrong usage
        issue, month: 0 written · 1 there is none, or none yet
Units   --json prints one object: files (name, checks, what each says), chain (what several say together); amounts in minor units

What a key in the file proves, and what not, is said with the answer: docs/receipts.md.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from cunguan.doors.cli.arguments import asked_language
from cunguan.doors.cli.database import door_url
from cunguan.doors.cli.receipt_told import told, told_chain, told_result

NAME = "cunguan receipt"


def add_parser(subparsers: Any) -> None:
    """Register `receipt` and its acts."""
    says = "receipts of what is in the log: issue, check without a network, the page that checks"
    acts = subparsers.add_parser("receipt", help=says, description=says).add_subparsers(metavar="ACT", required=True)
    _add_issue(acts)
    _add_month(acts, "month", "all receipts of a holder's month, with the statements of his accounts", month)
    _add_month(acts, "statement", "the statements of a holder's accounts of a month", month)
    _add_verify(acts)
    keys_act = acts.add_parser(
        "keys", help="print the log's key and the custodian's, to be published by another way than receipts"
    )
    keys_act.set_defaults(run=keys)
    page_act = acts.add_parser("page", help="print the page that checks receipts, with keys in it: > verify.html")
    _add_pins(page_act)
    page_act.set_defaults(run=page)


def _add_issue(acts: Any) -> None:
    act = acts.add_parser("issue", help="the receipt of one instruction, for its client or its platform")
    act.add_argument("instruction", metavar="INSTRUCTION")
    whose = act.add_mutually_exclusive_group(required=True)
    whose.add_argument("--holder", metavar="H", default="", help="the client's: his own side of it")
    whose.add_argument("--platform", action="store_true", help="the platform's: all sides of it")
    act.add_argument("--at", metavar="P", help="the platform it was handed in by, where there are several")
    act.add_argument("--out", metavar="FILE", type=Path, help="write it there; else it is printed")
    act.set_defaults(run=issue)


def _add_month(acts: Any, name: str, says: str, run: Any) -> None:
    act = acts.add_parser(name, help=says)
    act.add_argument("month", metavar="YYYY-MM", type=_month)
    act.add_argument("--holder", metavar="H", required=True)
    act.add_argument("--at", metavar="P", help="the platform, where there are several")
    act.add_argument("--out", metavar="DIR", type=Path, required=True, help="write one file each into this folder")
    act.set_defaults(run=run, with_receipts=name == "month")


def _add_verify(acts: Any) -> None:
    act = acts.add_parser("verify", help="check receipts; of several, also that nothing is missing between them")
    act.add_argument("files", metavar="FILE", nargs="+", type=Path)
    _add_pins(act)
    act.add_argument("--json", action="store_true", help="print one JSON object")
    act.add_argument("--lang", choices=("en", "zh"), help="the language; else as the environment says")
    act.set_defaults(run=verify)


def _add_pins(act: Any) -> None:
    act.add_argument("--key", metavar="VKEY", help="the log's key, as you have it from elsewhere")
    act.add_argument("--policy", metavar="FILE", type=Path, help="the policy of witnesses (C2SP tlog-policy)")
    act.add_argument("--custodian", metavar="VKEY", help="the custodian's key")


def _month(text: str) -> str:
    from cunguan.doors.receipts.months import month_days  # a check needs no database's libraries

    try:
        return month_days(text)[0].isoformat()[:7]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no month; write it as 2026-03") from None


# ── issuing ──────────────────────────────────────────────────────────────────
def issue(arguments: argparse.Namespace, wiring: Any) -> int:
    """Write the receipt of one instruction."""
    return _handed_out(arguments, wiring, lambda maker, lane, platform: [
        maker.of_instruction(lane, platform, arguments.instruction, arguments.holder)
    ])  # fmt: skip


def month(arguments: argparse.Namespace, wiring: Any) -> int:
    """Write the statements of a holder's month, and the receipts of it."""

    def made(maker: Any, lane: int, platform: str) -> list[Any]:
        found = maker.of_month(lane, platform, arguments.holder, arguments.month)
        if arguments.with_receipts:
            sequences = maker.sequences(lane, arguments.holder, arguments.month)
            found += [maker.of_sequence(lane, platform, seq, arguments.holder) for seq in sequences]
        return list(found)

    return _handed_out(arguments, wiring, made)


def _handed_out(arguments: argparse.Namespace, wiring: Any, make: Any) -> int:
    from cunguan.doors.papers.moments import Wrong, lane_of  # a check needs no database's libraries
    from cunguan.doors.receipts.making import Maker, NoReceipt
    from cunguan.store.history import History
    from cunguan.store.log.folder import folder_of

    url = door_url(wiring)
    try:
        with History(url) as history:
            lane = lane_of(history, arguments.at)
        with psycopg.connect(url, autocommit=True) as connection:
            maker = Maker(connection, wiring.keys, lambda log: folder_of(wiring.home, wiring.environ, log))
            found = make(maker, lane.lane, lane.platform)
    except Wrong as wrong:
        print(f"{NAME}: {wrong}", file=sys.stderr)
        return 2
    except NoReceipt as wrong:
        print(f"{NAME}: {wrong.why} ({wrong.code.name})", file=sys.stderr)
        return 1
    return _write(arguments, found)


def _write(arguments: argparse.Namespace, found: list[Any]) -> int:
    if not all(one.is_cosigned for one in found):
        print(
            f"{NAME}: not cosigned by the witnesses yet; issued again later it bears their signatures", file=sys.stderr
        )
    if not found:
        print(f"{NAME}: no account of his had a movement or a balance in that month", file=sys.stderr)
        return 1
    if arguments.out is None:
        sys.stdout.buffer.write(found[0].content)
        return 0
    into = {arguments.out: found[0]} if "instruction" in arguments else {arguments.out / one.name: one for one in found}
    for place, one in into.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(one.content)
    print(f"{len(into)} file{'s' * (len(into) != 1)}: {arguments.out}", file=sys.stderr)
    return 0


def keys(arguments: argparse.Namespace, wiring: Any) -> int:
    """Print the keys by which receipts of this installation are checked, each as --key and --custodian take it."""
    from cunguan.keys.custodian import CustodianKey
    from cunguan.keys.log_key import log_signers
    from cunguan.store.log import origins
    from cunguan.transparency.note import ED25519, Key

    with psycopg.connect(door_url(wiring), autocommit=True) as connection:
        origin = origins.opened(connection)
    if origin is None:
        print(f"{NAME}: no log is begun yet: type cunguan log sequence", file=sys.stderr)
        return 1
    ours = CustodianKey.of(wiring.keys)
    for signer in log_signers(wiring.home, origin.origin, wiring.environ):
        if signer.key.algorithm == ED25519:  # two while one takes the other's place
            print(f"log        {signer.key.text()}")
    print(f"custodian  {Key(ours.id, ED25519, ours.public_key).text()}")
    return 0


# ── checking ─────────────────────────────────────────────────────────────────
class _Wrong(Exception):
    """A key or a policy cannot be read."""


def verify(arguments: argparse.Namespace, wiring: Any) -> int:
    """Check files, and print what they say."""
    from cunguan.keys.note_keys import check
    from cunguan.transparency import chain, receipt

    try:
        pins = _pins(arguments)
        results = [(path, receipt.verify(path.read_bytes(), pins, check)) for path in arguments.files]
    except (OSError, _Wrong) as wrong:
        print(f"{NAME}: {wrong}", file=sys.stderr)
        return 2
    found = chain.look(result for _, result in results if result.is_good)
    if arguments.json:
        print(msgspec.json.encode(told([(path.name, result) for path, result in results], found)).decode())
    else:
        language = asked_language(arguments, wiring)
        lines = [line for path, result in results for line in told_result(path.name, result, language)]
        print("\n".join([*lines, *told_chain(found, language)]))
    return 0 if all(result.is_good for _, result in results) and not any(one.is_wrong for one in found) else 1


def _pins(arguments: argparse.Namespace) -> Any:
    from cunguan.transparency.note import Key, NoteWrong
    from cunguan.transparency.policy import PolicyWrong, read
    from cunguan.transparency.receipt import Pins

    try:
        return Pins(
            Key.parse(arguments.key) if arguments.key else None,
            read(arguments.policy.read_bytes()) if arguments.policy else None,
            Key.parse(arguments.custodian) if arguments.custodian else None,
        )
    except (NoteWrong, PolicyWrong) as wrong:
        raise _Wrong(str(wrong)) from None


def page(arguments: argparse.Namespace, wiring: Any) -> int:
    """Print the page."""
    from cunguan.doors.receipts.page import page as assembled

    try:
        _pins(arguments)
        policy = arguments.policy.read_text("utf-8") if arguments.policy else ""
    except (OSError, _Wrong) as wrong:
        print(f"{NAME}: {wrong}", file=sys.stderr)
        return 2
    sys.stdout.buffer.write(assembled(policy, arguments.key or "", arguments.custodian or "").encode())
    return 0
