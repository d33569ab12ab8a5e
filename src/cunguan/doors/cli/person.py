"""`cunguan person` (客户信息): who stands behind a client's reference: show, find, put, documents, restrict, shred, keys, index, looks.

When    a person of the custodian's answers a client, a court, an erasure request; keys are rotated
Reads   names and numbers at standard input alone: none stands on a command line, where other processes and a shell's history see it
Returns 0 done · 1 refused, and why · 2 wrong usage
Units   --json prints one value; what is shown is masked but for --reveal, which needs a reason and is written down
Source  docs/personal-data.md; docs/runbooks/erasure-request.md
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from cunguan.doors.cli.database import connected, running
from cunguan.doors.payees import details as payees
from cunguan.doors.persons import acting, rotating
from cunguan.doors.persons.acting import Act
from cunguan.doors.persons.indexing import index_names
from cunguan.doors.persons.keeping import FOUND_MOST, Document, Kept, Look, PersonRefused, Persons
from cunguan.doors.persons.opening import opened, rewrap_index
from cunguan.doors.persons.shapes import Details, DetailsWrong, masked
from cunguan.doors.sealing import sealer
from cunguan.kernel.codes import Code
from cunguan.keys.blind import COLUMNS
from cunguan.keys.drawers import DrawersMissing
from cunguan.keys.fields import FieldBroken
from cunguan.keys.providers.base import KeysWrong
from cunguan.keys.subjects import SubjectKeyLost
from cunguan.policy.personal import PERIODS, JurisdictionUnknown
from cunguan.store.sqlfiles import statement


def add_parser(subparsers: Any) -> None:
    """Register `person` and its acts."""
    says = "clients' personal data: show, find, put, documents, restrict, shred, rotate keys, who looked"
    acts = subparsers.add_parser("person", help=says, description=says).add_subparsers(metavar="ACT", required=True)
    show = _act(
        acts, "show", run_show, "what is kept of a client, masked; how long the law keeps it; what became of it"
    )
    show.add_argument("--reveal", action="store_true", help="show it in clear; --by and --reason are written down")
    find = _act(
        acts, "find", run_find, "clients by a whole value at standard input, of one platform or of all", is_one=False
    )
    find.add_argument("column", choices=COLUMNS)
    put = _act(acts, "put", run_put, "keep details, a JSON object at standard input, in place of those before")
    put.add_argument("--jurisdiction", choices=sorted({one.jurisdiction for one in PERIODS}), default="",
                     help="whose law keeps them (by the platform's rule pack)")  # fmt: skip
    up = _act(acts, "document", run_document, "list documents; keep one from a file; write one to a file")
    up.add_argument("document", nargs="?", help="its id")
    up.add_argument("--from", dest="source", type=Path, metavar="FILE", help="keep this file")
    up.add_argument(
        "--to", dest="target", type=Path, metavar="FILE", help="write it there; --by and --reason are written down"
    )
    up.add_argument("--kind", default="document", help="what it is: id_card_front, contract …")
    up.add_argument("--media", default="application/octet-stream", help="its media type")
    for event, said in (
        ("restrict", "show it to nobody and find it for nobody; the law keeps it"),
        ("resume", "take a restriction back"),
        ("shred", "destroy the client's keys, when the law lets his details go; nothing brings them back"),
    ):
        one = _act(acts, event, run_act, f"two people: {said}")
        one.set_defaults(event=event)
        one.add_argument("--maker", required=True, help="who asks")
        one.add_argument("--checker", required=True, help="who has looked at it")
    _act(acts, "access", run_access, "who saw a client's details in clear, the newest first")
    rotate = _act(
        acts,
        "rotate",
        run_rotate,
        "newer keys of all clients: --kek, --keys, --payees; says what is left; may be cut off",
        is_one=False,
        of_platform=False,
    )
    rotate.add_argument("--kek", action="store_true", help="wrap every client's key by the newest KEK")
    rotate.add_argument("--keys", action="store_true", help="give every client a further key, and encrypt all by it")
    rotate.add_argument(
        "--finish", action="store_true", help="end what --keys, or writing, has begun; makes no new key"
    )
    rotate.add_argument("--payees", action="store_true", help="put clients' payees under the clients' own keys")
    _act(
        acts,
        "index",
        run_index,
        "after an upgrade: names of clients who were kept before names were searched; may be cut off",
        is_one=False,
    )
    for one in (show, up):
        one.add_argument("--by", default="", help="who looks")
    for name in ("show", "document", "restrict", "resume", "shred"):
        acts.choices[name].add_argument("--reason", default="", help="why, and where that is found; no personal data")


def _act(acts: Any, name: str, run: Any, says: str, *, is_one: bool = True, of_platform: bool = True) -> Any:
    act = acts.add_parser(name, help=says, description=says)
    if is_one:
        act.add_argument("person", help="`person` of his account_opening, not the holder")
    if of_platform:
        act.add_argument("--platform", help="the platform whose client he is; without it the only one that has him")
    act.add_argument("--json", action="store_true", help="print one JSON value")
    act.set_defaults(run=_told(run))
    return act


def _told(run: Any) -> Any:
    def told(arguments: argparse.Namespace, wiring: Any) -> int:
        try:
            return int(run(arguments, wiring))
        except PersonRefused as refused:
            print(f"cunguan person: {refused.code.name}: {refused.why}", file=sys.stderr)
        except (FieldBroken, SubjectKeyLost, DrawersMissing, KeysWrong) as wrong:
            print(f"cunguan person: {wrong}", file=sys.stderr)
        return 1

    return told


# ── acts ─────────────────────────────────────────────────────────────────────
def run_show(arguments: argparse.Namespace, wiring: Any) -> int:
    """Show what is kept of a client, with how long and with what became of it."""
    look = _look(arguments, "details") if arguments.reveal else None
    with _persons(wiring) as persons:
        lane = _lane(persons, arguments)
        moves = acting.moves(persons.connection, lane, arguments.person)
        try:
            kept = persons.read(lane, arguments.person, look, datetime.now(UTC))
        except PersonRefused as refused:
            if not moves:
                raise
            _print(arguments, {"code": refused.code.name, "moves": moves}, [refused.why, *map(_moved, moves)])
            return 1
        documents = persons.documents(lane, arguments.person)
        kept = msgspec.structs.replace(kept, details=kept.details if look else masked(kept.details))
        standing = _standing(persons, kept, wiring)
    _print(
        arguments, {"kept": kept, "standing": standing, "documents": documents, "moves": moves},
        [*_lines(kept), *map(_document, documents), *_law(standing), *map(_moved, moves)],
    )  # fmt: skip
    return 0


def run_find(arguments: argparse.Namespace, wiring: Any) -> int:
    """Find clients by a whole value."""
    value = sys.stdin.readline().strip()
    with _persons(wiring) as persons:
        lanes = [_lane_of(persons, arguments.platform)] if arguments.platform else _lanes(persons)
        found = persons.find(lanes, arguments.column, value, FOUND_MOST + 1)
    if len(found) > FOUND_MOST:
        print(f"more than {FOUND_MOST} have this value, the first of them are told: say --platform, or find him by a number",
              file=sys.stderr)  # fmt: skip
        found = found[:FOUND_MOST]
    _print(arguments, [{"lane": lane, "person": person} for lane, person in found],
           [f"lane {lane}  {person}" for lane, person in found] or ["no client whose details may be used has this value"])  # fmt: skip
    return 0 if found else 1


def run_put(arguments: argparse.Namespace, wiring: Any) -> int:
    """Keep a client's details."""
    try:
        details = msgspec.json.decode(sys.stdin.buffer.read(), type=Details)
        with _persons(wiring) as persons:
            lane = _lane_of(persons, arguments.platform) if arguments.platform else _lane(persons, arguments)
            persons.put(lane, arguments.person, details, datetime.now(UTC), arguments.jurisdiction)
    except msgspec.ValidationError as wrong:
        print(f"cunguan person: {wrong}", file=sys.stderr)
        return 2
    except msgspec.DecodeError:
        print("cunguan person: standard input is no JSON object", file=sys.stderr)
        return 2
    except DetailsWrong as wrong:
        print(f"cunguan person: {wrong}", file=sys.stderr)
        return 2
    _print(arguments, {"person": arguments.person, "details": masked(details)}, [f"{arguments.person}  kept"])
    return 0


