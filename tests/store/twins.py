"""Twins: the memory store and the PostgreSQL store behind one face, for suites that run on both.

Shape   MemoryTwin, PostgresTwin: what a Runner reads and writes, and what a test asks of a store besides:
        postings, authorities, claim moves, instructions, accounts, balances, and a digest of every money table
Units   minor units; a posting is named by its columns in the schema
"""

import hashlib
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from cunguan.desks.ledger.migrate import migrate
from cunguan.kernel.codes import Code
from cunguan.kernel.rows import ROWS, Account, Posted, Row
from cunguan.store.batch import Batch, Fenced, Head, Refused, Stored
from cunguan.store.memory import MemoryStore
from cunguan.store.postgres import PostgresReader, PostgresWriter, take
from cunguan.store.tables import tables

V = TypeVar("V")

#: tables whose rows the database itself refuses to change, to delete or to empty
APPEND_ONLY = (
    "instruction",
    "journal",
    "posting",
    "authority",
    "claim_move",
    "state_move",
    "batch",
    "account",
    "run_item",
)

#: what a refusal may write: its own line in the sequence, and nothing else
NOT_MONEY = frozenset({"instruction", "instruction_key", "batch", "lane", "lease"})
#: append-only tables beside the rows
FACTS = ("authority", "account", "journal", "posting", "balance", "claim_move", "state_move")


class Line(NamedTuple):
    """A posting as it is stored."""

    seq: int
    line: int
    debit: int
    credit: int
    amount_minor: int
    debit_after: int
    credit_after: int
    authority: int | None
    opened: int | None


class Given(NamedTuple):
    """An authority as it is stored."""

    seq: int
    kind: str
    owner: str
    type: str
    amount_minor: int
    payee: str
    listing: str
    until: str


class ClaimLine(NamedTuple):
    """A line of the claim register as it is stored."""

    seq: int
    line: int
    claim: str
    listing: str
    holder: str
    principal_minor: int
    interest_minor: int
    late_minor: int
    recourse_interest_minor: int
    recourse_late_minor: int


class Moved(NamedTuple):
    """A move of a state machine as it is stored."""

    seq: int
    machine: str
    subject: str
    event: str
    state: str


class Decided(NamedTuple):
    """A batch as it is stored: its sequences, its day and its rules."""

    first_seq: int
    last_seq: int
    business_date: date
    pack: str
    pack_version: int
    rule_set_hash: str


class MemoryTwin(MemoryStore):
    """The store in dictionaries."""

    name = "memory"

    def close(self) -> None:
        """Have nothing to close."""

    def restart(self) -> None:
        """Keep what was written: the store lives as long as the test, only the lane's writers stop and start."""

    def begin(self, batch: Batch) -> None:
        """Begin to write a batch that will not be ended: nothing of it is there."""

    def give_up(self) -> None:
        """End what was begun: there is nothing."""

    def accounts(self, lane: int) -> dict[int, Account]:
        """Return the accounts of a lane by number."""
        return dict(self.account[lane])

    def balances_of(self, lane: int) -> dict[int, tuple[int, int]]:
        """Return every balance of a lane, with the sequence of its last posting."""
        return dict(self.balance[lane])

    def lines(self, lane: int) -> list[Line]:
        """Return every posting of a lane, in order."""
        return [
            Line(entry.seq, n, p.debit, p.credit, p.amount_minor, *after, p.authority, p.opened)
            for entry in self.entries[lane]
            for n, (p, after) in enumerate(zip(entry.decision.postings, entry.after, strict=True))
        ]

    def authorities(self, lane: int) -> dict[int, Given]:
        """Return what clients confirmed, by sequence."""
        found = {}
        for entry in self.entries[lane]:
            if entry.decision.authority is not None:
                text = entry.decision.authority.text
                found[entry.seq] = Given(
                    entry.seq, text.kind, text.owner, text.type, text.amount_minor, text.payee, text.listing, text.until
                )
        return found

    def claim_lines(self, lane: int) -> list[ClaimLine]:
        """Return the claim register of a lane, in order."""
        return [
            ClaimLine(entry.seq, n, *msgspec.structs.astuple(m))
            for entry in self.entries[lane]
            for n, m in enumerate(entry.decision.claim_moves)
        ]

    def moves(self, lane: int) -> list[Moved]:
        """Return every move of a lane, in order."""
        return [
            Moved(entry.seq, m.machine, m.subject, m.event, m.state)
            for entry in self.entries[lane]
            for m in entry.decision.moves
        ]

    def instructions(self, lane: int) -> list[Stored]:
        """Return every stored instruction, in order."""
        return [entry.stored() for entry in self.entries[lane]]

    def decided(self, lane: int) -> list[Decided]:
        """Return every batch of a lane, in order."""
        return [
            Decided(b.first_seq, b.last_seq, b.business_date, b.pack, b.pack_version, b.rule_set_hash)
            for b in self.batches if b.lane == lane
        ]  # fmt: skip

    def rules_of(self, lane: int, seq: int) -> str:
        """Return the rule-set hash under which a sequence was decided."""
        return next(b.rule_set_hash for b in self.batches if b.lane == lane and b.first_seq <= seq <= b.last_seq)

    def money(self, lane: int) -> str:
        """Return a digest of every money table of a lane."""
        state: list[Any] = [sorted(self.balance[lane].items()), list(self.account[lane].values())]
        state += [self.all(lane, kind) for kind in ROWS]
        state += [[e.seq, e.decision.postings, e.decision.claim_moves, e.decision.moves, e.decision.authority]
                  for e in self.entries[lane] if e.state == "done"]  # fmt: skip
        return hashlib.sha256(msgspec.msgpack.encode(state)).hexdigest()


