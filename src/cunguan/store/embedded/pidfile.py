"""postmaster.pid: who PostgreSQL says is running on a data folder, and whether that is true.

Shape   pid; socket folder; status as the server writes it (starting, ready, stopping)
Returns PidFile, or None when there is none or it cannot be read as one
Errors  DatabaseError: the folder is closed to us
Source  PostgreSQL's pidfile.h: line 1 pid, 2 data folder, 3 start time, 4 port, 5 socket folder, 8 status

A pid in the file proves nothing: after kill -9 the number may be free, a zombie that nobody reaps (containers), or by
now another program's. Only a living postgres that was started on this data folder is our server.
"""

import os
import subprocess
from pathlib import Path

import msgspec

from cunguan.store.embedded.errors import DatabaseError

NAME = "postmaster.pid"


class PidFile(msgspec.Struct, frozen=True):
    """What the file says."""

    pid: int
    socket_folder: str
    status: str


def read(data: Path) -> PidFile | None:
    """Return what the file in `data` says, None when it is absent or not (yet) whole enough to name a pid."""
    try:
        lines = (data / NAME).read_text(errors="replace").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as refused:
        raise DatabaseError(
            f"{data} belongs to another account.\n"
            "Run as its owner or as root, or set CUNGUAN_HOME to a folder of your own."
        ) from refused
    if not lines or not lines[0].strip().isdigit() or int(lines[0]) == 0:
        return None
    lines += [""] * (8 - len(lines))
    return PidFile(int(lines[0]), lines[4].strip(), lines[7].strip())


def is_alive(pid: int) -> bool:
    """Return whether `pid` is a process that still runs; a zombie does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's, but there
    return _state(pid) not in ("Z", "X", "")


def serves(pid: int, data: Path) -> bool:
    """Return whether `pid` is a living PostgreSQL server that was started on the data folder `data`.

    The command line is asked, not /proc/<pid>/cwd: root in a container without CAP_SYS_PTRACE may not read the latter.
    """
    if not is_alive(pid):
        return False
    try:
        argv = Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
    except (FileNotFoundError, ProcessLookupError):
        argv = [] if Path("/proc/self").exists() else _ps(pid, "command=").split(" -c ")[0].split(" -D ")
    return bool(argv) and Path(argv[0]).name == "postgres" and str(data) in argv


def server(data: Path) -> PidFile | None:
    """Return the running server of `data`, None when the file is absent, stale, a zombie's or a stranger's."""
    said = read(data)
    return said if said is not None and serves(said.pid, data) else None


def _state(pid: int) -> str:
    """Return the one-letter process state, empty when there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except FileNotFoundError:
        return "" if Path("/proc/self/stat").exists() else _ps(pid, "stat=")[:1]
    except ProcessLookupError:
        return ""
    return stat.rpartition(")")[2].split()[0]  # the name in brackets may hold anything, also a bracket


def _ps(pid: int, column: str) -> str:
    argv = ["ps", "-o", column, "-p", str(pid)]
    return subprocess.run(argv, capture_output=True, text=True, check=False).stdout.strip()