def run_document(arguments: argparse.Namespace, wiring: Any) -> int:
    """List documents, keep one or write one."""
    if (arguments.source or arguments.target) and not arguments.document:
        print("cunguan person: name the document", file=sys.stderr)
        return 2
    now = datetime.now(UTC)
    with _persons(wiring) as persons:
        lane, person, id = _lane(persons, arguments), arguments.person, arguments.document
        if arguments.source:
            content = arguments.source.read_bytes()
            found = [persons.put_document(lane, person, id, content, now, kind=arguments.kind, media=arguments.media)]
        elif arguments.target:
            document, content = persons.document(lane, person, id, _look(arguments, f"document {id}"), now)
            _write(arguments.target, content)
            found = [document]
        else:
            found = [one for one in persons.documents(lane, person) if id in (None, one.id)]
    _print(arguments, found, list(map(_document, found)) or ["no document"])
    return 0


def run_act(arguments: argparse.Namespace, wiring: Any) -> int:
    """Restrict, resume or shred."""
    now = datetime.now(UTC)
    with _persons(wiring, is_owner=True) as persons:
        lane = _lane(persons, arguments)
        said = Act(lane, arguments.person, arguments.event, arguments.maker, arguments.checker, arguments.reason)
        moved = acting.act(persons.connection, persons.subjects, said, now, now.astimezone(wiring.zone).date())
    told = [f"{arguments.person}  {moved.state}"]
    if moved.state == "shredded":
        told.append(
            "take a key backup now (cunguan db backup-keys), and remove the older ones: they still open what is in old backups"
        )
    _print(arguments, moved, told)
    return 0


