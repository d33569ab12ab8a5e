"""CSV of a bank (银行明细 CSV): an export of an account, read by a mapping that says which column is what.

Shape   reader(mapping).read(stream): parts. Mapping: the TOML of docs/statements.md as values; `columns` names or numbers (from 1)
        An amount is one signed column, one column with a direction, or two columns. A running balance, where there is one, gives
        opening and closing and is followed line by line
Units   amounts with `decimal` and `thousands` as the mapping says; days by `date_format`, strptime's words
Errors  Wrong, yielded: a row of another number of cells, an open quote, a cell that cannot be read, a balance that does not follow;
        such a row is left out. Wrong, raised: a column of the mapping that the file does not have. MappingWrong: the mapping
Source  RFC 4180, one record a line. A bank's mapping is data of its profile, and no code
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import msgspec

from cunguan.formats.statement import Balance, Detail, Entry, Foot, Head, Part, Wrong, signed
from cunguan.formats.text import decimal_of, is_encoding, lines, shown


class MappingWrong(ValueError):
    """The mapping says what cannot be; the message says where."""


class Direction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The column that says which way an amount goes, and by which words."""

    column: str | int
    credit: tuple[str, ...]
    debit: tuple[str, ...]


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which column is what, by its name in the header or its number."""

    booked_on: str | int
    amount: str | int = ""
    credit: str | int = ""
    debit: str | int = ""
    balance: str | int = ""
    value_on: str | int = ""
    account: str | int = ""
    currency: str | int = ""
    reference: str | int = ""
    bank_reference: str | int = ""
    end_to_end_id: str | int = ""
    code: str | int = ""
    information: str | int = ""
    other_name: str | int = ""
    other_account: str | int = ""


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a bank writes its CSV."""

    columns: Columns
    direction: Direction | None = None
    delimiter: str = ","
    encoding: str = "utf-8"
    skip_lines: int = 0
    header: bool = True
    date_format: str = "%Y-%m-%d"
    decimal: str = "."
    thousands: str = ""
    account: str = ""
    currency: str = ""
    newest_first: bool = False


def mapping(values: dict[str, Any]) -> Mapping:
    """Return the mapping that some values are; MappingWrong says what is wrong with them."""
    try:
        return checked(msgspec.convert(values, Mapping))
    except msgspec.ValidationError as wrong:
        raise MappingWrong(f"the mapping is wrong: {wrong}") from None


def checked(found: Mapping) -> Mapping:
    """Return a mapping that says what can be; MappingWrong otherwise."""
    columns = found.columns
    ways = [columns.amount != "", columns.credit != "" and columns.debit != ""]
    if sum(ways) != 1 or (columns.credit == "") != (columns.debit == ""):
        raise MappingWrong("columns must say either amount, or credit and debit")
    if not is_encoding(found.encoding):
        raise MappingWrong(f"encoding {found.encoding!r} is none that is read here")
    if len(found.delimiter) != 1:
        raise MappingWrong("delimiter must be one character")
    if not found.header and any(isinstance(column, str) and column for column in msgspec.structs.astuple(columns)):
        raise MappingWrong("without a header, columns are numbers")
    return found


class Reader:
    """What reads the files of one mapping."""

    def __init__(self, says: Mapping) -> None:
        self.says = says

    def read(self, stream: BinaryIO) -> Iterator[Part]:
        """Read a file, row by row."""
        return _Rows(self.says).read(stream)


