"""Store on PostgreSQL: what a lane reads, and how one batch is written.

When    the plane runs; PostgreSQL is the only truth
Shape   Reader: one read a call, in its own short transaction. Writer: COPY, then in one pipeline the
        fence, balances, changed rows and COMMIT; the caller decides when each part is sent
Locks   lane (by the fence), then balances in account order, then rows in the order of the schema
Errors  Fenced, Refused, Lost (store/wire.py)
Source  design/lanes.md rules 3, 8, 9, 15-18
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg import sql

from cunguan.kernel.canonical import key16
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Restored
from cunguan.kernel.rows import Posted, Row
from cunguan.store import binary
from cunguan.store.batch import Batch, Head, Refused, Stored
from cunguan.store.encode import copies, old_balances
from cunguan.store.sqlfiles import statement
from cunguan.store.steps import steps
from cunguan.store.tables import table, tables
from cunguan.store.wire import ALIVE, Wire

#: the schema this code knows
SCHEMA = steps()[-1].number
FENCE_WAIT = "2s"

T = TypeVar("T")


#: Every statement of the writer names its rows by key, and must go by key whatever PostgreSQL believes of a table that it has
#: not analysed yet (measured on a young table: 54 µs a changed row instead of 5, when it read all of the lane and joined).
NOT_BY_KEY = ("seqscan", "hashjoin", "mergejoin", "memoize")


class SchemaUnknown(RuntimeError):
    """The database has a schema this code does not know."""


# ── reading ──────────────────────────────────────────────────────────────────
class PostgresReader:
    """Reads committed facts; every call is one statement, and no snapshot outlives it."""

    def __init__(self, conninfo: str) -> None:
        self._connection = psycopg.connect(conninfo, autocommit=True, **ALIVE)
        self._cursor = self._connection.cursor(binary=True)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def head(self, lane: int) -> Head:
        """Return the lane's head; a lane that was never taken begins at 0."""
        row = self._cursor.execute(statement("lane_head"), {"lane": lane}).fetchone()
        if row is None:
            return Head(lane, 0, 0, None)
        token, head, at, epoch, upto, since = row
        return Head(lane, token, head, at, Restored(epoch, upto, since or date.min) if epoch else None)

    def rows(self, lane: int, kind: type[Row], ids: list[str]) -> list[Row]:
        """Return the rows that exist."""
        found = self._cursor.execute(_select(kind, "id"), (lane, ids), prepare=True).fetchall()
        return [_row(kind, record) for record in found]

    def index(self, lane: int, kind: type[Row], field: str, values: Sequence[str | date]) -> list[Row]:
        """Return all rows whose field has one of the values."""
        found = self._cursor.execute(_select(kind, field), (lane, values), prepare=True).fetchall()
        return [_row(kind, record) for record in found]

    def under_order(self, lane: int) -> list[tuple[str, int]]:
        """Return the holders whose next credit goes to a legal order, with the first of their accounts."""
        return self._cursor.execute(statement("under_order"), (lane,)).fetchall()

    def all(self, lane: int, kind: type[Row]) -> list[Row]:
        """Return every row of a kind, by id."""
        found = self._cursor.execute(_select_all(kind), (lane,)).fetchall()
        return [_row(kind, record) for record in found]

    def balances(self, lane: int, accounts: list[int]) -> dict[int, int]:
        """Return the balances of accounts that exist."""
        return dict(self._cursor.execute(statement("balances"), (lane, accounts), prepare=True).fetchall())

    def posted(self, lane: int, ids: Sequence[str]) -> dict[str, tuple[Posted, ...]]:
        """Return the committed postings of instructions, in the order of their lines."""
        keys = {key16(name): name for name in ids}
        found: dict[str, tuple[Posted, ...]] = {}
        for key, *posting in self._cursor.execute(statement("posted"), (lane, list(keys)), prepare=True).fetchall():
            found[keys[key]] = (*found.get(keys[key], ()), Posted(*posting))
        return found

    def seen(self, lane: int, keys: list[bytes]) -> dict[bytes, Stored]:
        """Return what is stored under ids."""
        found = self._cursor.execute(statement("seen"), (lane, keys), prepare=True).fetchall()
        return {
            row[0]: Stored(row[1], row[2], row[3], row[4], row[5], row[6], Code(row[7]), row[8], row[9])
            for row in found
        }

    def due(self, name: str, *params: object) -> list[Any]:
        """Return the rows of a named statement of store/sql."""
        return self._cursor.execute(statement(name), params).fetchall()


