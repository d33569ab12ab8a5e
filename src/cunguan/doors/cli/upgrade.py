"""`cunguan db upgrade`, `cunguan db upgrade-postgres` (升级): the books to this code's schema, the server to a newer major.

When    new code is installed, while a plane writes or not (`cunguan db migrate` is another name of it) · a newer PostgreSQL
        is installed beside the old one: the plane is stopped for it
Returns upgrade: 0 the database has this code's schema (and, with --prove, its books hold) · 1 it has not
        upgrade-postgres: 0 the newer server has the same books, by the digest of the proof · 1 the old one stays
Units   --json prints one object
Source  design/lanes.md rule 19
"""

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from cunguan.desks.ledger.migrate import Busy, PlaneRuns, migrate, writers
from cunguan.doors.cli.progress import say_progress
from cunguan.prove.findings import Report
from cunguan.prove.report import prove
from cunguan.store import roles
from cunguan.store.embedded.binaries import Binaries, find, look_at
from cunguan.store.embedded.errors import DatabaseError
from cunguan.store.embedded.server import Server
from cunguan.store.postgres import SCHEMA, SchemaUnknown


class Upgraded(msgspec.Struct, frozen=True):
    """What was done; the digest is that of the books after it."""

    schema: int
    applied: list[str]
    beside: list[str]  # the planes that wrote meanwhile
    digest: str = ""
    holds: bool = True


class Moved(msgspec.Struct, frozen=True):
    """A cluster under a newer server; the old one lies in `kept` until it is dropped."""

    before: str
    after: str
    digest: str
    kept: str


def add_acts(acts: Any) -> None:
    """Register both."""
    says = "bring the embedded cluster to a newer major of PostgreSQL; the old one is kept until --drop-old"
    act = acts.add_parser("upgrade-postgres", help=says, description=says)
    act.set_defaults(run=run_postgres)
    act.add_argument(
        "--old-binaries", type=Path, metavar="BIN", help="programs of the old version, where they are not found"
    )
    act.add_argument(
        "--new-binaries", type=Path, metavar="BIN", help="programs of the new one; the preferred ones otherwise"
    )
    act.add_argument("--drop-old", action="store_true", help="remove what an earlier upgrade has kept")
    act.add_argument("--json", action="store_true", help="print one JSON object")
    says = "bring it to this code's schema, and on the embedded one make the roles"
    act = acts.add_parser("upgrade", aliases=["migrate"], help=says, description=says)
    act.set_defaults(run=run)
    act.add_argument("--prove", action="store_true", help="prove the books afterwards")
    act.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Apply the steps that are missing as the owner."""
    database = wiring.database()
    url = database.start()
    try:
        applied = [step.name for step in migrate(url)]
    except (SchemaUnknown, PlaneRuns, Busy) as wrong:
        print(f"cunguan: {wrong}", file=sys.stderr)
        return 1
    if isinstance(database, Server):
        roles.create(url)
    elif applied:
        print("new tables need rights: run `cunguan db roles --sql` as a DBA", file=sys.stderr)
    beside = writers(url) if applied else []
    if beside:
        print(f"{', '.join(beside)}: it opens no new lane before it runs this code too", file=sys.stderr)
    report = prove(url) if arguments.prove else None
    found = Upgraded(SCHEMA, applied, beside)
    if report is not None:
        found = msgspec.structs.replace(found, digest=report.digest, holds=report.holds)
    print(msgspec.json.encode(found).decode() if arguments.json else "\n".join(_lines(found)))
    return 0 if found.holds else 1


def _lines(found: Upgraded) -> list[str]:
    proved = [f"{found.digest} {'holds' if found.holds else 'DOES NOT HOLD: cunguan prove'}"] if found.digest else []
    return [*(f"applied {name}" for name in found.applied), f"schema {found.schema}", *proved]


def run_postgres(arguments: argparse.Namespace, wiring: Any) -> int:
    """Copy the cluster into a newer server, and give the old one up only when the proof says the same of both."""
    server = wiring.database()
    if not isinstance(server, Server):
        raise DatabaseError("DATABASE_URL names this database: its server is not ours to upgrade.")
    if arguments.drop_old:
        return _drop_old(server)
    old, new = _programs(server, arguments)
    held = Server(server.home, old.folder)
    before = _proved(held)
    kept = held.upgrade(old, new)
    fresh = Server(server.home, new.folder)
    try:
        after = _proved(fresh, analyze=True)
        is_same = after.holds and after.digest == before.digest
    except BaseException:
        fresh.stop()
        fresh.take_back(kept)
        raise
    if not is_same:
        fresh.take_back(kept)
        print(
            f"cunguan: PostgreSQL {new.version} says other books ({after.digest}): {old.version} stays", file=sys.stderr
        )
        return 1
    found = Moved(old.version, new.version, after.digest, str(kept))
    if arguments.json:
        print(msgspec.json.encode(found).decode())
    else:
        print(f"PostgreSQL {found.before} to {found.after}\n{found.digest} holds in both\n{found.kept} is kept until "
              f"`cunguan db upgrade-postgres --drop-old`")  # fmt: skip
    return 0


def _programs(server: Server, arguments: argparse.Namespace) -> tuple[Binaries, Binaries]:
    major = server.major()
    if major is None:
        raise DatabaseError(f"{server.home} has no database yet.")
    if server.status().is_up() and writers(server.start()):
        raise DatabaseError("a plane writes this database.\nStop it first.")
    server.stop()
    old = find(major) if arguments.old_binaries is None else _looked_at(arguments.old_binaries)
    new = find() if arguments.new_binaries is None else _looked_at(arguments.new_binaries)
    if old.major != major or new.major <= old.major:
        raise DatabaseError(
            f"the database is of PostgreSQL {major}; found {old.version} for it and {new.version} to go to.\n"
            "Both versions must be here: name their folders with --old-binaries and --new-binaries."
        )
    return old, new


def _looked_at(folder: Path) -> Binaries:
    seen = look_at(folder)
    if isinstance(seen, str):
        raise DatabaseError(f"{seen}.")
    return seen


def _proved(server: Server, analyze: bool = False) -> Report:
    """Return what the proof says under one server; it is stopped again."""
    url = server.start(tied=True)
    try:
        if analyze:  # the planner of a new version begins without statistics
            with psycopg.connect(url, autocommit=True) as owner:
                owner.execute("ANALYZE")
        report = prove(url, progress=say_progress)
    finally:
        server.stop()
    if not report.holds:
        raise DatabaseError(f"the books do not hold under PostgreSQL {server.binaries().version}: {report.first}")
    return report


def _drop_old(server: Server) -> int:
    kept = sorted(server.path.glob("data-[0-9]*"))
    for folder in kept:
        shutil.rmtree(folder)
        print(f"removed {folder}")
    if not kept:
        print("nothing is kept")
    return 0
