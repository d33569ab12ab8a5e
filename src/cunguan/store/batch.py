"""Batch (批): what a lane decided together and the store writes at once, whole or not at all.

Shape   Entry: one instruction with its answer; Batch: entries in sequence, the last version of every row
        they touched, the balances after them. Stored: what was answered under an id before
Source  design/lanes.md rules 3, 15, 16
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Decision, Restored
from cunguan.kernel.rows import Account, Posted, Row


class Entry(msgspec.Struct, gc=False):
    """One decided instruction."""

    seq: int
    id: str
    key16: bytes
    kind: str
    version: int
    body: bytes
    state: str  # done, refused, quarantined
    decision: Decision
    after: list[tuple[int, int]]
    detail: bytes  # canonical JSON of the answer's detail

    def answer(self) -> Answer:
        """Return what the caller hears."""
        return Answer(self.id, self.decision.code, self.seq, self.decision.why, self.decision.answer)

    def stored(self) -> "Stored":
        """Return the entry as the store will give it back."""
        decision = self.decision
        return Stored(
            self.id, self.seq, self.kind, self.version, self.body, self.state, decision.code, decision.why, self.detail
        )


class Stored(msgspec.Struct, frozen=True, gc=False):
    """What was stored under an id: the first body and the first answer, for ever."""

    id: str
    seq: int
    kind: str
    version: int
    body: bytes
    state: str
    code: Code
    why: str
    detail: bytes

    def answer(self) -> Answer:
        """Return the first answer again."""
        return Answer(self.id, self.code, self.seq, self.why, msgspec.json.decode(self.detail))


class Batch(msgspec.Struct):
    """Everything one commit writes."""

    lane: int
    token: int
    number: int
    first_seq: int
    last_seq: int
    at: datetime
    business_date: date
    pack: str
    pack_version: int
    rule_set_hash: str
    code_version: str
    salt_key_id: int
    entries: list[Entry]
    adds: dict[tuple[type[Row], str], Row]
    changes: dict[tuple[type[Row], str], Row]
    accounts: list[Account]
    balances: dict[int, tuple[int, int]]  # account -> (balance, sequence of its last posting)


class Head(msgspec.Struct, frozen=True):
    """The lane as the store has it."""

    lane: int
    token: int
    head: int
    at: datetime | None
    restored: Restored | None = None


class Reader(Protocol):
    """What a lane reads: each call is one read."""

    def head(self, lane: int) -> Head:
        """Return the lane's head, fence token, the instant of its last batch, and the last restore."""

    def rows(self, lane: int, kind: type[Row], ids: list[str]) -> list[Row]:
        """Return the rows that exist, in any order."""

    def index(self, lane: int, kind: type[Row], field: str, values: Sequence[str | date]) -> list[Row]:
        """Return all rows whose field has one of the values."""

    def under_order(self, lane: int) -> list[tuple[str, int]]:
        """Return the holders whose next credit goes to a legal order, with the first of their accounts."""

    def balances(self, lane: int, accounts: list[int]) -> dict[int, int]:
        """Return the balances of accounts that exist."""

    def posted(self, lane: int, ids: Sequence[str]) -> dict[str, tuple[Posted, ...]]:
        """Return the committed postings of instructions, in the order of their lines."""

    def seen(self, lane: int, keys: list[bytes]) -> dict[bytes, Stored]:
        """Return what is stored under ids, by the first 16 bytes of their hash."""


class Fenced(RuntimeError):
    """Another writer owns the lane, or a batch before this one is missing: nothing was written."""


class Refused(RuntimeError):
    """The store refused a batch for a constraint: something of ours is wrong with one of its items."""
