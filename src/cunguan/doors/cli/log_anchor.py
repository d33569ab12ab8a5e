"""`cunguan log anchor` (时间戳锚定): let a time stamp authority sign when it saw the log, and verify such stamps.

When    by hand; each hour the jobs worker does it by itself with the authorities of <home>/log-anchors
Does    take asks and keeps; request writes a question that another machine carries, --file brings the answer back
        verify checks every stamp that was kept, over the very note it stamps, below the roots that are believed
Returns take, request: 0 done, 1 not · verify: 0 all hold, 1 one does not · 2 wrong usage
Source  RFC 3161; ADR 0038
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from cunguan.doors.cli.database import connected
from cunguan.doors.log import anchors
from cunguan.doors.log.anchors import Anchor, AnchorWrong, AuthorityAway
from cunguan.kernel.canonical import canonical_json
from cunguan.store.log.folder import folder_of


def add_to(acts: Any) -> None:
    """Register `log anchor`."""
    says = "let a time stamp authority sign when it saw the log: take, request, verify"
    anchor = acts.add_parser("anchor", help=says, description=says)
    anchor.add_argument(
        "act", nargs="?", choices=("take", "request", "verify"), default="take", help="take it is without"
    )
    anchor.add_argument(
        "--url", action="append", default=[], help="an authority; without it those of <home>/log-anchors"
    )
    anchor.add_argument(
        "--roots", type=Path, metavar="FILE", help="the roots that are believed, PEM; without it <home>/log-anchors.pem"
    )
    anchor.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="with request: where the question goes; what it asks of beside it: FILE.note",
    )
    anchor.add_argument(
        "--file", type=Path, metavar="TOKEN", help="with take: the answer that another machine has fetched"
    )
    anchor.add_argument("--note", type=Path, metavar="FILE", help="with --file: the note that was stamped")
    anchor.add_argument("--json", action="store_true", help="print one JSON value")
    anchor.set_defaults(run=run)


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Do what is asked."""
    if wrong := _wrong_usage(arguments):
        return _say(wrong, 2)
    try:
        with connected(wiring) as connection:
            return {"take": _take, "request": _request, "verify": _verify}[arguments.act](arguments, wiring, connection)
    except (AnchorWrong, AuthorityAway, OSError) as wrong_:
        return _say(str(wrong_), 1)


def _wrong_usage(arguments: argparse.Namespace) -> str:
    if (arguments.act == "request") is not (arguments.out is not None):
        return "request writes to --out FILE, and nothing else does"
    if (arguments.file is None) is not (arguments.note is None):
        return "--file is the stamp and --note what it stamps: give both"
    if arguments.file is not None and (arguments.act != "take" or len(arguments.url) != 1):
        return "--file is taken as the stamp of one authority: say whose by --url"
    return ""


def _take(arguments: argparse.Namespace, wiring: Any, connection: psycopg.Connection[Any]) -> int:
    wanted = arguments.url or anchors.addresses(wiring.home)
    if not wanted:
        return _say(f"no authority is named: --url, or a line in {wiring.home / anchors.ADDRESSES}", 2)
    believed, now = anchors.roots(_roots(arguments, wiring)), datetime.now(UTC)
    made: list[Anchor] = []
    if arguments.file is not None:
        token, note = arguments.file.read_bytes(), arguments.note.read_bytes()
        stored, stamp = anchors.of_note(connection, note), anchors.verify(token, note, believed)
        folder = folder_of(wiring.home, wiring.environ, stored.log)
        made.append(anchors.keep(connection, folder, stored, wanted[0], token, note, stamp, now))
    else:
        stored = anchors.newest(connection)
        folder = folder_of(wiring.home, wiring.environ, stored.log)
        made += [
            anchors.take(connection, folder, stored, address, believed, now)
            for address in wanted if not anchors.is_there(connection, stored, address)
        ]  # fmt: skip
    if arguments.json:
        print(canonical_json([_shown(one) for one in made]).decode())
    else:
        print("\n".join(map(_line, made)) or f"size {stored.size} was stamped already")
    return 0


def _line(one: Anchor) -> str:
    where = f"size {one.size} of log {one.log}: stamped {one.stamped_at:%Y-%m-%dT%H:%M:%SZ}"
    return f"{where} by {one.authority}, serial {one.serial}"


def _request(arguments: argparse.Namespace, wiring: Any, connection: psycopg.Connection[Any]) -> int:
    note = anchors.newest(connection).note or b""
    arguments.out.with_name(f"{arguments.out.name}.note").write_bytes(note)
    arguments.out.write_bytes(anchors.question(note).as_bytes())
    print(arguments.out)
    return 0


def _verify(arguments: argparse.Namespace, wiring: Any, connection: psycopg.Connection[Any]) -> int:
    found = list(anchors.verified(connection, anchors.roots(_roots(arguments, wiring))))
    if arguments.json:
        print(canonical_json(found).decode())
    else:
        lines = [
            f"size {one.size} of log {one.log}  {one.stamped_at:%Y-%m-%dT%H:%M:%SZ}  {one.authority}  {one.why or 'holds'}"
            for one in found
        ]
        print("\n".join(lines) or "nothing was stamped yet")
    return 1 if any(one.why for one in found) else 0


def _roots(arguments: argparse.Namespace, wiring: Any) -> Path:
    return arguments.roots or Path(wiring.home) / anchors.ROOTS


def _shown(anchor: Anchor) -> dict[str, object]:
    return {
        "log": anchor.log,
        "size": anchor.size,
        "authority": anchor.authority,
        "serial": anchor.serial,
        "stamped_at": anchor.stamped_at,
    }


def _say(what: str, code: int) -> int:
    print(f"cunguan log anchor: {what}", file=sys.stderr)
    return code
