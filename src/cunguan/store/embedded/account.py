"""The operating-system account a PostgreSQL server runs under, and how a process is started under it.

When    before anything of the server is touched
Returns Account: name, uid, gid
Errors  DatabaseError: root finds no unprivileged account, or may not become it
Source  PostgreSQL refuses to run as root; we create no account and change nobody's folders
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from cunguan.store.embedded.errors import DatabaseError

PREFERRED = ("postgres", "nobody", "daemon")

# The server and its tools see this and nothing of the caller's environment: PGDATA, PGPORT, LD_PRELOAD or a locale
# of the caller must not decide how the books are kept.
ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}


class Account(msgspec.Struct, frozen=True):
    """Who a process runs as."""

    name: str
    uid: int
    gid: int

    def is_caller(self) -> bool:
        """Return whether processes started by us run under this account anyway."""
        return self.uid == os.geteuid()

    def popen(self) -> dict[str, Any]:
        """Return the keyword arguments that start a child under this account, in no folder and with no terminal."""
        switch = {} if self.is_caller() else {"user": self.uid, "group": self.gid, "extra_groups": []}
        return {"cwd": "/", "env": dict(ENVIRONMENT), "umask": 0o077, "stdin": subprocess.DEVNULL, **switch}

    def run(self, argv: Sequence[str], **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `argv` under this account to its end; the caller looks at the exit code. OSError: it cannot be run."""
        options = self.popen()
        options["env"].update(environment)
        try:
            return subprocess.run(list(argv), capture_output=True, text=True, errors="replace", check=False, **options)
        except PermissionError as refused:
            if self.is_caller() or Path(argv[0]).name not in ("sh", "mkdir"):
                raise
            raise DatabaseError(
                f"this process is root but may not become the account {self.name} ({refused}).\n"
                "Run as a normal user, or allow the container CAP_SETUID and CAP_SETGID."
            ) from refused

    def first_closed(self, *paths: Path) -> Path | None:
        """Return the first folder on the way to any of `paths` that this account may not enter, None when it may all.

        Asked of the operating system under that account, not read from mode bits: access lists count too.
        """
        ways: list[str] = []
        for path in paths:
            ways += [str(folder) for folder in reversed([path, *path.parents]) if str(folder) not in ways]
        probe = 'for folder; do test -x "$folder" || { printf %s "$folder"; exit 1; }; done'
        answer = self.run(["/bin/sh", "-c", probe, "sh", *ways])
        return Path(answer.stdout) if answer.returncode else None


def of(uid: int) -> Account:
    """Return the account of `uid`, which need not have a name (containers run under bare numbers)."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return Account(str(uid), uid, os.getegid() if uid == os.geteuid() else uid)
    return Account(entry.pw_name, entry.pw_uid, os.getegid() if uid == os.geteuid() else entry.pw_gid)


def choose(data: Path) -> Account:
    """Return who shall run the server on `data`: its owner if it exists, else ourselves, else an unprivileged one."""
    if os.geteuid() != 0:
        return of(os.geteuid())
    if data.exists() and data.stat().st_uid != 0:
        return of(data.stat().st_uid)
    for name in PREFERRED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise DatabaseError(
        "PostgreSQL does not run as root, and there is no account postgres, nobody or daemon to run it under.\n"
        "Type: useradd --system --no-create-home postgres   (or run as a normal user)"
    )
