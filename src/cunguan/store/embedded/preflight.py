"""What initdb and the server need, asked beforehand, and their last words translated.

When    before a data folder is made, and before and after a server is started
Returns nothing when all is well
Errors  DatabaseError: names the culprit and what to do
"""

import os
import shutil
import sys
from pathlib import Path

from cunguan.store.embedded.account import Account
from cunguan.store.embedded.binaries import Binaries
from cunguan.store.embedded.errors import DatabaseError

DISK_MB = 400  # a new cluster takes 45 MB, the first write-ahead log segments and checkpoints the rest
SHARED_MEMORY_MB = 16
SOCKET_PATH_LIMIT = 100  # bytes; the kernel's own is 104 (macOS) to 108 (Linux)
SOCKET_NAME = ".s.PGSQL.5432"

# Found in the server's or initdb's output -> what it means here. First match wins.
LAST_WORDS = (
    ("No space left on device", "the disk or the shared memory is full"),
    ("could not resize shared memory", "/dev/shm is too small; start the container with --shm-size=256m"),
    ("could not create shared memory segment", "the kernel's limits are too low; raise kernel.shmmax and shmall"),
    ("could not create semaphores", "the kernel's semaphore limits are too low; raise kernel.sem"),
    ("Cannot allocate memory", "there is not enough memory; 512 MB should be free"),
    ("pre-existing shared memory block", "processes of a killed server still hold its memory; stop them or wait"),
    ("was compiled with", "the data folder was made by another build of PostgreSQL"),
    ("database files are incompatible", "the data folder was made by another version of PostgreSQL"),
    ("cannot be run as root", "PostgreSQL does not run as root"),
    ("error while loading shared libraries", "a library PostgreSQL needs is not installed on this system"),
    ("could not locate a valid checkpoint record", "the data folder is damaged; restore it from a backup"),
    ("Permission denied", "the account of the server may not read or write where it must"),
)  # fmt: skip


def check_programs(account: Account, binaries: Binaries) -> None:
    """Raise unless `account` can run the programs that make and run a cluster."""
    for name in ("initdb", "postgres"):
        try:
            answer = account.run([binaries.program(name), "--version"])
        except OSError as refused:
            raise DatabaseError(
                f"the account {account.name} cannot run {binaries.program(name)}: {refused.strerror}.\n"
                "Is it on a file system mounted noexec, or for another processor?"
            ) from refused
        if answer.returncode != 0:
            raise DatabaseError(f"{binaries.program(name)} does not run: {explain(answer.stderr or answer.stdout)}")


def check_room(folder: Path, more_mb: int = 0) -> None:
    """Raise unless a new cluster, and what is copied into it, fits on the disk of `folder`."""
    free_mb = shutil.disk_usage(folder).free // 2**20
    if free_mb < DISK_MB + more_mb:
        raise DatabaseError(
            f"the disk of {folder} has {free_mb} MB free; a new database needs {DISK_MB + more_mb} MB.\n"
            "Free some, or set CUNGUAN_HOME to a folder on another disk."
        )


def check_shared_memory(account: Account, folder: Path = Path("/dev/shm")) -> None:
    """Raise unless the server can make the shared memory it needs (Linux; elsewhere it needs no such folder)."""
    if not sys.platform.startswith("linux"):
        return
    if not folder.is_dir():
        raise DatabaseError(f"{folder} is missing; PostgreSQL needs it.\nType: mount -t tmpfs tmpfs {folder}")
    if account.run(["/bin/sh", "-c", 'test -w "$1" && test -x "$1"', "sh", str(folder)]).returncode != 0:
        raise DatabaseError(f"the account {account.name} may not write to {folder}.\nType: chmod 1777 {folder}")
    free_mb = shutil.disk_usage(folder).free // 2**20
    if free_mb < SHARED_MEMORY_MB:
        raise DatabaseError(
            f"{folder} has {free_mb} MB free; PostgreSQL needs {SHARED_MEMORY_MB} MB.\n"
            "Remove what fills it, or start the container with --shm-size=256m."
        )


def fits_a_socket(folder: Path) -> bool:
    """Return whether a socket in `folder` has a path the kernel takes, and that both server and client can be told.

    The server's setting cannot hold a double quote; a client takes a comma as the end of the host.
    """
    return len(os.fsencode(folder / SOCKET_NAME)) < SOCKET_PATH_LIMIT and not set(str(folder)) & set('",')


def explain(output: str) -> str:
    """Return the last lines of `output`, led by what they mean if that is known."""
    lines = [line for line in output.strip().splitlines() if line.strip()]
    shown = "\n".join(f"  {line}" for line in lines[-8:]) or "  (it said nothing)"
    for words, meaning in LAST_WORDS:
        if words in output:
            return f"{meaning}\n{shown}"
    return f"it said\n{shown}"
