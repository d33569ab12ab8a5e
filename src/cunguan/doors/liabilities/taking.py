"""Taking a snapshot (负债快照): what every pool owes at one moment, read in one transaction, built into trees, bound in the log.

When    daily, at moments that are drawn, and when asked
Does    one REPEATABLE READ transaction over all pools, so that no money can be in two of them; files first, then the rows, each of
        which is an act of the log: what was cut off leaves a folder that no row names, and the slot is taken again
Returns the snapshots that were taken; of a slot that a pool has already, none
Errors  Unbalanced: a pool's books do not sum, which is for `cunguan prove`; nothing is kept of it
Units   one pool's clients are in memory at a time: about 0.6 GB a million
Source  ADR 0042; ledger/chart.py
"""

import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from psycopg import IsolationLevel

from cunguan.doors.liabilities.files import Head, Kept
from cunguan.kernel.canonical import canonical_json
from cunguan.ledger.chart import CHART
from cunguan.store.sqlfiles import statement
from cunguan.transparency.liabilities import KEY_BYTES, Owed, grown
from cunguan.transparency.liability_files import Bank, Detail, Line, Movement, Snapshot, hidden

#: movements of bank accounts are listed for so long: a statement that is older cannot be set beside the snapshot
MOVEMENT_DAYS: Final = 7
_AT_ONCE: Final = 20_000
#: one long read: it may take its time, and all its rows are wanted, not the first few
_LONG_READ: Final = (
    "SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0", "SET LOCAL cursor_tuple_fraction = 1",
    "SET LOCAL work_mem = '64MB'",
)  # fmt: skip

Connection = psycopg.Connection[Any]


class Unbalanced(ValueError):
    """What a pool has and what it owes differ in the books."""


class Why(msgspec.Struct, frozen=True):
    """What a snapshot is taken for, once a pool; `drawn_by` says whom its moment came from."""

    slot: str
    drawn_by: str = ""


class Taken(msgspec.Struct, frozen=True):
    """A snapshot with its figures."""

    snapshot: Snapshot
    clients: int
    client_minor: int
    owed_minor: int


class Pool(msgspec.Struct, frozen=True):
    """A pool at the moment of the snapshot."""

    lane: int
    id: str
    currency: str
    head: int
    business_date: date


def asked(now: datetime) -> Why:
    """Return the slot of a snapshot that somebody asks for."""
    return Why(f"asked:{run_id(now)}")


def run_id(now: datetime) -> str:
    """Return a new name that sorts by time."""
    return f"{now.astimezone(UTC):%Y%m%d-%H%M}-{secrets.token_hex(3)}"


def take(
    url: str, home: Path, why: Why, now: datetime, lane: int | None = None, pool: str | None = None
) -> list[Taken]:
    """Take the snapshots of a slot, of one lane's or one pool or of all, where they have none of it; a pool that is Unbalanced last."""
    built, wrong = list[Taken](), list[str]()
    with psycopg.connect(url) as reading:
        reading.isolation_level, reading.read_only = IsolationLevel.REPEATABLE_READ, True
        for setting in _LONG_READ:
            reading.execute(setting)
        there = {tuple(row) for row in reading.execute(statement("liability_taken"), {"slot": why.slot})}
        pools = [Pool(*row) for row in reading.execute(statement("liability_pools"), {"lane": lane, "pool": pool})]
        run = run_id(now)
        for one in pools:
            if (one.lane, one.id) not in there:
                try:
                    built.append(_built(reading, home, why, now, run, one))
                except Unbalanced as why_not:
                    wrong.append(str(why_not))
    taken = [one for one in built if _recorded(url, home, one)]
    if wrong:
        raise Unbalanced("; ".join(wrong))
    return taken


def _built(reading: Connection, home: Path, why: Why, now: datetime, run: str, pool: Pool) -> Taken:
    id, key, salt = run_id(now), secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES)
    clients, tree = grown(key, _clients(reading, pool))
    detail = _detail(reading, pool, id, tree.count, tree.minor)
    text = canonical_json(detail).decode()
    Kept(home, id).write(Head(key.hex(), text, salt.hex()), clients, tree)
    snapshot = Snapshot(
        id, pool.lane, pool.id, pool.currency, f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}", pool.business_date.isoformat(),
        pool.head, run, why.slot, why.drawn_by, tree.root.hex(), tree.total.hex(), hidden(salt, text),
    )  # fmt: skip
    return Taken(snapshot, tree.count, tree.minor, detail.owed_minor)


def _recorded(url: str, home: Path, taken: Taken) -> bool:
    """Add the row; where another process was first, its snapshot is the snapshot."""
    figures = {"clients": taken.clients, "client_minor": taken.client_minor, "owed_minor": taken.owed_minor}
    with psycopg.connect(url, autocommit=True) as connection:
        row = msgspec.structs.asdict(taken.snapshot) | figures
        is_new = connection.execute(statement("liability_snapshot_add"), row).fetchone() is not None
    if not is_new:
        Kept(home, taken.snapshot.id).drop()
    return is_new


# ── what is read ─────────────────────────────────────────────────────────────
def _clients(reading: Connection, pool: Pool) -> Iterator[Owed]:
    with reading.cursor("clients", binary=True) as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(statement("liability_clients"), {"lane": pool.lane, "pool": pool.id})
        for row in cursor:
            yield Owed(*row)


def _detail(reading: Connection, pool: Pool, id: str, clients: int, client_minor: int) -> Detail:
    of = {"lane": pool.lane, "pool": pool.id}
    lines = [
        Line(code, CHART[code].name, accounts, minor)
        for code, accounts, minor in reading.execute(statement("liability_lines"), of)
    ]
    detail = Detail(
        id, clients, client_minor, [line for line in lines if CHART[line.code].side == "credit"],
        [line for line in lines if CHART[line.code].side == "debit"], list(_banks(reading, pool)),
    )  # fmt: skip
    if detail.asset_minor != detail.owed_minor:
        raise Unbalanced(
            f"pool {pool.id} has {detail.asset_minor} and owes {detail.owed_minor} in the books: run `cunguan prove`"
        )
    return detail


def _banks(reading: Connection, pool: Pool) -> Iterator[Bank]:
    since = pool.business_date - timedelta(days=MOVEMENT_DAYS)
    before = reading.execute(statement("history_seq_on"), {"lane": pool.lane, "day": since}).fetchone()
    after = before[0] if before else 0
    for id, reference, account, minor in reading.execute(
        statement("liability_banks"), {"lane": pool.lane, "pool": pool.id}
    ).fetchall():
        of = {"lane": pool.lane, "account": account, "after": after}
        moved = [Movement(*row) for row in reading.execute(statement("liability_movements"), of)]
        yield Bank(id, reference, minor, since.isoformat(), moved)
