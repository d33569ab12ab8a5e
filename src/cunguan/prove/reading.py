"""Reading (读取原始行): raw rows in short transactions, while the plane goes on writing.

When    a proof runs
Shape   Chunk: every append-only row of a range of sequences; Page: rows that change, with the head at that very moment
Units   a chunk ends before its postings would pass CHUNK_POSTINGS; no snapshot lives longer than SNAPSHOT_SECONDS
Errors  psycopg.Error: the database said no, or a statement took longer than a snapshot may live
Source  design/lanes.md rule 21
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
import psycopg
from psycopg import IsolationLevel

CHUNK_SEQUENCES = 10_000
CHUNK_POSTINGS = 50_000
PAGE_ROWS = 20_000
SNAPSHOT_SECONDS = 5
LEAST_NUMBER = -(2**63)

#: a range is read by its key, in the order of the key: no sort, no compiling, no helpers that take the cores from the plane
AS_WRITTEN = {"enable_bitmapscan": "off", "enable_seqscan": "off", "jit": "off", "max_parallel_workers_per_gather": "0"}

#: the columns of a posting, in this order
POSTING = ("seq", "line", "debit", "credit", "amount", "debit_after", "credit_after", "authority", "opened")

Rows = list[tuple[Any, ...]]


class Chunk(msgspec.Struct):
    """Everything that was appended from sequence `first` to `last`, in order."""

    first: int
    last: int
    batches: Rows  # first_seq, last_seq, at, business_date
    instructions: Rows  # seq, code, version, id, kind, state, body, seq of the key, key16
    journals: Rows  # seq, postings, value_date
    postings: Rows  # seq, line, debit, credit, amount, debit_after, credit_after, authority or 0, opened or 0
    authorities: Rows  # seq, amount, kind, owner, type, payee, listing, until, evidence_kind, key_id, and four bytes
    claim_moves: Rows  # seq, line, principal, interest, late, claim, listing, holder, recourse: interest, late
    state_moves: Rows  # seq, line, machine, subject, event, state
    posted: dict[int, Rows] = {}  # postings by sequence
    columns: list[tuple[Any, ...]] = []  # the columns of postings

    def __post_init__(self) -> None:
        self.posted = {seq: list(rows) for seq, rows in groupby(self.postings, itemgetter(0))}
        self.columns = list(zip(*self.postings, strict=True)) or [()] * len(POSTING)

    def instruction(self, seq: int) -> tuple[Any, ...] | None:
        """Return the instruction of a sequence of this chunk, or None."""
        place = bisect_left(self.instructions, seq, key=itemgetter(0))
        if place < len(self.instructions) and self.instructions[place][0] == seq:
            return self.instructions[place]
        return None

    def id_of(self, seq: int) -> str:
        """Return the id of the instruction of a sequence, empty where there is none."""
        row = self.instruction(seq)
        return "" if row is None else str(row[3])

    def kind_of(self, seq: int) -> str:
        """Return the kind of the instruction of a sequence, empty where there is none."""
        row = self.instruction(seq)
        return "" if row is None else str(row[4])

    def raw_of(self, seq: int) -> bytes:
        """Return the stored bytes of the body of a sequence's instruction, empty where there is none."""
        row = self.instruction(seq)
        return b"" if row is None else bytes(row[6])

    def body_of(self, seq: int) -> dict[str, Any]:
        """Return the body of the instruction of a sequence; what cannot be read is empty, and claim bodies says so."""
        row = self.instruction(seq)
        try:
            body = None if row is None else msgspec.json.decode(row[6])
        except (msgspec.DecodeError, UnicodeDecodeError):
            body = None
        return body if isinstance(body, dict) else {}


class Page(msgspec.Struct):
    """Rows that change, as they stood when the lane's head was `head`."""

    name: str
    head: int
    rows: Rows


class PageOf(msgspec.Struct, frozen=True):
    """How one kind of changing row is read: columns of a table, by a key that grows."""

    name: str
    columns: str
    table: str = ""
    key: str = "id"
    start: str | int = ""
    rows: int = PAGE_ROWS

    @property
    def statement(self) -> str:
        """Return the statement of one page; its first column is the key."""
        table = self.table or self.name
        return (
            f"SELECT {self.key}, {self.columns} FROM {table} WHERE lane = %s AND {self.key} > %s "
            f"ORDER BY {self.key} LIMIT {self.rows}"
        )


_BATCHES = """
    SELECT first_seq, last_seq, at, business_date FROM batch
    WHERE lane = %(lane)s AND first_seq BETWEEN %(first)s AND %(last)s ORDER BY first_seq"""