def run_access(arguments: argparse.Namespace, wiring: Any) -> int:
    """Say who looked."""
    with _persons(wiring) as persons:
        given = {"lane": _lane(persons, arguments), "person": arguments.person, "before": 2**62, "limit": 1000}
        rows = persons.connection.execute(statement("person_accesses"), given).fetchall()
    names = ("number", "lane", "person", "by_whom", "what", "reason", "at")
    _print(arguments, [dict(zip(names, row, strict=True)) for row in rows],
           [f"{row[6]:%Y-%m-%d %H:%M}Z  {row[3]}  {row[4]}  {row[5]}".rstrip() for row in rows] or ["nobody looked"])  # fmt: skip
    return 0


def run_rotate(arguments: argparse.Namespace, wiring: Any) -> int:
    """Rotate what is asked for, and say what is left."""
    if not any((arguments.kek, arguments.keys, arguments.payees, arguments.finish)):
        print("cunguan person rotate: say --kek, --keys, --finish or --payees", file=sys.stderr)
        return 2
    now, found = datetime.now(UTC), {}
    with _persons(wiring, is_owner=True) as persons:
        if arguments.kek:
            found["kek"] = rotating.rewrap(persons.connection, opened(wiring.keys, persons.connection), _say)
            rewrap_index(wiring.keys)
        if arguments.keys:
            found["keys"] = rotating.renew(persons, now, _say)
        if arguments.finish:
            found["finish"] = rotating.finish(persons, now, _say)
        if arguments.payees:
            seal = sealer(wiring.keys, persons.connection)
            found["payees"] = rotating.move_payees(
                persons, lambda hash, held: payees.opened(seal, hash, held), now, _say
            )
        under = rotating.under_keks(persons.connection)
    _print(arguments, {**found, "under_keks": under}, [
        *(f"{what}: {one.done} done, {one.left} left" for what, one in found.items()),
        *(f"kek {one.kek}: {one.keys} keys" for one in under),
    ])  # fmt: skip
    return 0 if not any(one.left for one in found.values()) else 1


