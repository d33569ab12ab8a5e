"""`cunguan db backup`, `cunguan db restore` (备份、恢复): a copy of the cluster, and the proof that it can be used.

When    an operator or a timer types it; backup beside a plane that writes
Returns backup: 0 it is made, and its manifest verified · restore: 0 it was put back, nothing of it is missing and (with
        --verify) the books hold · 1 not so · 2 wrong usage
Units   --json prints one object
Source  design/lanes.md rules 20, 21; docs/runbooks/backup-and-restore.md
"""

import argparse
import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace
from psycopg.conninfo import make_conninfo

from cunguan import __version__
from cunguan.doors.cli import backup_keys
from cunguan.doors.cli.database import running
from cunguan.doors.cli.progress import say_progress
from cunguan.keys.installation import Keys
from cunguan.plane import highwater
from cunguan.prove.report import prove
from cunguan.store.embedded import backup
from cunguan.store.embedded.errors import DatabaseError
from cunguan.store.embedded.server import DATABASE, SUPERUSER, Server, say_on_stderr
from cunguan.store.postgres import applied_schema

NOT_IN_IT = (
    "not in it: the high-water file, the keys of the sandbox, what opens login names (people-key), and what opens clients' keys "
    "(subject-key-drawers, index-key): keep copies of the first three elsewhere, not beside it; of the others `cunguan db "
    "backup-keys` makes one that ends in time"
)


class Put(msgspec.Struct, frozen=True):
    """What was put back; `missing`: lanes that stand below what they had before the backup was begun."""

    holds: bool
    digest: str
    heads: dict[str, int]
    missing: list[str]
    home: str
    gaps: list[str] = []
    lost: list[str] = []


def add_acts(acts: Any) -> None:
    """Register both."""
    says = "copy the whole cluster into a new folder, while the plane writes"
    act = acts.add_parser("backup", help=says, description=f"{says}; {NOT_IN_IT}")
    act.set_defaults(run=run_backup)
    act.add_argument("folder", metavar="DIR", type=Path)
    act.add_argument("--keys", metavar="KEYS", type=Path, help="a folder, elsewhere, for a backup of clients' keys")
    backup_keys.add_days(act)
    act.add_argument("--json", action="store_true", help="print one JSON object")
    says = "put a backup back: apart, to prove it, or into a home that has no database"
    act = acts.add_parser("restore", help=says, description=says)
    act.set_defaults(run=run_restore)
    act.add_argument("folder", metavar="DIR", type=Path)
    act.add_argument("--into", metavar="HOME", type=Path, help="the home (CUNGUAN_HOME) it shall lie in")
    act.add_argument("--verify", action="store_true", help="prove its books; without --into nothing is left of it")
    act.add_argument("--keys", metavar="FILE", type=Path, help="the newest backup of clients' keys")
    act.add_argument("--without-keys", action="store_true", help="there is none: clients' details stay unreadable")
    act.add_argument("--json", action="store_true", help="print one JSON object")


def run_backup(arguments: argparse.Namespace, wiring: Any) -> int:
    """Make a backup; it appears under its name whole or not at all."""
    folder = arguments.folder.absolute()
    if folder.exists():
        raise DatabaseError(f"{folder} exists: name a folder that does not.")
    if arguments.keys is not None and arguments.keys.absolute().is_relative_to(folder):
        raise DatabaseError("clients' keys do not lie in what they open: name a folder elsewhere for --keys.")
    database = running(wiring)
    url = database.start()
    mark, schema, persons = highwater.seen(url), applied_schema(url), backup_keys.persons_in(url)
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True, mode=0o700)
    try:
        size, is_verified = backup.take(database, partial, say_on_stderr)
        about = backup.Taken(
            mark.installation, mark.epoch, mark.heads, schema, backup.database_of(url), isinstance(database, Server),
            __version__, str(database.status().version), datetime.now(UTC).isoformat(timespec="seconds"), size, is_verified,
            persons,
        )  # fmt: skip
        backup.write_about(partial, about)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    print(NOT_IN_IT, file=sys.stderr)
    if arguments.keys is not None:  # after it: whoever is in the one is in the other
        taken = backup_keys.keys_taken(url, wiring.keys, arguments.keys, arguments.keys_days)
        print("\n".join(backup_keys.lines_of(taken)), file=sys.stderr)
    if arguments.json:
        print(msgspec.json.encode(about).decode())
    else:
        print(f"{folder}: {size // 2**20} MB, {'verified' if is_verified else 'not verified'}; prove it with\n"
              f"cunguan db restore {folder} --verify")  # fmt: skip
    return 0 if is_verified else 1