# The join only finds the key's row; its bytes are hashed again here. LATERAL and OFFSET 0: one probe an id, whatever the
# planner believes (measured: it hashed every key of the lane anew for each chunk).
_INSTRUCTIONS = """
    SELECT i.seq, i.code, i.version, i.id, i.kind, i.state, i.body, k.seq, k.key16
    FROM instruction i LEFT JOIN LATERAL (
        SELECT seq, key16 FROM instruction_key r
        WHERE r.lane = i.lane AND r.key16 = substring(sha256(convert_to(i.id, 'UTF8')) FOR 16) OFFSET 0) k ON true
    WHERE i.lane = %(lane)s AND i.seq BETWEEN %(first)s AND %(last)s ORDER BY i.seq"""
_FOLLOWING = "SELECT seq FROM instruction WHERE lane = %s AND seq > %s ORDER BY seq LIMIT 1"
_JOURNALS = """
    SELECT seq, postings, value_date FROM journal
    WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s ORDER BY seq"""
_POSTINGS = """
    SELECT seq, line, debit_account, credit_account, amount_minor, debit_after, credit_after,
           coalesce(authority, 0), coalesce(opened, 0)
    FROM posting WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s ORDER BY seq, line"""
_AUTHORITIES = """
    SELECT seq, amount_minor, kind, owner, type, payee, listing, until, evidence_kind, key_id,
           canonical, challenge, public_key, evidence
    FROM authority WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s ORDER BY seq"""
_CLAIM_MOVES = """
    SELECT seq, line, principal_minor, interest_minor, late_minor, claim, listing, holder,
           recourse_interest_minor, recourse_late_minor
    FROM claim_move WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s ORDER BY seq, line"""
_STATE_MOVES = """
    SELECT seq, line, machine, subject, event, state
    FROM state_move WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s ORDER BY seq, line"""


class Reader:
    """One read-only connection."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True, application_name="cunguan prove")
        for setting, value in AS_WRITTEN.items():
            self._connection.execute(f"SET {setting} = {value}")
        self._connection.execute(f"SET statement_timeout = '{SNAPSHOT_SECONDS}s'")
        self._connection.execute(f"SET idle_in_transaction_session_timeout = '{SNAPSHOT_SECONDS}s'")
        self._connection.isolation_level = IsolationLevel.REPEATABLE_READ
        self._connection.read_only = True
        self._cursor = self._connection.cursor(binary=True)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def set(self, setting: str, value: str) -> None:
        """Change a setting of the connection."""
        self._connection.execute("SELECT set_config(%s, %s, false)", (setting, value))

    def ask(self, statement: Any, *params: object) -> Rows:
        """Return the rows of one statement, in a transaction of its own."""
        with self._connection.transaction():
            return self._cursor.execute(statement, params).fetchall()

    def ask_named(self, statement: str, params: dict[str, object]) -> Rows:
        """Return the rows of one statement whose parameters have names."""
        with self._connection.transaction():
            return self._cursor.execute(statement, params).fetchall()

    def head(self, lane: int) -> int:
        """Return the lane's head."""
        return int(self.ask("SELECT head FROM lane WHERE lane = %s", lane)[0][0])

    def chunk(self, lane: int, first: int, upto: int) -> Chunk:
        """Return the next chunk, from `first` to `upto` at most."""
        last = min(upto, first + CHUNK_SEQUENCES - 1)
        with self._connection.transaction():
            journals = self._range(_JOURNALS, lane, first, last)
            last = _cut(journals, first, last)
            instructions = self._range(_INSTRUCTIONS, lane, first, last)
            if (
                not instructions and not journals
            ):  # a declared gap is long and empty: what else may stand in it is read at once
                following = self._cursor.execute(_FOLLOWING, (lane, last)).fetchone()
                last = upto if following is None else min(upto, following[0] - 1)
            return Chunk(
                first, last,
                self._range(_BATCHES, lane, first, last),
                instructions,
                [row for row in journals if row[0] <= last],
                self._range(_POSTINGS, lane, first, last),
                self._range(_AUTHORITIES, lane, first, last),
                self._range(_CLAIM_MOVES, lane, first, last),
                self._range(_STATE_MOVES, lane, first, last),
            )  # fmt: skip

    def pages(self, lane: int, of: PageOf) -> Iterator[Page]:
        """Yield all rows of a kind, page by page, each with the head of its own snapshot."""
        after: object = of.start
        while True:
            with self._connection.transaction():
                [(head,)] = self._cursor.execute("SELECT head FROM lane WHERE lane = %s", (lane,)).fetchall()
                rows = self._cursor.execute(of.statement, (lane, after)).fetchall()
            yield Page(of.name, head, rows)
            if len(rows) < of.rows:
                return
            after = rows[-1][0]

    def _range(self, statement: str, lane: int, first: int, last: int) -> Rows:
        return self._cursor.execute(statement, {"lane": lane, "first": first, "last": last}).fetchall()


def _cut(journals: Sequence[tuple[Any, ...]], first: int, last: int) -> int:
    """Return the last sequence of a chunk that keeps the bound; the counts only size it, they are not believed."""
    total = 0
    for seq, postings, _ in journals:
        total += max(postings, 0)
        if total > CHUNK_POSTINGS and seq > first:
            return int(seq) - 1
    return last