def run_index(arguments: argparse.Namespace, wiring: Any) -> int:
    """Index the names that are not, and say what is left."""
    with _persons(wiring) as persons:
        only = _lane_of(persons, arguments.platform) if arguments.platform else None
        found = index_names(persons, _say, only)
    _print(arguments, found, [f"names: {found.done} done, {found.left} left"])
    if found.left:
        print("cunguan person index: a key of who is left is away: docs/runbooks/key-lost.md", file=sys.stderr)
    return 0 if not found.left else 1


# ── helpers ──────────────────────────────────────────────────────────────────
@contextmanager
def _persons(wiring: Any, *, is_owner: bool = False) -> Iterator[Persons]:
    """Yield what keeps persons; only the owner of the database may destroy keys."""
    if is_owner:
        with psycopg.connect(running(wiring).start(), autocommit=True) as connection:
            yield Persons(connection, opened(wiring.keys, connection))
        return
    with connected(wiring) as connection:
        yield Persons(connection, opened(wiring.keys, connection))


def _lane(persons: Persons, arguments: argparse.Namespace) -> int:
    """Return the lane of the platform that was named, or of the only one that has the client."""
    if arguments.platform:
        return _lane_of(persons, arguments.platform)
    rows = persons.connection.execute(statement("person_places"), {"person": arguments.person}).fetchall()
    if len(rows) > 1:
        names = ", ".join(str(name) for _, name in rows)
        raise PersonRefused(Code.details_missing, f"several platforms have him: say --platform, one of {names}")
    if not rows:
        raise PersonRefused(
            Code.person_not_found, "nothing is kept of a client of this reference; a first time say --platform"
        )
    return int(rows[0][0])


def _lane_of(persons: Persons, platform: str) -> int:
    row = persons.connection.execute(statement("person_platform"), {"platform": platform}).fetchone()
    if row is None:
        raise PersonRefused(Code.platform_not_found, f"there is no platform {platform}")
    return int(row[0])


def _lanes(persons: Persons) -> list[int]:
    return [lane for (lane,) in persons.connection.execute(statement("person_lanes"))]


def _look(arguments: argparse.Namespace, what: str) -> Look:
    if not arguments.by.strip() or not arguments.reason.strip():
        raise PersonRefused(Code.reason_missing, "who looks in clear says --by and --reason, and both are written down")
    return Look(arguments.by.strip(), what, arguments.reason.strip())


def _standing(persons: Persons, kept: Kept, wiring: Any) -> acting.Standing | None:
    today = datetime.now(wiring.zone).date()
    try:
        return acting.standing(persons.connection, kept.lane, kept.person, kept.jurisdiction, today)
    except JurisdictionUnknown:
        return None


def _write(path: Path, content: bytes) -> None:
    with open(path, "xb") as file:  # never over another
        path.chmod(0o600)
        file.write(content)


def _say(done: int, total: int) -> None:
    print(f"{done} of {total}", file=sys.stderr, flush=True)


def _lines(kept: Kept) -> list[str]:
    said = msgspec.to_builtins(kept.details)
    shown = [
        f"{name:10} {', '.join(value) if isinstance(value, list) else value}" for name, value in said.items() if value
    ]
    return [f"{kept.person}  lane {kept.lane}  {kept.state}  {kept.jurisdiction or 'no jurisdiction'}", *shown]


def _law(standing: acting.Standing | None) -> list[str]:
    if standing is None:
        return ["no retention period is written for this jurisdiction: policy/personal.py"]
    if standing.until is None:
        return [f"kept while he is a client: {', '.join(standing.open_accounts) or 'no account was closed'}"]
    sure = "" if standing.is_confirmed else " — clause to be confirmed"
    return [
        f"kept until {standing.until}: {standing.rule}{sure}",
        *(["a legal order names him"] if standing.under_order else []),
    ]


def _moved(move: acting.Moved) -> str:
    return f"  {move.at:%Y-%m-%d %H:%M}Z  {move.event}  {move.state}  {move.maker} {move.checker}  {move.reason}"


def _document(one: Document) -> str:
    return f"document   {one.id}  {one.kind}  {one.media}  {one.bytes} bytes"


def _print(arguments: argparse.Namespace, value: Any, lines: list[str]) -> None:
    print(msgspec.json.encode(value).decode() if arguments.json else "\n".join(lines))
