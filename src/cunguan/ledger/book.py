"""Book (账簿缓存): every fact and balance that decisions read, kept in memory, written through.

When    a lane decides: `get`, `many`, `find` and `balance` answer from memory or raise Miss; the plane
        loads what was missed in one read per kind and asks again, before it decides the first
Shape   two generations of rows, balances and indexes; what is used moves to the young one, and when that
        is full the old one is dropped, once every batch that may have touched it is committed: so an
        uncommitted fact is never read again from the store, which has an older one
Units   balances in minor units, on the account's own side: never below zero
Errors  Miss: load and ask again. AssertionError: a posting that only our own mistake can make
Source  design/lanes.md rule 8
"""

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar, cast

from cunguan.kernel.instruction import Decision, Posting
from cunguan.kernel.rows import Account, Day, Earlier, Posted, Row

R = TypeVar("R", bound=Row)
Key = tuple[type[Row], str]
Value = str | date  # of an indexed field
IndexKey = tuple[type[Row], str, Value]

#: bytes one row takes in memory with its dictionary slots; measured by `cunguan bench books`, rounded up
ROW_BYTES = 520
BALANCE_BYTES = 130
BALANCE_MAX = 2**62


class Miss(Exception):
    """A fact is not in memory yet."""


class Misses:
    """What must be loaded before the decisions can be made."""

    def __init__(self) -> None:
        self.rows: dict[type[Row], set[str]] = {}
        self.indexes: dict[tuple[type[Row], str], set[Value]] = {}
        self.foreign: dict[type[Row], set[str]] = {}
        self.posted: set[str] = set()
        self.earlier: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self.rows or self.indexes or self.foreign or self.posted or self.earlier)


class Undo(NamedTuple):
    """What one decision of a group is about to change, as it stands before; a row that is not known is not named."""

    decision: Decision
    rows: dict[Key, Row | None]
    balances: dict[int, int]


