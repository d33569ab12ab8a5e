"""A log begun anew (另立新日志): a log that cannot go on is closed, and another begins that names it with its first leaf.

When    `cunguan log new`, while no sequencer runs: a backup was restored, a signing key was lost or copied
Does    in one transaction: the act of the new log's origin, with the old log's last checkpoint as far as anybody here knows it;
        the old log closed; the new one open. Its leaves are all lanes' from sequence 1 on
Errors  NotBegun: no log is open, names or reason are missing, or the new name was used; nothing was changed
Source  ADR 0037; docs/runbooks/log-behind.md
"""

from typing import Any

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from cunguan.doors.log.beginning import last_published, shown_sizes
from cunguan.doors.log.process import Ground
from cunguan.operations.two_names import two_names
from cunguan.store.log import checkpoints, origins
from cunguan.store.log.origins import Origin
from cunguan.store.sqlfiles import statement
from cunguan.transparency.leaf import LeafType


class NotBegun(RuntimeError):
    """No other log was begun."""


class Closed(msgspec.Struct, frozen=True):
    """The log that ends, at the last size that was signed; `in_database`: how much of it this database has."""

    log: int
    origin: str
    size: int
    root: str
    in_database: int


def begin_another(ground: Ground, reason: str, by: str, and_by: str) -> tuple[Closed, Origin]:
    """Close the log that is open and open the next."""
    if not reason.strip() or two_names(by, and_by) is not None:
        raise NotBegun("say why, and who answers for it: --reason, and two names, --by and --and")
    with ground.held() as connection:
        old = origins.opened(connection)
        if old is None:
            raise NotBegun("no log is open: `cunguan log sequence` opens the first by itself")
        closed = _last(connection, ground, old)
        mark = ground.marks(connection).read()
        new = origins.following(connection, ground.environ, above=max(ground.numbers_used(), mark.log if mark else 0))
        content = {
            "closed": msgspec.structs.asdict(closed), "origin": new.origin, "log": new.log,
            "reason": reason.strip(), "maker": by.strip(), "checker": and_by.strip(),
        }  # fmt: skip
        return closed, _open(connection, old, new, content)


def _open(connection: psycopg.Connection[Any], old: Origin, new: Origin, content: dict[str, Any]) -> Origin:
    try:
        with connection.transaction():
            params = {"type": int(LeafType.ORIGIN), "subject": f"log:{new.log}", "content": Jsonb(content)}
            row = connection.execute(statement("log_act_add"), params).fetchone()
            assert row is not None
            new = msgspec.structs.replace(new, opened_by=row[0])
            connection.execute(statement("log_origin_close"), {"log": old.log})
            connection.execute(statement("log_origin_add"), msgspec.structs.asdict(new))
    except psycopg.errors.UniqueViolation:
        raise NotBegun(
            f"a log of this installation was called {new.origin!r} before: give the next another CUNGUAN_LOG_ORIGIN"
        ) from None
    return new


def _last(connection: psycopg.Connection[Any], ground: Ground, old: Origin) -> Closed:
    """Return the largest size of a log that was signed, by its files, by the mark and by the database."""
    newest = checkpoints.newest(connection)
    has = newest.size if newest else 0
    published = last_published(ground.folder(old), old)
    known = [(one.size, one.root) for one in shown_sizes(published, ground.marks(connection)) if one.log == old.log]
    if newest is not None:
        known.append((has, newest.root))
    size, root = max(known, default=(0, b""))
    return Closed(old.log, old.origin, size, root.hex(), has)
