"""`cunguan db …` (数据库): start, stop and look at the database.

When    a person or a script types it
Returns start, stop: 0 it is so now · status: 0 it takes connections, 1 it does not
Errors  DatabaseError: what is wrong and what to do
Units   --json prints one object: the fields of store.embedded.server.Status
"""

import argparse
import os
import sys
from typing import Any

import msgspec

from cunguan.doors.cli import backup, backup_keys, restored, upgrade
from cunguan.doors.cli.database import running
from cunguan.store import roles
from cunguan.store.embedded.errors import DatabaseError
from cunguan.store.embedded.server import External, Status


def add_parser(subparsers: Any) -> None:
    """Register `db` and what it can do."""
    db = subparsers.add_parser("db", help="the database: start, stop, look, upgrade")
    acts = db.add_subparsers(metavar="ACT", required=True)
    for name, run, says in (
        ("start", start, "start it (made at the first start) and print the owner's URL"),
        ("stop", stop, "stop it; what is committed stays"),
        ("status", status, "say how it stands"),
        ("path", path, "print the folder it lies in"),
        ("roles", print_roles, "say who may do what; --sql prints the statements for a DBA"),
        ("psql", psql, "open a terminal on it, as its owner; what follows -- goes to psql"),
    ):
        act = acts.add_parser(name, help=says, description=says)
        act.set_defaults(run=run)
        if name in ("start", "stop", "status"):
            act.add_argument("--json", action="store_true", help="print one JSON object")
        if name == "roles":
            act.add_argument(
                "--sql", action="store_true", help="print the statements; the owner runs them after migrate"
            )
        if name == "psql":
            act.add_argument("arguments", nargs="*", help="arguments of psql, after --")
    backup.add_acts(acts)
    backup_keys.add_acts(acts)
    upgrade.add_acts(acts)
    restored.add_acts(acts)


def start(arguments: argparse.Namespace, wiring: Any) -> int:
    """Start the database and print its URL."""
    database = wiring.database()
    url = database.start()
    if arguments.json:
        return _print_json(database.status())
    print(url)
    return 0


def stop(arguments: argparse.Namespace, wiring: Any) -> int:
    """Stop the embedded database; one named by DATABASE_URL is not ours to stop."""
    database = wiring.database()
    if isinstance(database, External):
        raise DatabaseError("DATABASE_URL names this database: it is not ours to stop.\nStop it where it was started.")
    stopped = database.stop()
    if arguments.json:
        _print_json(database.status())
    else:
        print("stopped" if stopped else "was not running")
    return 0


def status(arguments: argparse.Namespace, wiring: Any) -> int:
    """Print how the database stands."""
    seen = wiring.database().status()
    if arguments.json:
        return _print_json(seen)
    for name, value in msgspec.structs.asdict(seen).items():
        if value is not None:
            print(f"{name:9} {value}")
    return 0 if seen.is_up() else 1


def path(arguments: argparse.Namespace, wiring: Any) -> int:
    """Print the folder of the cluster, which the first start makes."""
    database = wiring.database()
    if isinstance(database, External):
        raise DatabaseError("DATABASE_URL names this database: it has no folder of ours.")
    print(database.path)
    return 0


def print_roles(arguments: argparse.Namespace, wiring: Any) -> int:
    """Print the roles' statements, or whether this installation has them apart; 1 when it has not."""
    if arguments.sql:
        print(";\n".join(roles.statements()) + ";")
        return 0
    url = wiring.database().start()
    separated = roles.are_separated(wiring.plane_url(url))
    print("roles are separated" if separated else "roles are not separated: run `cunguan db roles --sql` as a DBA")
    return 0 if separated else 1


def psql(arguments: argparse.Namespace, wiring: Any) -> int:
    """Become psql on the running database."""
    argv = [*running(wiring).psql(), *arguments.arguments]
    sys.stdout.flush()
    os.execv(argv[0], argv)


def _print_json(seen: Status) -> int:
    print(msgspec.json.encode(seen).decode())
    return 0 if seen.is_up() else 1
