"""Moved (资金变动): what moved an account, one row an instruction, as its owner reads it.

When    the list of movements, the export, a movement's own page, the home page
Reads   statements client_movements, client_journal, client_postings, client_authorities; the lane and the account's number are
        those of one of the reader's accounts (mine.py)
Shape   Moved: the changes of the five balances by one instruction; `total` is what came in or went out, 0 where money was only
        set aside or given back within the account; then `shown` is how much
Units   minor units; more than nothing came in
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from cunguan.doors.portals.client import words
from cunguan.doors.portals.client.mine import BUCKETS, Mine
from cunguan.doors.portals.shell import reading
from cunguan.ledger.chart import CHART

#: beyond every sequence
LAST = 2**62
#: so many of one instruction's postings are shown
POSTINGS_MAX = 200


class Moved(msgspec.Struct, frozen=True):
    """What one instruction did to an account."""

    seq: int
    kind: str
    id: str
    at: datetime
    business_date: date
    available: int
    uncleared: int
    held: int
    outbound: int
    frozen: int

    @property
    def total(self) -> int:
        """What came into the account, or went out of it."""
        return self.available + self.uncleared + self.held + self.outbound + self.frozen

    @property
    def shown(self) -> int:
        """The amount a list shows: what came or went; without a sign where money stayed within the account."""
        return self.total or max(abs(getattr(self, one)) for one in BUCKETS)

    @property
    def is_within(self) -> bool:
        """Whether money only changed its place within the account."""
        return self.total == 0

    @property
    def name(self) -> str:
        """What it is called."""
        return words.kind(self.kind)

    @property
    def changes(self) -> list[tuple[str, int]]:
        """The balances that changed, by their names."""
        return [(str(words.BALANCES[one][0]), getattr(self, one)) for one in BUCKETS if getattr(self, one)]


class Posting(msgspec.Struct, frozen=True):
    """One posting in words: out of where, into where."""

    line: int
    source: str
    target: str
    amount_minor: int
    is_in: bool
    is_within: bool
    after_minor: int
    authority: int | None


class Filter(msgspec.Struct, frozen=True):
    """What a list is filtered by: kinds, and sequences of a period."""

    kinds: list[str] | None = None
    first: int = 0
    before: int = LAST


def movements(mine: Mine, by: Filter, after: int | None, limit: int) -> list[Moved]:
    """Return what moved an account, the newest first, after (that is, older than) a sequence."""
    values = {
        "lane": mine.lane, "base": mine.base, "kinds": by.kinds, "first": by.first, "limit": limit,
        "before": min(after, by.before) if after is not None else by.before,
    }  # fmt: skip
    return reading.typed(Moved, "client_movements", values)


def movement(mine: Mine, seq: int) -> Moved | None:
    """Return what one instruction did to an account; None where it did nothing to it."""
    found = movements(mine, Filter(first=seq, before=seq + 1), None, 1)
    return found[0] if found else None


def postings(mine: Mine, seq: int) -> list[Posting]:
    """Return the postings of an instruction that touch an account, each in words."""
    values = {"lane": mine.lane, "base": mine.base, "seq": seq, "limit": POSTINGS_MAX}
    return [_posting(mine, row) for row in reading.rows("client_postings", values)]


def _posting(mine: Mine, row: dict[str, Any]) -> Posting:
    ours = range(mine.base, mine.base + len(BUCKETS))
    is_out, is_in = row["debit_account"] in ours, row["credit_account"] in ours
    return Posting(
        row["line"], _side(row["debit_code"], is_out), _side(row["credit_code"], is_in), row["amount_minor"], is_in,
        is_in and is_out, row["credit_after"] if is_in else row["debit_after"], row["authority"],
    )  # fmt: skip


def _side(code: str, is_mine: bool) -> str:
    """Return what stands on a side: the reader's own balances by name, others by what they are, never by whose."""
    return str(words.BALANCES[CHART[code].name][0]) if is_mine else words.of(words.SIDES, code)


def authorities(mine: Mine, seqs: Sequence[int]) -> list[dict[str, Any]]:
    """Return what stands behind postings: the reader's own word whole, of anything else only what it is."""
    found = reading.rows("client_authorities", {"lane": mine.lane, "seqs": list(seqs)}) if seqs else []
    return [{**one, "is_own": one["owner"] == mine.holder} for one in found]
