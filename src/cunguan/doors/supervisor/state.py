"""State (运行状态): what runs in a home, as its supervisor writes it down and `cunguan status` reads it.

Shape   <home>/up.json: Running; <home>/up.lock: locked for as long as the supervisor lives, so that a number of a process
        that is gone, or is another's by now, misleads nobody
Errors  AlreadyUp: another supervisor has this home
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec


class AlreadyUp(RuntimeError):
    """Another supervisor has this home; the message says how to stop it."""


class ProcessSeen(msgspec.Struct, frozen=True):
    """One process: `state` is starting, running, down or stopped."""

    name: str
    state: str
    pid: int | None
    address: str
    since: str
    restarts: int
    log: str


class Running(msgspec.Struct, frozen=True):
    """What a supervisor says of itself; `production` and `database` as it was started."""

    pid: int
    since: str
    address: str
    bank: str
    is_production: bool
    is_embedded: bool
    metrics: str
    processes: tuple[ProcessSeen, ...]


def instant(seconds: float) -> str:
    """Return an instant of the wall clock.

    >>> instant(0.0)
    '1970-01-01T00:00:00Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if seconds >= 0 else ""


@contextlib.contextmanager
def held(home: Path) -> Iterator[None]:
    """Have the home; AlreadyUp when another supervisor has it."""
    home.mkdir(parents=True, exist_ok=True)
    with _lock(home) as lock:
        if not _takes(lock, fcntl.LOCK_EX):
            found = _read(home)
            who = f" (pid {found.pid})" if found is not None else ""
            raise AlreadyUp(f"{home} is up already{who}: see `cunguan status`; it stops on Ctrl-C, or kill -TERM")
        yield


def seen(home: Path) -> Running | None:
    """Return what runs in a home; None when no supervisor lives there, whatever an older one left."""
    if not (home / "up.lock").exists():
        return None
    with _lock(home) as lock:
        return None if _takes(lock, fcntl.LOCK_SH) else _read(home)


def write(home: Path, running: Running) -> None:
    """Write down what runs; a reader finds the old or the new whole."""
    part = home / "up.json.part"
    part.write_bytes(msgspec.json.format(msgspec.json.encode(running)) + b"\n")
    part.replace(home / "up.json")


def clear(home: Path) -> None:
    """Remove what was written down."""
    (home / "up.json").unlink(missing_ok=True)


def _read(home: Path) -> Running | None:
    try:
        return msgspec.json.decode((home / "up.json").read_bytes(), type=Running)
    except (FileNotFoundError, msgspec.DecodeError):
        return None  # it has just begun, or is of another version


@contextlib.contextmanager
def _lock(home: Path) -> Iterator[int]:
    descriptor = os.open(home / "up.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _takes(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