def run_restore(arguments: argparse.Namespace, wiring: Any) -> int:
    """Put a backup back and say whether it is whole."""
    if arguments.into is None and not arguments.verify:
        print("cunguan db restore: say --into HOME, or --verify to try it apart", file=sys.stderr)
        return 2
    about = backup.read_about(arguments.folder)
    if arguments.into is not None and about.database != DATABASE:
        raise DatabaseError(
            f"this is a copy of another server's cluster, whose books lie in its database {about.database}: give "
            f"{arguments.folder / backup.DATA} to that server's PostgreSQL. Here it can be tried with --verify alone."
        )
    if arguments.into is not None and about.persons and not arguments.keys and not arguments.without_keys:
        raise DatabaseError(
            f"details of {about.persons} clients are in it, and without a backup of their keys nobody can read them: give the newest "
            "by --keys FILE, or say --without-keys. The books need no such key."
        )
    if arguments.keys is not None:
        backup_keys.checked(arguments.keys)
    backup.verify(arguments.folder, say_on_stderr)
    with _home(arguments.into) as home:
        found = _put(arguments.folder, about, home, arguments, replace(wiring.keys, home=home))
    print(msgspec.json.encode(found).decode() if arguments.json else "\n".join(_lines(found, arguments.into)))
    return 0 if found.holds else 1


@contextlib.contextmanager
def _home(into: Path | None) -> Iterator[Path]:
    """Yield the home that was named, or one of its own that is removed afterwards."""
    if into is not None:
        yield into.absolute()
        return
    home = Path(tempfile.mkdtemp(prefix="cunguan-restore-"))
    home.chmod(0o711)
    try:
        yield home
    finally:
        place = home / "postgres"
        if place.is_symlink():
            shutil.rmtree(place.resolve().parent, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def _put(folder: Path, about: backup.Taken, home: Path, arguments: argparse.Namespace, keys: Keys) -> Put:
    server = backup.put(folder, home, say_on_stderr, is_embedded=about.is_embedded)
    url = server.start(tied=True)
    if about.database != DATABASE:
        url = make_conninfo(url, dbname=about.database, user=SUPERUSER)
    try:
        mark = highwater.seen(url)
        missing = [
            f"lane {lane}: {mark.heads.get(lane, 0)} < {head}"
            for lane, head in about.heads.items() if mark.heads.get(lane, 0) < head
        ]  # fmt: skip
        if arguments.into is not None:
            highwater.mark_restored(url, home)
        lost = _keys_put_back(url, keys, arguments)
        report = prove(url, progress=say_progress) if arguments.verify else None
    finally:
        server.stop()
    holds = not missing and mark.installation == about.installation and (report is None or report.holds)
    return Put(
        holds, report.digest if report else "", mark.heads, missing, str(home), report.gaps if report else [], lost
    )


def _keys_put_back(url: str, keys: Keys, arguments: argparse.Namespace) -> list[str]:
    if arguments.keys is None:
        return []
    found = backup_keys.keys_put_back(url, keys, arguments.keys)
    print("\n".join(backup_keys.lines_of_put(found)), file=sys.stderr)
    return found.lost


def _lines(found: Put, into: Path | None) -> list[str]:
    heads = [f"lane {lane}: {head}" for lane, head in sorted(found.heads.items(), key=lambda one: int(one[0]))]
    proved = [f"{found.digest} {'holds' if found.holds else 'DOES NOT HOLD'}"] if found.digest else []
    where = [f"it lies in {found.home}; no plane starts on it before `cunguan db declare-restore`"] if into else []
    return [
        *heads,
        *(f"missing: {one}" for one in found.missing),
        *(f"gap: {gap}" for gap in found.gaps),
        *proved,
        *where,
    ]