@cache
def _select(kind: type[Row], field: str) -> sql.Composed:
    described = table(kind)
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in described.columns)
    return sql.SQL("SELECT {} FROM {} WHERE lane = %s AND {} = ANY(%b)").format(
        columns, sql.Identifier(described.name), sql.Identifier(field)
    )


@cache
def _select_all(kind: type[Row]) -> sql.Composed:
    described = table(kind)
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in described.columns)
    return sql.SQL("SELECT {} FROM {} WHERE lane = %s ORDER BY id").format(columns, sql.Identifier(described.name))


@cache
def _structured(kind: type[Row]) -> dict[int, Any]:
    """Return the places of jsonb columns and the types they hold."""
    fields = msgspec.structs.fields(kind)
    return {n: fields[n].type for n, column in enumerate(table(kind).columns) if column.type == "jsonb"}


def _row(kind: type[Row], record: Sequence[Any]) -> Row:
    structured = _structured(kind)
    if not structured:
        return kind(*record)
    return kind(*(msgspec.convert(v, structured[n]) if n in structured else v for n, v in enumerate(record)))


# ── writing ──────────────────────────────────────────────────────────────────
class PostgresWriter:
    """One connection that writes batches; `copy` may run while another writer's batch commits."""

    def __init__(self, conninfo: str, name: str = "") -> None:
        self.wire = Wire(conninfo, name)
        self.wire.script("; ".join(f"SET enable_{way} = off" for way in NOT_BY_KEY), ())
        self.wire.prepare("advance", "SELECT lane_advance($1, $2, $3, $4, $5)")
        self.wire.prepare("batch", statement("batch_insert"))
        self.wire.prepare("balances", "SELECT balance_set($1, $2, $3, $4)")
        self.wire.prepare("commit", "COMMIT")
        for described in tables():
            if described.changing:
                self.wire.prepare(described.name, change_statement(described.row))

    def copy(self, batch: Batch) -> None:
        """Begin the batch's transaction and send its new rows."""
        parts = _encoded(copies, batch)
        self.wire.script("; ".join(["BEGIN", *(part for part, _ in parts)]), [data for _, data in parts])

    def end(self, batch: Batch) -> None:
        """Send fence, balances, changed rows and COMMIT; do not wait."""
        self.wire.send(_encoded(_end, batch))

    def wait(self) -> None:
        """Wait until the batch is committed, or raise."""
        self.wire.wait()

    def write(self, batch: Batch) -> None:
        """Write a batch whole, or raise and write nothing."""
        try:
            self.copy(batch)
            self.end(batch)
            self.wait()
        except (ConnectionError, psycopg.OperationalError):
            raise
        except Exception:
            self.wire.rollback()
            raise

    def close(self) -> None:
        """Close the connection; an open transaction is rolled back by PostgreSQL."""
        self.wire.close()


def _encoded(encode: Callable[[Batch], T], batch: Batch) -> T:
    """Return a batch encoded; what has no binary form, as a number above int8, is one of its items' fault."""
    try:
        return encode(batch)
    except Exception as error:
        raise Refused(f"not encodable: {type(error).__name__} {error}") from error


def _end(batch: Batch) -> list[tuple[str, Sequence[bytes | None]]]:
    lane = binary.int4(batch.lane)
    first, last, at = binary.int8(batch.first_seq), binary.int8(batch.last_seq), binary.instant(batch.at)
    statements: list[tuple[str, Sequence[bytes | None]]] = [
        ("advance", (lane, binary.int8(batch.token), first, last, at)),
        ("batch", (lane, first, last, at, binary.day(batch.business_date), batch.code_version.encode(), batch.pack.encode(),
                   binary.int4(batch.pack_version), batch.rule_set_hash.encode(), binary.int4(batch.salt_key_id))),
    ]  # fmt: skip
    balances = old_balances(batch)
    if balances:
        arrays = [binary.array("int8", values) for values in zip(*balances, strict=True)]
        statements.append(("balances", (lane, *arrays)))
    changed: dict[type[Row], list[Row]] = defaultdict(list)
    for (kind, _), row in batch.changes.items():
        changed[kind].append(row)
    for kind in sorted(changed, key=lambda kind: table(kind).name):
        statements.append((table(kind).name, (lane, binary.int8(len(changed[kind])), *_arrays(kind, changed[kind]))))
    return [*statements, ("commit", ())]