class Book:
    """The mutable facts of one lane."""

    def __init__(self, limit_bytes: int | None = None) -> None:
        self._half = None if limit_bytes is None else limit_bytes // 2
        self._rows: dict[Key, Row | None] = {}
        self._rows_old: dict[Key, Row | None] = {}
        self._balances: dict[int, int] = {}
        self._balances_old: dict[int, int] = {}
        self._indexes: dict[IndexKey, dict[str, None]] = {}
        self._indexes_old: dict[IndexKey, dict[str, None]] = {}
        self._foreign: dict[Key, Row | None] = {}
        self._posted: dict[str, tuple[Posted, ...]] = {}
        self._earlier: dict[str, Earlier | None] = {}
        self._added: deque[tuple[int, list[Row]]] = deque()
        self._committed_number = 0
        self._touched_until = 0  # the last batch that may have touched the old generation
        self._undo: list[Undo] | None = None  # of a group: what it has applied so far, and what stood there before
        self.misses = Misses()

    # ── reading ──────────────────────────────────────────────────────────────
    def get(self, kind: type[R], row_id: str) -> R | None:
        """Return a row, or None when there is none; raise Miss when it is not known yet."""
        key = (kind, row_id)
        try:
            return cast("R | None", self._rows[key])
        except KeyError:
            pass
        if key not in self._rows_old:
            self.misses.rows.setdefault(kind, set()).add(row_id)
            raise Miss
        return cast("R | None", self._promote(key))

    def many(self, kind: type[R], row_ids: Iterable[str]) -> list[R | None]:
        """Return rows in the order asked; raise one Miss for all that are not known yet."""
        found: list[R | None] = []
        missed = False
        for row_id in row_ids:
            try:
                found.append(self.get(kind, row_id))
            except Miss:
                missed = True
        if missed:
            raise Miss
        return found

    def find(self, kind: type[R], field: str, value: Value) -> list[R]:
        """Return all rows of a kind whose indexed field has this value, in the order of their ids."""
        key = (kind, field, value)
        index = self._indexes.get(key)
        if index is None and key in self._indexes_old:
            index = self._indexes[key] = self._indexes_old.pop(key)
        if index is None:
            self.misses.indexes.setdefault((kind, field), set()).add(value)
            raise Miss
        return [row for row in self.many(kind, sorted(index)) if row is not None]

    def foreign(self, kind: type[R], row_id: str) -> R | None:
        """Return a row of lane 0 as committed; it is read anew for each batch and never kept."""
        key = (kind, row_id)
        if key not in self._foreign:
            self.misses.foreign.setdefault(kind, set()).add(row_id)
            raise Miss
        return cast("R | None", self._foreign[key])

    def posted(self, instruction_id: str) -> tuple[Posted, ...]:
        """Return the postings of an earlier instruction as committed; none when it posted nothing, or is not there yet."""
        if instruction_id not in self._posted:
            self.misses.posted.add(instruction_id)
            raise Miss
        return self._posted[instruction_id]

    def earlier(self, instruction_id: str) -> Earlier | None:
        """Return what became of an earlier instruction, as committed; None when there is none of that id."""
        if instruction_id not in self._earlier:
            self.misses.earlier.add(instruction_id)
            raise Miss
        return self._earlier[instruction_id]

    def balance(self, account: int) -> int:
        """Return the balance of an account whose row was read for this decision."""
        return self._balances[account]

    def day(self) -> Day | None:
        """Return the lane's day; None before the lane was opened."""
        return self.get(Day, "day")

    # ── loading ──────────────────────────────────────────────────────────────
    def take_misses(self) -> Misses:
        """Return what was missed since the last call."""
        misses, self.misses = self.misses, Misses()
        return misses

    def fill_rows(self, kind: type[Row], asked: Iterable[str], rows: Iterable[Row], balances: dict[int, int]) -> None:
        """Take rows read from the store; what the book knows already is newer and stays."""
        for row in rows:
            self._take(row, balances)
        for row_id in asked:
            key = (kind, row_id)
            if key not in self._rows and key not in self._rows_old:
                self._rows[key] = None

    def fill_index(
        self, kind: type[Row], field: str, value: Value, rows: Iterable[Row], balances: dict[int, int]
    ) -> None:
        """Take a whole set read from the store, and what batches in flight add to it."""
        index = dict.fromkeys(row.id for row in rows)
        for _, added in self._added:
            for row in added:
                if type(row) is kind and getattr(row, field) == value:
                    index[row.id] = None
        for row in rows:
            self._take(row, balances)
        self._indexes[(kind, field, value)] = index

    def fill_foreign(self, kind: type[Row], asked: Iterable[str], rows: Iterable[Row]) -> None:
        """Take rows of lane 0 for this batch."""
        for row_id in asked:
            self._foreign[(kind, row_id)] = None
        for row in rows:
            self._foreign[(kind, row.id)] = row

    def fill_posted(self, asked: Iterable[str], found: dict[str, tuple[Posted, ...]]) -> None:
        """Take journals for this batch."""
        for instruction_id in asked:
            self._posted[instruction_id] = found.get(instruction_id, ())

    def fill_earlier(self, asked: Iterable[str], found: dict[str, Earlier]) -> None:
        """Take what became of instructions, for this batch."""
        for instruction_id in asked:
            self._earlier[instruction_id] = found.get(instruction_id)

    def _take(self, row: Row, balances: dict[int, int]) -> None:
        key = (type(row), row.id)
        if key in self._rows or key in self._rows_old:
            return
        self._rows[key] = row
        for account in row.accounts():
            if account not in self._balances:
                self._balances[account] = self._balances_old.pop(account, balances[account])

    def _promote(self, key: Key) -> Row | None:
        row = self._rows[key] = self._rows_old.pop(key)
        if row is not None:
            for account in row.accounts():
                if account in self._balances_old:
                    self._balances[account] = self._balances_old.pop(account)
        return row

    # ── writing ──────────────────────────────────────────────────────────────
    def begin_batch(self, number: int) -> None:
        """Start a batch: forget lane 0's rows and past journals, drop what was not used lately when memory is full."""
        self._foreign.clear()
        self._posted.clear()
        self._earlier.clear()
        while self._added and self._added[0][0] <= self._committed_number:
            self._added.popleft()
        self._added.append((number, []))
        if (
            self._half is not None
            and self._committed_number >= self._touched_until
            and self._young_bytes() > self._half
        ):
            self._rows_old, self._rows = self._rows, {}
            self._balances_old, self._balances = self._balances, {}
            self._indexes_old, self._indexes = self._indexes, {}
            self._touched_until = number - 1

    def committed(self, number: int) -> None:
        """Note that the store has the batches up to this one; may be called from another thread."""
        self._committed_number = number

    def post(self, postings: Sequence[Posting]) -> list[tuple[int, int]]:
        """Apply a journal, or nothing of it; return the balances after each posting, debit side first."""
        balances, after, undo = self._balances, [], []
        try:
            for posting in postings:
                debit, credit, amount = posting.debit, posting.credit, posting.amount_minor
                assert amount > 0 and debit != credit, "a posting moves a positive amount between two accounts"
                for account, delta in (
                    (debit, amount if debit < 0 else -amount),
                    (credit, -amount if credit < 0 else amount),
                ):
                    before = balances[account]
                    undo.append((account, before))
                    balances[account] = before + delta
                    assert 0 <= before + delta < BALANCE_MAX, f"account {account} would stand at {before + delta}"
                after.append((balances[debit], balances[credit]))
        except Exception:
            for account, before in reversed(undo):
                balances[account] = before
            raise
        return after

    def apply(self, decision: Decision) -> list[tuple[int, int]]:
        """Apply everything a decision does, or nothing; return the balances after each posting."""
        for row in decision.adds:
            key = (type(row), row.id)
            assert self._rows.get(key) is None and self._rows_old.get(key) is None, f"{key[0].__name__} {row.id} exists"
        for row in decision.changes:
            assert self._rows[(type(row), row.id)] is not None, f"{type(row).__name__} {row.id} was not read"
        before = None if self._undo is None else self._before(decision)
        self._open_accounts(decision.accounts)
        try:
            after = self.post(decision.postings)
        except Exception:
            for account in decision.accounts:
                del self._balances[account.account]
            raise
        for row in decision.adds:
            self._add(row)
        for row in decision.changes:
            self._rows[(type(row), row.id)] = row
        if self._undo is not None and before is not None:
            self._undo.append(before)
        return after

    # ── a group: all of it or nothing ────────────────────────────────────────
    def begin_group(self) -> None:
        """Keep in mind what stands, from here to the end of a group."""
        self._undo = []

    def end_group(self, *, keep: bool) -> None:
        """Let what a group applied stand, or bring everything back to where it stood; what was loaded meanwhile stays."""
        applied, self._undo = self._undo or [], None
        for undo in () if keep else reversed(applied):
            self._restore(undo)

    def _before(self, decision: Decision) -> Undo:
        keys = [(type(row), row.id) for row in (*decision.adds, *decision.changes)]
        rows = {key: of[key] for key in keys for of in (self._rows_old, self._rows) if key in of}
        accounts = {account for posting in decision.postings for account in (posting.debit, posting.credit)}
        return Undo(decision, rows, {account: self._balances[account] for account in accounts & self._balances.keys()})

    def _restore(self, undo: Undo) -> None:
        for row in reversed(undo.decision.adds):
            self._drop(row)
        self._rows.update(undo.rows)
        for account in undo.decision.accounts:
            del self._balances[account.account]
        self._balances.update(undo.balances)

    def _drop(self, row: Row) -> None:
        kind = type(row)
        del self._rows[(kind, row.id)]
        if kind.INDEXED:
            added = self._added[-1][1].pop()
            assert added is row, "what was added last is taken back first"
            for field in kind.INDEXED:
                place = (kind, field, getattr(row, field))
                for index in (self._indexes.get(place), self._indexes_old.get(place)):
                    if index is not None:
                        index.pop(row.id, None)

    def _open_accounts(self, accounts: Sequence[Account]) -> None:
        for account in accounts:
            assert account.account not in self._balances, f"account {account.account} is open already"
        for account in accounts:
            self._balances[account.account] = 0

    def _add(self, row: Row) -> None:
        kind = type(row)
        self._rows_old.pop((kind, row.id), None)
        self._rows[(kind, row.id)] = row
        if kind.INDEXED:
            self._added[-1][1].append(row)
            for field in kind.INDEXED:
                place = (kind, field, getattr(row, field))
                index = self._indexes.get(place)
                if index is None:
                    index = self._indexes_old.get(place)
                if index is not None:
                    index[row.id] = None

    def clear(self) -> None:
        """Forget everything: what was decided but not committed never was."""
        limit = None if self._half is None else self._half * 2
        self.__init__(limit)  # type: ignore[misc]  # a book after a failure is a new book

    # ── size ─────────────────────────────────────────────────────────────────
    def _young_bytes(self) -> int:
        ids = sum(map(len, self._indexes.values())) if len(self._indexes) < 1000 else len(self._indexes) * 40
        return len(self._rows) * ROW_BYTES + len(self._balances) * BALANCE_BYTES + ids * 100

    def size(self) -> dict[str, Any]:
        """Return how many rows and balances are in memory, and about how many bytes."""
        rows = len(self._rows) + len(self._rows_old)
        balances = len(self._balances) + len(self._balances_old)
        return {"rows": rows, "balances": balances, "bytes": rows * ROW_BYTES + balances * BALANCE_BYTES}