class _ByLane(Generic[V]):
    """A reading that is asked as if it were a dictionary of lanes, as the memory store is."""

    def __init__(self, read: Callable[[int], V]) -> None:
        self._read = read

    def __getitem__(self, lane: int) -> V:
        return self._read(lane)


#: one round that forgets every lane; deleting a few rows costs less than emptying forty tables
_EMPTY = sql.SQL("; ").join(
    [sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(name)) for name in APPEND_ONLY]
    + [
        sql.SQL("DELETE FROM {}").format(sql.Identifier(name))
        for name in (*NOT_MONEY, *FACTS, *(t.name for t in tables()))
    ]
    + [sql.SQL("DELETE FROM epoch WHERE epoch > 1")]  # a scenario may have declared a restore
    + [sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(name)) for name in APPEND_ONLY]
)


class PostgresTwin:
    """The store on PostgreSQL: one reader, one writer, and a connection for the tests' own questions."""

    name = "postgres"

    def __init__(self, conninfo: str) -> None:
        self.conninfo = conninfo
        self.account, self.balance = _ByLane(self.accounts), _ByLane(self.balances_of)
        self._open()

    def _open(self) -> None:
        self._reader, self._writer = PostgresReader(self.conninfo), PostgresWriter(self.conninfo)
        self._connection = psycopg.connect(self.conninfo, autocommit=True, options="-c lock_timeout=20s")

    def close(self) -> None:
        """Close every connection."""
        self._reader.close()
        self._writer.close()
        self._connection.close()

    def restart(self) -> None:
        """Stop and start: what was not committed never was."""
        self.close()
        self._open()

    def empty(self) -> None:
        """Forget every lane; only an owner who turns the triggers off can, which is what tests do between two runs."""
        with self._connection.transaction():
            self._connection.execute(_EMPTY)

    # ── what a lane needs ────────────────────────────────────────────────────
    def take(self, lane: int) -> Head:
        """Take a lane over; the lease is over at once, so that the next taker need not wait."""
        head = take(self.conninfo, lane, "twin", 0)
        assert head is not None
        return head

    def head(self, lane: int) -> Head:
        """Return the lane's head."""
        return self._reader.head(lane)

    def rows(self, lane: int, kind: type[Row], ids: list[str]) -> list[Row]:
        """Return the rows that exist."""
        return self._reader.rows(lane, kind, ids)

    def index(self, lane: int, kind: type[Row], field: str, values: Sequence[str | date]) -> list[Row]:
        """Return all rows whose field has one of the values."""
        return self._reader.index(lane, kind, field, values)

    def under_order(self, lane: int) -> list[tuple[str, int]]:
        """Return the holders whose next credit goes to a legal order."""
        return self._reader.under_order(lane)

    def all(self, lane: int, kind: type[Row]) -> list[Row]:
        """Return every row of a kind, by id."""
        return self._reader.all(lane, kind)

    def balances(self, lane: int, accounts: list[int]) -> dict[int, int]:
        """Return the balances of accounts that exist."""
        return self._reader.balances(lane, accounts)

    def posted(self, lane: int, ids: Sequence[str]) -> dict[str, tuple[Posted, ...]]:
        """Return the committed postings of instructions."""
        return self._reader.posted(lane, ids)

    def seen(self, lane: int, keys: list[bytes]) -> dict[bytes, Stored]:
        """Return what is stored under ids."""
        return self._reader.seen(lane, keys)

    def write(self, batch: Batch) -> None:
        """Write a batch whole, or raise and write nothing."""
        try:
            self._writer.write(batch)
        except (Fenced, Refused):
            self._writer.wire.rollback()
            raise

    def begin(self, batch: Batch) -> None:
        """Send the rows of a batch, and neither its fence nor COMMIT."""
        self._writer.copy(batch)

    def give_up(self) -> None:
        """Roll back what was begun."""
        self._writer.wire.rollback()

    def due(self, name: str, *given: object) -> list[Any]:
        """Return the rows of a named statement of store/sql."""
        return self._reader.due(name, *given)

    # ── what a test asks ─────────────────────────────────────────────────────
    def ask(self, statement: str | sql.Composed, *params: object) -> list[Any]:
        """Return the rows of a question."""
        return self._connection.execute(statement, params).fetchall()

    def run(self, statement: str) -> None:
        """Run a statement that answers nothing."""
        self._connection.execute(statement.encode())

    def lanes(self) -> list[int]:
        """Return the lanes that were ever written."""
        return [lane for (lane,) in self.ask("SELECT lane FROM lane ORDER BY lane")]

    def accounts(self, lane: int) -> dict[int, Account]:
        """Return the accounts of a lane by number, in the order they were opened."""
        found = self.ask(
            "SELECT account, code, owner, pool, currency FROM account WHERE lane = %s ORDER BY abs(account)", lane
        )
        return {row[0]: Account(*row) for row in found}

    def balances_of(self, lane: int) -> dict[int, tuple[int, int]]:
        """Return every balance of a lane, with the sequence of its last posting."""
        return {row[0]: row[1:] for row in self.ask("SELECT account, balance, seq FROM balance WHERE lane = %s", lane)}

    def lines(self, lane: int) -> list[Line]:
        """Return every posting of a lane, in order."""
        return [
            Line(*row)
            for row in self.ask(
                "SELECT seq, line, debit_account, credit_account, amount_minor, debit_after, credit_after, authority, opened"
                " FROM posting WHERE lane = %s ORDER BY seq, line", lane,
            )
        ]  # fmt: skip

    def authorities(self, lane: int) -> dict[int, Given]:
        """Return what clients confirmed, by sequence."""
        found = self.ask(
            "SELECT seq, kind, owner, type, amount_minor, payee, listing, until FROM authority WHERE lane = %s", lane
        )
        return {row[0]: Given(*row) for row in found}

    def claim_lines(self, lane: int) -> list[ClaimLine]:
        """Return the claim register of a lane, in order."""
        return [
            ClaimLine(*row)
            for row in self.ask(
                "SELECT seq, line, claim, listing, holder, principal_minor, interest_minor, late_minor,"
                " recourse_interest_minor, recourse_late_minor FROM claim_move WHERE lane = %s ORDER BY seq, line", lane,
            )
        ]  # fmt: skip

    def moves(self, lane: int) -> list[Moved]:
        """Return every move of a lane, in order."""
        statement = "SELECT seq, machine, subject, event, state FROM state_move WHERE lane = %s ORDER BY seq, line"
        return [Moved(*row) for row in self.ask(statement, lane)]

    def instructions(self, lane: int) -> list[Stored]:
        """Return every stored instruction, in order."""
        found = self.ask(
            "SELECT id, seq, kind, version, body, state, code, why, detail FROM instruction WHERE lane = %s ORDER BY seq",
            lane,
        )
        return [
            Stored(id, seq, kind, version, body, state, Code(code), why, detail)
            for id, seq, kind, version, body, state, code, why, detail in found
        ]

    def decided(self, lane: int) -> list[Decided]:
        """Return every batch of a lane, in order."""
        statement = (
            "SELECT first_seq, last_seq, business_date, pack_id, pack_version, rule_set_hash"
            " FROM batch WHERE lane = %s ORDER BY first_seq"
        )
        return [Decided(*row) for row in self.ask(statement, lane)]

    def rules_of(self, lane: int, seq: int) -> str:
        """Return the rule-set hash under which a sequence was decided."""
        [(found,)] = self.ask(
            "SELECT rule_set_hash FROM batch WHERE lane = %s AND %s BETWEEN first_seq AND last_seq", lane, seq
        )
        return str(found)

    def money(self, lane: int) -> str:
        """Return a digest of every money table of a lane, as PostgreSQL has it."""
        parts = [
            sql.SQL("SELECT {name} AS name, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS digest "
                    "FROM {table} t WHERE lane = {lane}").format(
                name=sql.Literal(name), table=sql.Identifier(name), lane=sql.Literal(lane))
            for name in (*FACTS, *(table.name for table in tables()))
        ]  # fmt: skip
        return repr(sorted(self.ask(sql.SQL(" UNION ALL ").join(parts))))  # a parallel plan keeps no order


Twin = MemoryTwin | PostgresTwin


@contextmanager
def shared_twin(server_url: str) -> Iterator[Callable[[], PostgresTwin]]:
    """Give a store on one migrated database, emptied each time it is asked for: to drop one costs a checkpoint."""
    with empty_database(server_url, f"test_{uuid.uuid4().hex}") as url:
        migrate(url)
        twin = PostgresTwin(url)

        def make() -> PostgresTwin:
            twin.empty()
            return twin

        try:
            yield make
        finally:
            twin.close()


@contextmanager
def empty_database(server_url: str, name: str) -> Iterator[str]:
    """Give a database of its own, and drop it."""
    with psycopg.connect(server_url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield make_conninfo(server_url, dbname=name)
    finally:
        with psycopg.connect(server_url, autocommit=True) as owner:
            owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
