"""`cunguan db backup-keys`, `cunguan db restore-keys` (客户密钥备份、恢复): clients' wrapped keys, in files with a short life of their own.

When    daily, and after each `db backup`, which holds these keys only under locks that lie outside it; restore-keys: the home's drawers
        were lost, or a database was put back without its keys
Returns 0 it is done and nobody is lost · 1 not so, or somebody's data can be read by nobody any more: he is named · 2 wrong usage
Units   --json prints one object; days
Source  doors/persons/keeping_keys.py; docs/runbooks/backup-and-restore.md
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from cunguan.doors.cli.database import running
from cunguan.doors.persons.keeping_keys import DAYS, KeyBackupWrong, PutBack, Taken, check, put_back, take
from cunguan.doors.persons.opening import opened
from cunguan.keys.drawers import DrawersMissing
from cunguan.keys.installation import Keys
from cunguan.keys.providers.base import KeysWrong
from cunguan.plane import highwater
from cunguan.store.embedded.errors import DatabaseError
from cunguan.store.sqlfiles import statement

LOST_MOST = 20


def add_acts(acts: Any) -> None:
    """Register both."""
    says = "write clients' wrapped keys into a folder, and remove key backups there that are too old"
    act = acts.add_parser("backup-keys", help=says, description=says)
    act.set_defaults(run=run_backup_keys)
    act.add_argument("folder", metavar="DIR", type=Path)
    add_days(act)
    act.add_argument("--json", action="store_true", help="print one JSON object")
    says = "put clients' keys back from a key backup; who was shredded before it stays so"
    act = acts.add_parser("restore-keys", help=says, description=says)
    act.set_defaults(run=run_restore_keys)
    act.add_argument("file", metavar="FILE", type=Path)
    act.add_argument("--json", action="store_true", help="print one JSON object")


def add_days(act: Any) -> None:
    """Let an act say how long key backups live."""
    act.add_argument("--keys-days", type=int, default=DAYS, metavar="N",
                     help=f"how long a key backup lives, and a shredded client's key in it ({DAYS})")  # fmt: skip


def run_backup_keys(arguments: argparse.Namespace, wiring: Any) -> int:
    """Write a key backup."""
    taken = keys_taken(running(wiring).start(), wiring.keys, arguments.folder, arguments.keys_days)
    print(msgspec.json.encode(taken).decode() if arguments.json else "\n".join(lines_of(taken)))
    return 0


def run_restore_keys(arguments: argparse.Namespace, wiring: Any) -> int:
    """Put keys back into the database that runs."""
    found = keys_put_back(running(wiring).start(), wiring.keys, arguments.file)
    print(msgspec.json.encode(found).decode() if arguments.json else "\n".join(lines_of_put(found)))
    return 1 if found.lost else 0


def keys_taken(url: str, keys: Keys, folder: Path, days: int) -> Taken:
    """Write a key backup of a database."""
    if days < 1:
        raise DatabaseError("--keys-days is 1 or more: a key backup that is removed at once is none")
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            installation = highwater.seen(url).installation
            opens = opened(keys, connection)
            return take(connection, keys, opens, str(installation), folder.absolute(), datetime.now(UTC), days)
    except (KeyBackupWrong, DrawersMissing, KeysWrong) as wrong:
        raise DatabaseError(str(wrong)) from wrong


def keys_put_back(url: str, keys: Keys, file: Path) -> PutBack:
    """Put a key backup back into a database."""
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            installation = highwater.seen(url).installation
            return put_back(connection, keys, str(installation), file, datetime.now(UTC))
    except (KeyBackupWrong, KeysWrong) as wrong:
        raise DatabaseError(str(wrong)) from wrong


def checked(file: Path) -> None:
    """Refuse a key backup that is damaged before anything is put back."""
    try:
        check(file)
    except KeyBackupWrong as wrong:
        raise DatabaseError(str(wrong)) from wrong


def persons_in(url: str) -> int:
    """Return of how many clients a database keeps details; 0 of one from before there were any."""
    with psycopg.connect(url, autocommit=True) as connection:
        there = connection.execute("SELECT to_regclass('person_detail')").fetchone()
        if there is None or there[0] is None:
            return 0
        row = connection.execute(statement("persons_count")).fetchone()
    return int(row[0]) if row is not None else 0


def lines_of(taken: Taken) -> list[str]:
    """Return what a person is told of a key backup."""
    return [
        f"{taken.file}: {taken.keys} keys, {taken.shredded} clients shredded; keep it apart from the backup of the database",
        *(f"removed: {one}" for one in taken.removed),
    ]


def lines_of_put(found: PutBack) -> list[str]:
    """Return what a person is told of keys that were put back."""
    if found.lost:
        names = ", ".join(found.lost[:LOST_MOST])
        more = f" and {len(found.lost) - LOST_MOST} more" if len(found.lost) > LOST_MOST else ""
        print(
            f"LOST: the details of {len(found.lost)} clients can be read by nobody: {names}{more}.\n"
            "Their keys are in no file that was given. Try a newer key backup; else ask their platforms to bring them again",
            file=sys.stderr,
        )
    return [f"{found.keys} keys put back, {found.shredded} clients stay shredded, {len(found.lost)} lost"]
