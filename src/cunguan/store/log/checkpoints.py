"""Stored checkpoints (已存检查点): sizes of a log with their roots, from before they were signed on.

When    a receipt waits for its checkpoint, a payment for its cosignatures; the sequencer begins again
Shape   Stored: log, size, root, when; `note` once it is signed, `cosigned_at` once the quorum had cosigned it
Source  store/schema/0016_log.sql
"""

from datetime import datetime
from typing import Any

import msgspec
import psycopg

from cunguan.store.sqlfiles import statement

Connection = psycopg.Connection[Any]


class Stored(msgspec.Struct, frozen=True):
    """A log at one size."""

    log: int
    size: int
    root: bytes
    at: datetime
    note: bytes | None
    cosigned_at: datetime | None


def newest(connection: Connection) -> Stored | None:
    """Return the newest size of the log that is open, None where nothing was taken in."""
    return _one(connection, "log_checkpoint_newest", {})


def published(connection: Connection) -> Stored | None:
    """Return the newest size of the log that is open that was signed."""
    return _one(connection, "log_checkpoint_published", {})


def newest_cosigned(connection: Connection) -> Stored | None:
    """Return the newest size of the log that is open that the quorum has cosigned."""
    return _one(connection, "log_newest_cosigned", {})


def cosigned(connection: Connection, log: int, at_least: int) -> Stored | None:
    """Return the smallest size from `at_least` on that the quorum has cosigned."""
    return _one(connection, "log_checkpoint_cosigned", {"log": log, "size": at_least})


def signed(connection: Connection, log: int, at_least: int) -> Stored | None:
    """Return the smallest size from `at_least` on that was signed, whoever has cosigned it."""
    return _one(connection, "log_checkpoint_signed", {"log": log, "size": at_least})


def of_size(connection: Connection, log: int, size: int) -> Stored | None:
    """Return one size of a log."""
    return _one(connection, "log_checkpoint_of", {"log": log, "size": size})


def _one(connection: Connection, name: str, params: dict[str, int]) -> Stored | None:
    row = connection.execute(statement(name), params).fetchone()
    return Stored(*row) if row else None
