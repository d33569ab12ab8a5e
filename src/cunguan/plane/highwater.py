"""High water (高水位): where the lanes stood, kept outside the database, so that an old copy cannot go on as if it were new.

When    read at each start, written each second and at the end
Shape   JSON in a file for each database: epoch, and each lane's head. It may lag behind, never the other way round.
        `restored`: a backup was put here, and nobody has declared it yet
Errors  DatabaseIsBehind: the database was restored; a person must declare it, and every payment is held until then
Source  design/lanes.md rule 20
"""

import os
from pathlib import Path

import msgspec
import psycopg

from cunguan.store.sqlfiles import statement


class DatabaseIsBehind(RuntimeError):
    """The database has less than was acknowledged before."""


class HighWater(msgspec.Struct, frozen=True):
    """An epoch and the heads of its lanes."""

    installation: str
    epoch: int
    heads: dict[str, int]
    restored: bool = False

    def file(self, folder: Path) -> Path:
        """Return the mark's file; a copy of a database has the same, another database its own."""
        return folder / f"high-water-{self.installation}.json"


def seen(conninfo: str) -> HighWater:
    """Return what the database has."""
    with psycopg.connect(conninfo) as connection:
        row = connection.execute(statement("epoch_heads")).fetchone()
    assert row is not None
    return HighWater(*row)


def kept(found: HighWater, folder: Path) -> HighWater | None:
    """Return the mark that is kept for a database, None when it never had one here."""
    path = found.file(folder)
    return msgspec.json.decode(path.read_bytes(), type=HighWater) if path.exists() else None


def check(conninfo: str, folder: Path) -> None:
    """Refuse a database that is behind its file, or was restored and not declared."""
    found = seen(conninfo)
    mark = kept(found, folder)
    if mark is None or found.epoch > mark.epoch:
        return
    behind = [
        f"lane {lane}: {found.heads.get(lane, 0)} < {head}"
        for lane, head in mark.heads.items()
        if found.heads.get(lane, 0) < head
    ]
    if found.epoch < mark.epoch:
        behind.append(f"epoch {found.epoch} < {mark.epoch}")
    if behind or mark.restored:
        raise DatabaseIsBehind(
            f"this database is behind what was acknowledged ({'; '.join(behind) or 'it came out of a backup'}): it is an "
            f"older copy. Start the newer one; if this copy is to go on, type `cunguan db declare-restore`. "
            f"{found.file(folder)} holds the mark."
        )


def keep(conninfo: str, folder: Path) -> None:
    """Write where the lanes stand, whole or not at all."""
    write(seen(conninfo), folder)


def mark_restored(conninfo: str, folder: Path) -> None:
    """Keep a backup that was put here from being started as if nothing had happened since."""
    found = seen(conninfo)
    mark = kept(found, folder) or found
    heads = {lane: max(head, mark.heads.get(lane, 0)) for lane, head in (mark.heads | found.heads).items()}
    write(HighWater(found.installation, max(found.epoch, mark.epoch), heads, restored=True), folder)


def write(mark: HighWater, folder: Path) -> None:
    """Write a mark, whole or not at all."""
    path = mark.file(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")  # two planes may share a home
    with part.open("wb") as file:
        file.write(msgspec.json.encode(mark))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
