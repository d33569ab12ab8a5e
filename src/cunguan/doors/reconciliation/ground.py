"""Ground (对账取数): what a run over a date reads of a lane, and what each rule gives back.

Shape   Lane: a platform's lane with the sequences of the date; Found: one difference; Looked: what one rule says of one lane
Reads   by statements of their own, each one snapshot of a moment
Units   minor units; sequences (after, upto]
Source  design/lanes.md 16 and 21
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import msgspec
import psycopg

from cunguan.policy.cutoffs import CUT_OFFS
from cunguan.policy.evaluate import PACKS
from cunguan.reconciliation.breaks import CODES, Words
from cunguan.reconciliation.daily import Check, Evidence
from cunguan.reconciliation.lines import Line
from cunguan.store.sqlfiles import statement

Connection = psycopg.Connection[Any]

#: nothing of ours holds a snapshot for longer (design/lanes.md 21)
STATEMENT: Final = "60s"
NO_WORDS: Final = Words("", "")


class Lane(msgspec.Struct, frozen=True):
    """A platform's lane; of the date it has the sequences (after, upto]."""

    lane: int
    platform: str
    business_date: date
    pack: str
    after: int
    upto: int

    def is_over(self, day: date) -> bool:
        """Test that the lane has closed a date."""
        return day < self.business_date

    def is_working_day(self, day: date, currency: str) -> bool:
        """Test that banks work in a currency on a date; of one without a row of its own the pack's calendar says it."""
        row = CUT_OFFS.get(currency)
        return (PACKS[self.pack].calendar if row is None else row.calendar).is_working_day(day)


class Found(msgspec.Struct, frozen=True):
    """One difference; subject and key tell it apart within its rule and lane.

    unordered  money left, and nobody had said so
    lines      of R1: side and line, to be compared again until they match
    """

    rule: str
    code: str
    lane: int
    pool: str
    subject: str
    key: str
    since: date
    field: str = ""
    ours: str = ""
    theirs: str = ""
    currency: str = ""
    at_risk_minor: int = 0
    unordered: bool = False
    cause: Words = NO_WORDS
    evidence: tuple[Evidence, ...] = ()
    lines: tuple[tuple[str, Line], ...] = ()

    @property
    def said_cause(self) -> Words:
        """What is suggested as its cause: what was found out, else the usual one of its code."""
        return self.cause if self.cause.en else CODES[self.code].cause


class Looked(msgspec.Struct):
    """What one rule says of one lane; `scope`: subjects whose earlier breaks end when they are not found again."""

    checks: list[Check]
    found: list[Found]
    scope: frozenset[str] = frozenset()


def lanes(connection: Connection, day: date) -> list[Lane]:
    """Return the platforms' lanes that were open on a date."""
    rows = connection.execute(statement("recon_lanes"), {"day": day, "lane": None})
    return [lane for lane in (Lane(*row) for row in rows) if lane.upto]


def ask(connection: Connection, name: str, **of: object) -> list[tuple[Any, ...]]:
    """Run one statement with the time it may take; its rows."""
    with connection.transaction():
        connection.execute(f"SET LOCAL statement_timeout = '{STATEMENT}'")
        return connection.execute(statement(name), of).fetchall()


def sums(connection: Connection, lane: Lane) -> Mapping[str, dict[str, int]]:
    """Return what stood on each code at the end of the date, by pool."""
    found: dict[str, dict[str, int]] = {}
    for pool, _, code, balance in ask(connection, "recon_sums", lane=lane.lane, seq=lane.upto):
        found.setdefault(pool, {})[code] = balance
    return found


def chunks(first: int, last: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield a range of sequences in parts."""
    for start in range(first, last + 1, size):
        yield start, min(start + size - 1, last)
