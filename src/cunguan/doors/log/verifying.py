"""Verifying (核验留痕): runs prove/log over this installation's books and log, and keeps what came out.

When    `cunguan log verify`, the nightly job
Shape   Last: when, whether from the beginning, what was found. Two files in the home, log-verified.json and log-verified.state:
        files, not rows, since whoever owns the database is the one who is checked; an auditor keeps both on a disk of his own
Errors  NoLog, NoteWrong: there is nothing to verify · KeyMissing: a salt key is not here · psycopg.Error
Source  ADR 0041; docs/log-audit.md
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg

from cunguan.keys.installation import Keys
from cunguan.keys.log_key import log_signers
from cunguan.keys.salts import SaltKeys
from cunguan.prove.log.verify import Asked, Kept, NoLog, Verified, verify
from cunguan.prove.report import Progress
from cunguan.store.log import origins
from cunguan.store.log.folder import folder_of
from cunguan.transparency.note import ED25519

RESULT: Final = "log-verified.json"
STATE: Final = "log-verified.state"


class Last(msgspec.Struct, frozen=True):
    """The last verification."""

    at: datetime
    is_full: bool
    found: Verified

    @property
    def holds(self) -> bool:
        """Test that nothing differed."""
        return self.found.holds


class Wanted(msgspec.Struct, frozen=True):
    """How a verification is run; `keys` and `folder` stand in for the installation's own."""

    is_full: bool = True
    workers: int = 1
    keys: tuple[str, ...] = ()
    folder: Path | None = None
    state: Path | None = None  # the folder of what is kept; the home


def run(url: str, home: Path, environ: Mapping[str, str], wanted: Wanted, progress: Progress | None = None) -> Last:
    """Verify books and log; keep what came out."""
    beside = wanted.state or home
    asked = _asked(url, home, environ, wanted)
    if not wanted.is_full:
        asked = msgspec.structs.replace(asked, kept=_kept(beside / STATE))
    found, kept = verify(asked, progress)
    last = Last(datetime.now(UTC), asked.kept is None, found)
    _write(beside / RESULT, msgspec.json.encode(last))
    if kept is not None:
        _write(beside / STATE, msgspec.msgpack.encode(kept))
    return last


def files_only(folder: Path, keys: tuple[str, ...], workers: int, progress: Progress | None = None) -> Verified:
    """Hash a log's files again, without books: anybody can."""
    return verify(Asked(folder, keys=keys, workers=workers), progress)[0]


def last(home: Path) -> Last | None:
    """Return the last verification, None where there was none."""
    try:
        return msgspec.json.decode((home / RESULT).read_bytes(), type=Last)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def told(home: Path) -> str:
    """Return a line about the last verification."""
    found = last(home)
    if found is None:
        return "the log was never verified: cunguan log verify --full"
    verdict = "books and log agree" if found.holds else f"findings: {found.found.broken}"
    how = "from the beginning" if found.is_full else f"from entry {found.found.began_at}"
    return f"the log was last verified at {found.at:%Y-%m-%d %H:%M:%SZ} to {found.found.size} entries, {how}: {verdict}"


def _asked(url: str, home: Path, environ: Mapping[str, str], wanted: Wanted) -> Asked:
    with psycopg.connect(url, autocommit=True) as connection:
        origin = origins.opened(connection)
        ids = [number for (number,) in connection.execute("SELECT salt_key_id FROM salt_key ORDER BY salt_key_id")]
    if origin is None:
        raise NoLog("no sequencer has begun a log of these books: cunguan log sequence")
    salts = SaltKeys(Keys.read(home, environ))
    folder = wanted.folder or folder_of(home, environ, origin.log).path
    return Asked(
        folder, url, wanted.keys or _own_keys(home, origin.origin, environ), {number: salts.of(number) for number in ids},
        workers=wanted.workers,
    )  # fmt: skip


def _own_keys(home: Path, origin: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    signers: list[Any] = list(log_signers(home, origin, environ))
    return tuple(one.key.text() for one in signers if one.key.algorithm == ED25519)


def _kept(path: Path) -> Kept | None:
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=Kept)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None  # then it is verified from the beginning


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.draft")
    draft.write_bytes(content)
    draft.replace(path)