# ── rows ─────────────────────────────────────────────────────────────────────
class _Rows:
    def __init__(self, says: Mapping) -> None:
        self.says = says
        self.place: dict[str, int] = {}
        self.width = 0
        self.balance: Decimal | None = None
        self.first: Balance | None = None
        self.currency = says.currency
        self.is_headed = False

    def read(self, stream: BinaryIO) -> Iterator[Part]:
        for number, text in lines(stream, self.says.encoding):
            if number <= self.says.skip_lines or not text.strip():
                continue
            cells = self._cells(number, text)
            if isinstance(cells, Wrong):
                yield from self._headed("", None)
                yield cells
            elif not self.place:
                yield from self._names(number, cells)
            else:
                yield from self._row(number, cells)
        if not self.place:
            raise Wrong("the file", "it has no header with the columns of the mapping")
        yield from self._headed("", None)
        yield Foot(tuple(self._balances()))

    def _names(self, number: int, cells: Sequence[str]) -> Iterator[Part]:
        """Find the columns; a file without a header begins with a row."""
        names = [cell.strip().lstrip("\ufeff") for cell in cells]
        self.width = len(cells)
        wanted = dict(zip(Columns.__struct_fields__, msgspec.structs.astuple(self.says.columns), strict=True))
        wanted["direction"] = self.says.direction.column if self.says.direction else ""
        for what, column in wanted.items():
            if column == "":
                continue
            at = column - 1 if isinstance(column, int) else names.index(column) if column in names else -1
            if not 0 <= at < len(cells):
                raise Wrong(
                    f"line {number}", f"column {column!r} of the mapping ({what}) is not in {', '.join(names)[:300]}"
                )
            self.place[what] = at
        if not self.says.header:
            yield from self._row(number, cells)

    def _cells(self, number: int, text: str) -> list[str] | Wrong:
        try:
            return next(csv.reader([text], delimiter=self.says.delimiter, strict=True), [])
        except csv.Error as wrong:
            return Wrong(f"line {number}", f"it is no CSV: {wrong}")

    def _row(self, number: int, cells: Sequence[str]) -> Iterator[Part]:
        if len(cells) != self.width:
            yield from self._headed("", None)
            yield Wrong(f"line {number}", f"it has {len(cells)} cells, and the header {self.width}")
            return
        said = {what: cells[at].strip().lstrip("'") for what, at in self.place.items()}
        try:
            amount = self._amount(said)
            entry, balance = self._entry(said, amount), self._number(said, "balance")
        except ValueError as wrong:
            yield from self._headed(said.get("account", ""), None)
            yield Wrong(f"line {number}", str(wrong))
            return
        self.currency = self.currency or entry.currency
        opening = None if balance is None or self.says.newest_first else balance - amount
        yield from self._headed(said.get("account", ""), opening)
        yield from self._follows(number, balance, amount)
        yield entry

    # ── its parts ────────────────────────────────────────────────────────────
    def _headed(self, account: str, opening: Decimal | None) -> Iterator[Part]:
        if self.is_headed:
            return
        self.is_headed = True
        balances = (self._of("OPBD", opening),) if opening is not None else ()
        yield Head("csv", "CSV", "statement", "", account or self.says.account, self.currency, balances=balances)

    def _follows(self, number: int, balance: Decimal | None, amount: Decimal) -> Iterator[Part]:
        """Follow the running balance: of the line above by this amount, or of this line by the amount of the line above."""
        if balance is None:
            return
        newest = self.says.newest_first
        expected = self.balance if newest or self.balance is None else self.balance + amount
        if expected is not None and expected != balance:
            yield Wrong(f"line {number}", f"its balance is {balance}, and the lines come to {expected}")
        if newest and self.first is None:
            self.first = self._of("CLBD", balance)
        self.balance = balance - amount if newest else balance

    def _balances(self) -> Iterator[Balance]:
        if self.balance is not None:
            yield self._of("OPBD" if self.says.newest_first else "CLBD", self.balance)
        if self.first is not None:
            yield self.first

    def _of(self, code: str, amount: Decimal) -> Balance:
        return Balance(code, abs(amount), self.currency, amount >= 0)

    # ── its cells ────────────────────────────────────────────────────────────
    def _amount(self, said: dict[str, str]) -> Decimal:
        """Return the amount of a row, negative for a debit."""
        if "amount" not in said:
            credit, debit = self._number(said, "credit") or Decimal(0), self._number(said, "debit") or Decimal(0)
            if credit and debit:
                raise ValueError(f"credit {credit} and debit {debit} stand in one line")
            return credit - debit
        amount = self._number(said, "amount")
        if amount is None:
            raise ValueError("the amount is empty")
        return (
            amount if self.says.direction is None else signed(abs(amount), _way(said["direction"], self.says.direction))
        )

    def _number(self, said: dict[str, str], what: str) -> Decimal | None:
        text = said.get(what, "")
        if self.says.thousands:
            text = text.replace(self.says.thousands, "")
        if not text:
            return None
        found = decimal_of(text if self.says.decimal == "." else text.replace(self.says.decimal, "."))
        if found is None:
            raise ValueError(f"{what} {shown(said[what])} is no number")
        return found

    def _day(self, said: dict[str, str], what: str) -> date | None:
        if not said.get(what):
            return None
        try:
            return datetime.strptime(said[what], self.says.date_format).date()  # noqa: DTZ007  # a day, no instant
        except ValueError:
            raise ValueError(f"{what} {shown(said[what])} is no day like {self.says.date_format}") from None

    def _entry(self, said: dict[str, str], amount: Decimal) -> Entry:
        credit, currency = amount >= 0, said.get("currency") or self.says.currency
        name, account = said.get("other_name", ""), said.get("other_account", "")
        booked_on = self._day(said, "booked_on")
        if booked_on is None:
            raise ValueError("booked_on is empty")
        detail = Detail(
            abs(amount), currency, credit, said.get("end_to_end_id", ""), bank_reference=said.get("bank_reference", ""),
            payer=name if credit else "", payer_account=account if credit else "",
            payee="" if credit else name, payee_account="" if credit else account, remittance=said.get("information", ""),
        )  # fmt: skip
        return Entry(
            abs(amount), currency, credit, booked_on=booked_on, value_on=self._day(said, "value_on"),
            reference=said.get("reference", ""), bank_reference=said.get("bank_reference", ""), code=said.get("code", ""),
            information=said.get("information", ""), details=(detail,),
        )  # fmt: skip


def _way(word: str, direction: Direction) -> bool:
    if word in direction.credit:
        return True
    if word in direction.debit:
        return False
    raise ValueError(f"direction {word!r} is neither of {', '.join((*direction.credit, *direction.debit))}")
