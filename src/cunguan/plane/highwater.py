"""High water (高水位): where the lanes stood, kept outside the database, so that an old copy cannot go on as if it were new.

When    read at each start, written each second and at the end
Shape   JSON in a file for each database: epoch, and each lane's head. It may lag behind, never the other way round
Errors  DatabaseIsBehind: the database was restored; a person must declare it, and every payment is held until then
Source  design/lanes.md rule 20
"""

import json
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

    def file(self, folder: Path) -> Path:
        """Return the mark's file; a copy of a database has the same, another database its own."""
        return folder / f"high-water-{self.installation}.json"


def seen(conninfo: str) -> HighWater:
    """Return what the database has."""
    with psycopg.connect(conninfo) as connection:
        row = connection.execute(statement("epoch_heads")).fetchone()
    assert row is not None
    return HighWater(*row)


def check(conninfo: str, folder: Path) -> None:
    """Refuse a database that is behind its file."""
    found = seen(conninfo)
    path = found.file(folder)
    if not path.exists():
        return
    kept = msgspec.json.decode(path.read_bytes(), type=HighWater)
    behind = [
        f"lane {lane}: {found.heads.get(lane, 0)} < {head}"
        for lane, head in kept.heads.items()
        if found.heads.get(lane, 0) < head
    ]
    if found.epoch < kept.epoch:
        behind.append(f"epoch {found.epoch} < {kept.epoch}")
    if behind and found.epoch <= kept.epoch:
        raise DatabaseIsBehind(
            f"this database is behind what was acknowledged ({'; '.join(behind)}): it is an older copy. "
            f"Start the newer one; if this copy is to go on, its restore must be declared first. {path} holds the mark."
        )


def keep(conninfo: str, folder: Path) -> None:
    """Write where the lanes stand, whole or not at all."""
    found = seen(conninfo)
    path = found.file(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(msgspec.to_builtins(found), file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
