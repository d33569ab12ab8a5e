"""Books (重算账簿): what the claims have recomputed of one lane, up to the last sequence read.

Shape   accounts as opened; the last balance a posting states, by account; buckets by (account, what opened it); the
        claim register; standing authorities. A claim writes its own part, later claims read it
Units   minor units; assets have negative numbers and every balance is on its account's own side
Source  store/schema/0001_books.sql; domain.md (b.2)
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

import msgspec

from cunguan.prove.reading import Reader, Rows

#: where a lane stood when code of a schema took it first; no row: no such code ever did
_SCHEMAS = "SELECT number, head FROM lane_schema WHERE lane = %s ORDER BY number"

#: accounts whose money stands in buckets, each opened by one instruction -> the account of the same owner it returns to;
#: "": to the very account it came from
RETURNS_TO = {"2015": "2010", "2020": "2010", "2030": "", "2125": "2120", "2155": ""}

#: accounts whose money stands in items, each brought by one instruction; it goes to its owner or back to its source
SUSPENSE = ("2210", "2220", "2230")

#: the five accounts of a holder
OF_HOLDER = frozenset({"2010", "2015", "2020", "2030", "2040"})


class Account(NamedTuple):
    """An account as it was opened; `place` is its pool and currency."""

    code: str
    owner: str
    place: tuple[str, str]


class Bucket(msgspec.Struct, gc=False):
    """Money that one instruction set aside on one account.

    payees   accounts it was captured to, with the sequence of the first capture
    against  the account the money came from
    """

    added: int
    against: int
    authority: int
    captured: int = 0
    released: int = 0
    is_named: bool = False
    payees: "dict[int, int] | array[int] | None" = None

    def paid_to(self) -> Iterable[tuple[int, int]]:
        """Return the payees with their sequences."""
        if isinstance(self.payees, array):
            return zip(self.payees[::2], self.payees[1::2], strict=True)
        return (self.payees or {}).items()

    def close(self) -> None:
        """Keep the payees of what is used up in a tenth of the memory: a book has as many of these as repayments."""
        if isinstance(self.payees, dict):
            self.payees = array("q", chain.from_iterable(self.payees.items()))

    @property
    def remaining(self) -> int:
        """What is neither captured nor released."""
        return self.added - self.captured - self.released


class Held(msgspec.Struct, gc=False):
    """One claim of the register, summed up; `behind` the lenders stands what a guarantor gained."""

    listing: str
    holder: str
    seq: int
    behind: bool = False
    principal: int = 0
    interest: int = 0
    late: int = 0
    recourse_interest: int = 0
    recourse_late: int = 0
    is_named: bool = False


class Loan(msgspec.Struct, gc=False):
    """What the register says of one listing; interest and late charge are what the borrower paid."""

    lent: int = 0
    repaid: int = 0
    interest: int = 0
    late: int = 0
    holders: set[str] = msgspec.field(default_factory=set)
    claims: dict[str, Held] = msgspec.field(default_factory=dict)


class Books:
    """One lane."""

    def __init__(self, lane: int, reader: Reader) -> None:
        self.lane, self.reader = lane, reader
        self.head = 0
        self.accounts: dict[int, Account] = {}
        self.places: dict[int, tuple[str, str]] = {}
        self.owners: dict[int, str] = {}
        self.codes: dict[int, str] = {}
        self._of_codes: dict[tuple[str, ...], set[int]] = {}
        self.number: dict[tuple[str, str], int] = {}
        self.after: dict[int, int] = {}
        self.last: dict[int, int] = {}
        self.drift: dict[int, int] = {}
        self.buckets: dict[tuple[int, int], Bucket] = {}
        self.claims: dict[str, Held] = {}
        self.loans: dict[str, Loan] = {}
        self.shortfalls: dict[str, list[str]] = {}  # open ones, by pool
        self.explained: dict[int, int] = {}  # of 1030, 1040 and 2310, what rows account for
        self._places: dict[tuple[str, str], tuple[str, str]] = {}
        self._day_from: list[int] = []
        self._days: list[date] = []
        self._borrowers: dict[str, str] = {}
        self._persons: dict[str, str] = {}
        self._schemas: Rows | None = None

    # ── accounts ─────────────────────────────────────────────────────────────
    def learn(self, numbers: Iterable[int]) -> None:
        """Read the accounts that are not known yet; one that does not exist stays unknown."""
        missing = [number for number in numbers if number not in self.accounts]
        if missing:
            self._take(
                self.reader.ask(
                    "SELECT account, code, owner, pool, currency FROM account WHERE lane = %s AND account = ANY(%s)",
                    self.lane,
                    missing,
                )
            )

    def _take(self, rows: Rows) -> None:
        for number, code, owner, pool, currency in rows:
            place = self._places.setdefault((pool, currency), (pool, currency))
            self.accounts[number] = Account(code, owner, place)
            self.places[number], self.owners[number], self.codes[number] = place, owner, code
            for codes, numbers in self._of_codes.items():
                if code in codes:
                    numbers.add(number)
            if code in RETURNS_TO or code in SUSPENSE:
                self.number[code, owner] = number

    def having(self, *codes: str) -> set[int]:
        """Return the accounts of some codes of the chart; the set grows as accounts become known."""
        if codes not in self._of_codes:
            self._of_codes[codes] = {number for number, account in self.accounts.items() if account.code in codes}
        return self._of_codes[codes]

    def name(self, number: int) -> str:
        """Return an account as a person reads it."""
        account = self.accounts.get(number)
        return f"account {number}" if account is None else f"{account.code} of {account.owner}"

    def balance(self, number: int) -> int:
        """Return the sum of an account's postings, whatever the postings say it is."""
        return self.after.get(number, 0) + self.drift.get(number, 0)

    # ── days ─────────────────────────────────────────────────────────────────
    def begin_days(self, batches: Rows) -> None:
        """Take the business dates of a chunk's batches; the one before still counts for what it began."""
        self._day_from, self._days = self._day_from[-1:], self._days[-1:]
        self._day_from += [row[0] for row in batches]
        self._days += [row[3] for row in batches]

    def day(self, seq: int) -> date:
        """Return the business date of a sequence of the chunk at hand."""
        place = bisect_right(self._day_from, seq) - 1
        return self._days[place] if place >= 0 else date.min

    # ── facts that never change ──────────────────────────────────────────────
    def borrowers(self, listings: Iterable[str]) -> dict[str, str]:
        """Return the borrower of each listing that exists."""
        missing = [listing for listing in set(listings) if listing not in self._borrowers]
        if missing:
            found: Any = self.ask("SELECT id, borrower FROM listing WHERE lane = %s AND id = ANY(%s)", missing)
            self._borrowers.update(found)
        return self._borrowers

    def person(self, holder: str) -> str:
        """Return the person of a holder; empty when there is no such holder."""
        if holder not in self._persons:
            rows = self.ask("SELECT person FROM holder_account WHERE lane = %s AND id = ANY(%s)", [holder])
            self._persons[holder] = rows[0][0] if rows else ""
        return self._persons[holder]

    def is_before(self, seq: int, step: int) -> bool:
        """Return whether a sequence was written by code that did not know a schema step, and what that step has added."""
        if self._schemas is None:
            self._schemas = self.reader.ask(_SCHEMAS, self.lane)
        return seq <= next((head for number, head in self._schemas if number >= step), seq)

    def ask(self, statement: str, ids: list[Any]) -> Rows:
        """Return rows of this lane by their ids."""
        return self.reader.ask(statement, self.lane, ids)