def _arrays(kind: type[Row], rows: Sequence[Row]) -> list[bytes]:
    rows = sorted(rows, key=lambda row: row.id)
    columns = [binary.array("text", [row.id for row in rows])]
    return columns + [binary.array(c.type, [getattr(row, c.field) for row in rows]) for c in table(kind).changing]


@cache
def change_statement(kind: type[Row]) -> str:
    """Return the UPDATE that brings rows of a kind to their new versions; it must meet exactly those.

    The rows are found one by one through the primary key (LATERAL, kept apart by OFFSET 0), then changed in place.
    """
    described = table(kind)
    names = [column.name for column in described.changing]
    arrays = ", ".join(["$3::text[]", *(f"${n}::{c.type}[]" for n, c in enumerate(described.changing, 4))])
    return (
        f"WITH changed AS (UPDATE {described.name} t SET {', '.join(f'{name} = u.{name}' for name in names)} "
        f"FROM unnest({arrays}) AS u({', '.join(['id', *names])}), LATERAL (SELECT r.ctid AS place FROM {described.name} r "
        f"WHERE r.lane = $1::int4 AND r.id = u.id OFFSET 0) AS k WHERE t.ctid = k.place RETURNING 1) "
        f"SELECT rows_are((SELECT count(*) FROM changed), $2::int8, '{described.name}')"
    )


# ── lanes ────────────────────────────────────────────────────────────────────
def take(conninfo: str, lane: int, owner: str, lease_seconds: float, address: str = "") -> Head | None:
    """Take a lane whose lease has run out, raising its fence token; None while another holds it, or shall have it.

    Waits for the batch in flight: the lane's row is locked by it until it commits.
    """
    with psycopg.connect(conninfo) as connection:
        connection.execute(statement("lane_make"), {"lane": lane, "owner": owner})
        taken = connection.execute(
            statement("lease_take"), {"lane": lane, "owner": owner, "seconds": lease_seconds, "address": address}
        ).fetchone()
        if taken is None:
            return None
        head = _raise_fence(connection, lane)
        connection.execute(statement("lane_schema"), {"lane": lane, "number": SCHEMA})
        return head


def fence_again(conninfo: str, lane: int, owner: str, token: int, lease_seconds: float) -> Head | None:
    """Raise the fence of a lane this owner holds; None when another took it.

    Waits for the batch in flight, at most FENCE_WAIT at a time, so that callers can be told of a doubt meanwhile;
    a batch of the old token that arrives later is refused.
    """
    with psycopg.connect(conninfo, **ALIVE) as connection:
        connection.execute("SELECT set_config('lock_timeout', %s, true)", (FENCE_WAIT,))
        params = {"lane": lane, "owner": owner, "token": token, "seconds": lease_seconds}
        if connection.execute(statement("lease_own"), params).fetchone() is None:
            return None
        return _raise_fence(connection, lane)


def _raise_fence(connection: psycopg.Connection, lane: int) -> Head:
    writers = {"name": writer_name(lane), "is_fenced": False}
    connection.execute(statement("writers_end"), writers)
    row = connection.execute(statement("lane_take"), {"lane": lane}).fetchone()
    assert row is not None
    head = Head(lane, *row)
    connection.execute(statement("lease_token"), {"lane": lane, "token": head.token})
    connection.execute(statement("writers_end"), {**writers, "is_fenced": True})
    return head


def writer_name(lane: int) -> str:
    """Return the name under which a lane's writer stands among PostgreSQL's connections."""
    return f"cunguan lane {lane}"


def applied_schema(conninfo: str) -> int:
    """Return the number of the last schema step in a database, 0 in an empty one."""
    with psycopg.connect(conninfo) as connection:
        exists = connection.execute("SELECT to_regclass('public.schema_step')").fetchone()
        row = (
            connection.execute("SELECT max(number) FROM public.schema_step").fetchone()
            if exists and exists[0]
            else None
        )
    return row[0] if row and row[0] else 0


def check_schema(conninfo: str) -> None:
    """Refuse a database whose schema this code does not know."""
    found = applied_schema(conninfo)
    if found != SCHEMA:
        raise SchemaUnknown(
            f"the database has schema {found}, this code knows {SCHEMA}: run `cunguan db upgrade`"
            if found < SCHEMA
            else f"the database has schema {found}, newer than {SCHEMA}: run the code that made it"
        )
