"""Backup (备份): a cluster copied as a whole, with the write-ahead log that makes the copy consistent, and put back.

When    `cunguan db backup`, `cunguan db restore`; the plane may go on writing
Shape   <folder>/data         a data folder of PostgreSQL with its manifest, as pg_basebackup makes it
        <folder>/backup.json  Taken: what it is a copy of, and where its lanes stood before it was begun
        Not in it: the high-water file, the keys of the sandbox, anything else of the home. The mark must not lie beside
        what it judges
Errors  DatabaseError: what is wrong and what to do; nothing half made is left under the folder's name
Source  design/lanes.md rules 20, 21; PostgreSQL's documentation of pg_basebackup and pg_verifybackup
"""

import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import psycopg
from psycopg.conninfo import conninfo_to_dict

from cunguan.store.embedded.account import ENVIRONMENT
from cunguan.store.embedded.binaries import Binaries, find
from cunguan.store.embedded.errors import DatabaseError
from cunguan.store.embedded.server import External, Say, Server

ABOUT, DATA = "backup.json", "data"
SAY_SECONDS = 2.0
MB = 2**20

#: what the server of a copy is told: it listens to nobody but its own account, whatever the original's files say
OWN_CONFIGURATION = {
    "postgresql.conf": "",
    "postgresql.auto.conf": "",
    "pg_hba.conf": "local all all trust\nlocal replication all trust\n",
    "pg_ident.conf": "",
}

WHY_NOT = """\
the copy was not made: {said}
Needed: a role with REPLICATION, a line `host replication <role> …` in pg_hba.conf, max_wal_senders >= 2. A provider that
gives none of these has backups of its own: use them, and prove what they restore with `cunguan prove`."""


class Taken(msgspec.Struct, frozen=True):
    """What a backup is a copy of; lane -> head before it was begun: what is restored has at least these."""

    installation: str
    epoch: int
    heads: dict[str, int]
    schema: int
    database: str
    is_embedded: bool
    code_version: str
    postgresql: str
    taken_at: str
    bytes: int
    is_verified: bool
    persons: int = 0  # clients whose details are in it: without their keys, which are not, nobody reads them


def binaries_of(database: Server | External) -> Binaries:
    """Return programs that can copy a database: its own, or the newest there are for somebody else's server."""
    return database.binaries() if isinstance(database, Server) else find()


def take(database: Server | External, folder: Path, say: Say) -> tuple[int, bool]:
    """Copy a running cluster into `<folder>/data`; return its bytes, and whether its manifest was verified."""
    programs = binaries_of(database)
    url = database.superuser_url() if isinstance(database, Server) else database.url
    argv = [
        programs.program("pg_basebackup"), f"--pgdata={folder / DATA}", "--format=plain", "--wal-method=stream",
        "--checkpoint=fast", "--manifest-checksums=SHA256", "--no-password", f"--dbname={url}",
    ]  # fmt: skip
    total = _cluster_bytes(url)
    said = _run(argv, lambda: say(f"backup: {_size(folder) // MB} of about {total // MB} MB"))
    if said is not None:
        raise DatabaseError(WHY_NOT.format(said=said))
    return _size(folder), verify(folder, say)


def verify(folder: Path, say: Say) -> bool:
    """Compare a copy with its manifest, file by file; return False when no program here can, raise when it differs."""
    data = folder / DATA
    programs = find(_major(data))
    if not Path(programs.program("pg_verifybackup")).exists():
        say(f"{programs.folder} has no pg_verifybackup: the manifest is not compared")
        return False
    argv = [programs.program("pg_verifybackup"), "--quiet", str(data)]
    said = _run(argv, lambda: say("backup: comparing every file with the manifest"))
    if said is not None:
        raise DatabaseError(f"the backup in {folder} is damaged: {said}\nUse another one.")
    return True


def put(folder: Path, home: Path, say: Say, *, is_embedded: bool) -> Server:
    """Put a backup into a home that has no database; return its server, not started yet."""
    server, size = Server(home, say=say), _size(folder)
    home.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(home).free < size:
        raise DatabaseError(f"the disk of {home} has no room for {size // MB} MB.\nName a folder on another disk.")
    server.adopt(folder / DATA, _Copier(size, say))
    if not is_embedded:
        for name, text in OWN_CONFIGURATION.items():
            (server.data / name).write_text(text)
    return server


def write_about(folder: Path, about: Taken) -> None:
    """Write what a backup is a copy of."""
    (folder / ABOUT).write_bytes(msgspec.json.format(msgspec.json.encode(about)) + b"\n")


def read_about(folder: Path) -> Taken:
    """Return what a backup is a copy of."""
    try:
        return msgspec.json.decode((folder / ABOUT).read_bytes(), type=Taken)
    except (OSError, msgspec.MsgspecError) as wrong:
        raise DatabaseError(f"{folder} holds no backup of ours: {wrong}.") from wrong


class _Copier:
    """Copies files and says how far it is."""

    def __init__(self, total: int, say: Say) -> None:
        self._total, self._say, self._done, self._last = total, say, 0, time.monotonic()

    def __call__(self, source: str, target: str) -> object:
        shutil.copyfile(source, target, follow_symlinks=False)
        self._done += Path(target).stat().st_size
        if time.monotonic() - self._last > SAY_SECONDS:
            self._last = time.monotonic()
            self._say(f"restore: {self._done // MB} of {self._total // MB} MB")
        return target


def _run(argv: Sequence[str], still: Callable[[], None]) -> str | None:
    """Run a program to its end, telling now and then that it still runs; return what it complained of, None if it did well."""
    child = subprocess.Popen(
        argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
        env={**ENVIRONMENT, "HOME": str(Path.home())}, errors="replace",
    )  # fmt: skip
    while True:
        try:
            _, said = child.communicate(timeout=SAY_SECONDS)
            return None if child.returncode == 0 else said.strip() or f"it ended with {child.returncode}"
        except subprocess.TimeoutExpired:
            still()
        except BaseException:
            child.kill()
            child.wait()
            raise


def _cluster_bytes(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT sum(pg_database_size(oid))::int8 FROM pg_database WHERE has_database_privilege(oid, 'CONNECT')"
        ).fetchone()
    return int(row[0]) if row and row[0] else 0


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size
        except FileNotFoundError:
            pass  # a file that pg_basebackup has just renamed
    return total


def _major(data: Path) -> int:
    return int((data / "PG_VERSION").read_text())


def database_of(url: str) -> str:
    """Return the name of the database that holds the books."""
    return str(conninfo_to_dict(url).get("dbname") or "")
