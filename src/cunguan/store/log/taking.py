"""Taking in (提取与落库): what a log has not taken in yet, the rows of it, and the one transaction that stores what they gave.

When    the sequencer works; everything here is below it and knows no key
Shape   Behind: a lane, up to where it is taken, and its head; Chunk: leaves of one lane that stand together
        a range is cut so that its postings fit in memory; an instruction is never split
Locks   log_account in the order of accounts, then log_lane; nobody else writes them
Errors  Fenced: another sequencer has gone on with this log
Source  store/schema/0016_log.sql; design/lanes.md 22
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
import psycopg

from cunguan.store.sqlfiles import statement
from cunguan.transparency.bulk import Act, Ends, Rows
from cunguan.transparency.derive import Batch
from cunguan.transparency.leaf import AuthorityOpening

Connection = psycopg.Connection[Any]

#: a range of one chunk ends before the instruction that would cross it
POSTINGS: Final = 40_000


class Fenced(RuntimeError):
    """Another sequencer has gone on with this log meanwhile; this one stops."""


class Behind(msgspec.Struct, frozen=True):
    """A lane with sequences that are not taken in: (taken, head]."""

    lane: int
    taken: int
    head: int


class Chunk(msgspec.Struct, frozen=True):
    """Leaves of one lane that stand together: those of [first_seq, last_seq], from first_index on."""

    first_index: int
    leaves: int
    lane: int
    first_seq: int
    last_seq: int
    sides: bytes


class Range(msgspec.Struct, frozen=True):
    """A range of a lane that is taken in up to `head`; `chunk` is None when nothing in it gives a leaf."""

    behind: Behind
    head: int
    chunk: Chunk | None
    ends: Ends  # of the accounts that it posts to


def behind(connection: Connection, log: int) -> list[Behind]:
    """Return the lanes that have something new."""
    return [Behind(*row) for row in connection.execute(statement("log_behind"), {"log": log}).fetchall()]


def rows(connection: Connection, lane: int, first: int, last: int, most: int = POSTINGS) -> tuple[Rows, int]:
    """Return what was committed from `first` on, at most up to `last` and of so many postings, and up to where that is."""
    journals, upto = _journals(connection, lane, first, last, most)
    params = {"lane": lane, "first": first, "last": upto}
    return Rows(
        lane,
        [Batch(*row) for row in _read(connection, "log_rows_batches", params)],
        _read(connection, "log_rows_instructions", params),
        journals,
        _read(connection, "log_rows_postings", params),
        {row[1]: AuthorityOpening(*row) for row in _read(connection, "log_rows_authorities", params)},
    ), upto


def acts(connection: Connection, first: int, last: int) -> list[Act]:
    """Return what doors did."""
    return _read(connection, "log_rows_acts", {"first": first, "last": last})


def ends(connection: Connection, log: int, lane: int, accounts: Sequence[int]) -> Ends:
    """Return where the numbering of these accounts stands; one that was never posted to is left out."""
    found = _read(connection, "log_ends", {"log": log, "lane": lane, "accounts": accounts})
    return {account: (number, last) for account, number, last in found}


def store(connection: Connection, log: int, taken: Sequence[Range], size: int, root: bytes) -> None:
    """Store what was taken in, whole or not at all, before anybody signs it."""
    try:
        with connection.transaction():
            for one in taken:
                _store(connection, log, one)
            if any(one.chunk for one in taken):
                connection.execute(statement("log_checkpoint_add"), {"log": log, "size": size, "root": root})
    except psycopg.errors.UniqueViolation as wrong:
        raise Fenced(f"another sequencer has gone on with log {log}: {wrong.diag.message_primary}") from wrong


def chunks(connection: Connection, log: int, first: int, last: int) -> Iterator[Chunk]:
    """Yield the chunks of a log from an index on, up to another, a few at a time: no snapshot is held between them."""
    while first < last:
        found = [
            Chunk(*row) for row in _read(connection, "log_chunks_from", {"log": log, "first": first, "last": last})
        ]
        yield from found
        first = found[-1].first_index + found[-1].leaves if found else last


def _store(connection: Connection, log: int, one: Range) -> None:
    lane = one.behind.lane
    if one.chunk is not None:
        connection.execute(statement("log_chunk_add"), {"log": log, **msgspec.structs.asdict(one.chunk)}, binary=True)
    if one.ends:
        accounts = sorted(one.ends)
        numbers, lasts = zip(*map(one.ends.__getitem__, accounts), strict=True)
        params = {"log": log, "lane": lane, "accounts": accounts, "numbers": list(numbers), "lasts": list(lasts)}
        connection.execute(statement("log_ends_set"), {**params, "seq": one.head}, binary=True)
    params = {"log": log, "lane": lane, "head": one.head, "taken": one.behind.taken}
    cursor = connection.execute(statement("log_lane_set"), params)
    if cursor.rowcount != 1:
        raise Fenced(f"another sequencer has gone on with lane {lane} of log {log}")


def _journals(
    connection: Connection, lane: int, first: int, last: int, room: int
) -> tuple[dict[int, tuple[int, Any, str]], int]:
    """Return the journals of a range that is cut before it has too many postings."""
    found: dict[int, tuple[int, Any, str]] = {}
    for seq, postings, value_date, template in _read(
        connection, "log_rows_journals", {"lane": lane, "first": first, "last": last}
    ):
        room -= postings
        if room < 0 and found:
            return found, seq - 1
        found[seq] = (postings, value_date, template)
    return found, last


def _read(connection: Connection, name: str, params: dict[str, Any]) -> list[Any]:
    return connection.execute(statement(name), params, binary=True).fetchall()
