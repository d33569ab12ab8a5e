"""Origins (日志来源名): which log of this installation is open, and what the next would be called.

When    the sequencer opens the first log; anything that names the log
Shape   Origin: log (its number), origin (its name in every checkpoint), the act that opened it (none for the first)
        a name: CUNGUAN_LOG_ORIGIN, else `cunguan.invalid/<installation>/<log>`
Source  C2SP tlog-checkpoint; store/schema/0016_log.sql
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import psycopg

from cunguan.store.sqlfiles import statement


class Origin(msgspec.Struct, frozen=True):
    """A log of this installation."""

    log: int
    origin: str
    opened_by: int | None  # the act that is its first leaf


def opened(connection: psycopg.Connection[Any]) -> Origin | None:
    """Return the log that is open, None where no sequencer has begun one."""
    row = connection.execute(statement("log_origin_open")).fetchone()
    return Origin(*row) if row else None


def current(connection: psycopg.Connection[Any], environ: Mapping[str, str]) -> Origin:
    """Return the log that is open, or the one that the sequencer will open."""
    return opened(connection) or following(connection, environ)


def following(connection: psycopg.Connection[Any], environ: Mapping[str, str], above: int = 0) -> Origin:
    """Return what the next log of this installation is called; `above`: a number that a log had that is not in the database."""
    row = connection.execute(statement("log_origin_next")).fetchone()
    assert row is not None
    log, installation = max(row[0], above + 1), row[1]
    return Origin(log, environ.get("CUNGUAN_LOG_ORIGIN") or f"cunguan.invalid/{installation}/{log}", None)


class OtherName(RuntimeError):
    """CUNGUAN_LOG_ORIGIN is not what the log is called that is open."""


def refuse_other_name(origin: Origin, environ: Mapping[str, str]) -> None:
    """Refuse to go on under another name: a log's name never changes."""
    wanted = environ.get("CUNGUAN_LOG_ORIGIN")
    if wanted and wanted != origin.origin:
        raise OtherName(
            f"CUNGUAN_LOG_ORIGIN is {wanted!r}, and the log that is open is called {origin.origin!r}. A log keeps its name: "
            "set it back, or close this log and begin another: `cunguan log new --reason …`"
        )


def open_first(connection: psycopg.Connection[Any], environ: Mapping[str, str]) -> Origin:
    """Open the first log of an installation."""
    origin = following(connection, environ)
    connection.execute(statement("log_origin_add"), msgspec.structs.asdict(origin))
    return origin


def installation(connection: psycopg.Connection[Any]) -> str:
    """Return which database this is; a copy has the same name."""
    row = connection.execute(statement("log_origin_next")).fetchone()
    assert row is not None
    return str(row[1])
