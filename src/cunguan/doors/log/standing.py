"""Standing (日志现状): how far the log is, what waits, and who has cosigned it.

When    `cunguan log status`, `cunguan status`
Reads   the database; the policy file, which says who witnesses
Shape   Standing: the newest size that was stored, published, cosigned; lanes with what they wait for
Units   seconds by the database's clock: what is committed and not published yet is what its owner could still change unseen
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from cunguan.keys.note_keys import check
from cunguan.store.log import checkpoints, origins
from cunguan.store.log.checkpoints import Stored
from cunguan.store.sqlfiles import statement
from cunguan.transparency import note, policy
from cunguan.transparency.policy import POLICY, Policy


class LaneStanding(msgspec.Struct, frozen=True):
    """One lane, -1 for the acts: `behind` sequences are not taken in yet, the first since `lag_seconds`."""

    lane: int
    taken: int
    head: int
    behind: int
    lag_seconds: float


class Standing(msgspec.Struct, frozen=True):
    """How the log stands; `cosigners` are those of the newest published checkpoint, by their names in the policy."""

    log: int
    origin: str
    is_running: bool
    size: int
    published: int
    published_at: datetime | None
    cosigned: int
    cosigned_at: datetime | None
    witnesses: tuple[str, ...]
    cosigners: tuple[str, ...]
    lag_seconds: float
    lanes: tuple[LaneStanding, ...]

    @property
    def troubles(self) -> tuple[str, ...]:
        """What is not well."""
        found = [] if self.is_running else ["no sequencer runs: `cunguan log sequence`"]
        if self.witnesses and self.cosigned < self.published:
            missing = ", ".join(sorted(set(self.witnesses) - set(self.cosigners))) or "the quorum"
            found.append(f"the newest checkpoint is not cosigned by the quorum: {missing} is missing")
        return tuple(found)


def look(connection: psycopg.Connection[Any], home: Path, environ: Mapping[str, str]) -> Standing:
    """Return how the log stands."""
    origin = origins.current(connection, environ)
    newest, shown = checkpoints.newest(connection), checkpoints.published(connection)
    cosigned = checkpoints.newest_cosigned(connection)
    said = witnesses(home)
    lanes = tuple(
        LaneStanding(lane, taken, head, head - taken, round(lag, 3))
        for lane, taken, head, lag in connection.execute(statement("log_standing"))
    )
    row = connection.execute(statement("log_runs")).fetchone()
    return Standing(
        origin.log, origin.origin, bool(row and row[0]), newest.size if newest else 0, shown.size if shown else 0,
        shown.at if shown else None, cosigned.size if cosigned else 0, cosigned.cosigned_at if cosigned else None,
        tuple(said.witnesses) if said else (), _cosigners(said, shown), max((one.lag_seconds for one in lanes), default=0.0), lanes,
    )  # fmt: skip


def witnesses(home: Path) -> Policy | None:
    """Return the policy, None where there is none."""
    path = home / POLICY
    return policy.read(path.read_bytes()) if path.exists() else None


def _cosigners(said: Policy | None, shown: Stored | None) -> tuple[str, ...]:
    if said is None or shown is None or shown.note is None:
        return ()
    return tuple(said.cosigners(note.parse(shown.note), check))
