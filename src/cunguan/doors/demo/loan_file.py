"""Loan file (借贷数据文件): the rows of a real loan book as values, or why a row cannot be taken.

When    `cunguan demo --loans`, before anything else is done: a file that cannot be read leaves nothing behind
Reads   CSV with a header, UTF-8 with or without a byte order mark; only the mapped columns count
Shape   LoanFile: the loans in the file's order, what was rejected by line and reason, what the rounding did
Units   minor units of the currency; `line` is the physical line on which the row begins, the header's is 1
Errors  LoanFileError: no such file, another encoding, no header, a column that is missing; it says what to do
Source  design/loan-books.md, row by row
"""

import csv
import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import IO, Final

import msgspec

from cunguan.doors.demo.amounts import Cell, cell
from cunguan.doors.demo.mapping import LoanFileError, Mapping
from cunguan.kernel.currency import exponent_of
from cunguan.kernel.dates import parse_date
from cunguan.kernel.money import div_half_even, format_minor
from cunguan.ledger.book import BALANCE_MAX

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH: Final = re.compile(rf"({'|'.join(_MONTHS)})-([0-9]{{4}})")
_TIME: Final = re.compile(r"[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?Z?")
_TERM: Final = re.compile(r"[0-9]{1,4}")

#: outside these years a date is a slip of the pen, and monthly rows would leave the calendar
YEAR_FIRST, YEAR_LAST = 1900, 2199
TERM_MAX = 1_200


class Loan(msgspec.Struct, frozen=True):
    """One loan; `over_minor` is principal paid above the loan, which is in `interest_minor`."""

    line: int
    loan_id: str
    issue_date: date
    amount_minor: int
    term_months: int
    instalment_minor: int  # 0: the file tells none
    principal_minor: int
    interest_minor: int
    late_minor: int
    over_minor: int
    is_closed: bool

    @property
    def listing(self) -> str:
        """The listing's id, by line: a loan number may stand twice."""
        return f"line-{self.line}"


class Rejection(msgspec.Struct, frozen=True):
    """A row that was not taken, and why."""

    line: int
    reason: str


class Shown(msgspec.Struct):
    """A column that is added up and not posted; a cell that is no amount is left out, so `cells` says how many were."""

    column: str
    cells: int = 0
    sum_minor: int = 0


class LoanFile(msgspec.Struct):
    """What a file says."""

    path: str
    currency: str
    has_late_fee: bool
    loans: list[Loan]
    rejections: list[Rejection]
    repeated: dict[str, list[int]]
    shown: list[Shown]
    rounded_cells: int = 0
    rounding: Fraction = Fraction(0)

    @property
    def rounding_minor_e6(self) -> int:
        """What rounding added to the posted cells, in millionths of a minor unit."""
        return div_half_even(self.rounding.numerator * 1_000_000, self.rounding.denominator)

    @property
    def over_principal_minor(self) -> int:
        """Principal paid above the loans, posted as interest."""
        return sum(loan.over_minor for loan in self.loans)


class _Rejected(Exception):
    """A row cannot be taken; the message is its reason."""


def read(path: Path, mapping: Mapping, currency: str) -> LoanFile:
    """Read a whole file."""
    found = LoanFile(
        str(path), currency, bool(mapping.paid_late_fee), [], [], {}, [Shown(column) for column in mapping.shown]
    )
    row = _Row(mapping, exponent_of(currency), currency)
    lines: dict[str, list[int]] = {}
    for line, cells in _rows(path, mapping):
        try:
            loan, posted = row.loan(line, cells)
        except _Rejected as rejected:
            found.rejections.append(Rejection(line, str(rejected)))
            continue
        found.loans.append(loan)
        found.rounded_cells += sum(one.is_rounded for one in posted)
        found.rounding += sum((one.rounding for one in posted), Fraction(0))
        row.show(cells, found.shown)
        if loan.loan_id:
            lines.setdefault(loan.loan_id, []).append(line)
    found.repeated = {loan_id: where for loan_id, where in lines.items() if len(where) > 1}
    if not found.loans:
        raise LoanFileError(_nothing(path, found.rejections))
    return found


def _nothing(path: Path, rejections: list[Rejection]) -> str:
    if not rejections:
        return f"{path} has a header and no row."
    first = "\n".join(f"  line {rejection.line}: {rejection.reason}" for rejection in rejections[:5])
    return f"{path}: none of its {len(rejections)} rows can be taken. Are --mapping and --currency right?\n{first}"


# ── rows as cells by column ──────────────────────────────────────────────────
def _rows(path: Path, mapping: Mapping) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row's first line and its cells by column; a blank line is no row."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _records(file, path, mapping)
    except OSError as wrong:
        raise LoanFileError(f"{path} cannot be read: {wrong.strerror}.") from wrong
    except UnicodeDecodeError:
        raise LoanFileError(_other_encoding(path)) from None


def _records(file: IO[str], path: Path, mapping: Mapping) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(file, strict=True)
    header: list[str] | None = None
    end = 0
    try:
        for record in reader:
            line, end = end + 1, reader.line_num
            if not record:
                continue
            if header is None:
                header = [name.strip() for name in record]
                _check_header(header, path, mapping)
                continue
            cells = dict(zip(header, record, strict=False))
            cells.pop("", None)  # a column without a name is nobody's
            if any(extra.strip() for extra in record[len(header) :]):
                cells[_TOO_MANY] = f"the row has {len(record)} cells, the header {len(header)}"
            yield line, cells
    except csv.Error as wrong:
        raise LoanFileError(f"{path}, line {end + 1}: {wrong}. Is a quotation mark missing or too many?") from wrong
    if header is None:
        raise LoanFileError(f"{path} is empty; its first line must name the columns.")


_TOO_MANY: Final = "\0too many"


def _check_header(header: list[str], path: Path, mapping: Mapping) -> None:
    missing = [column for column in mapping.columns if column not in header]
    if missing and len(header) == 1 and re.search(r"[;\t|]", header[0]):
        raise LoanFileError(f"{path}: the columns are not separated by commas. Save it as CSV with commas.")
    if missing:
        raise LoanFileError(
            f"{path} has no column {', '.join(missing)}.\nIts columns are {', '.join(header)}.\n"
            "Choose another --mapping, or write one: --mapping FILE.toml"
        )
    for column in mapping.columns:
        if header.count(column) > 1:
            raise LoanFileError(f"{path}: the column {column} stands {header.count(column)} times; leave one.")


def _other_encoding(path: Path) -> str:
    with path.open("rb") as file:
        begin = file.read(2)
        if begin in (b"\xff\xfe", b"\xfe\xff"):
            return f"{path} is UTF-16.\nType: iconv -f UTF-16 -t UTF-8 {path} > utf8.csv"
        file.seek(0)
        wrong = next(number for number, line in enumerate(file, 1) if not _is_utf8(line))
    return (
        f"{path}, line {wrong}: this is not UTF-8.\n"
        f"Save it as UTF-8, or type: iconv -f WINDOWS-1252 -t UTF-8 {path} > utf8.csv"
    )


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


# ── one row ──────────────────────────────────────────────────────────────────
class _Row:
    """Reads rows of one file."""

    def __init__(self, mapping: Mapping, exponent: int, currency: str) -> None:
        self._mapping, self._exponent, self._currency = mapping, exponent, currency

    def loan(self, line: int, cells: dict[str, str]) -> tuple[Loan, list[Cell]]:
        """Return the loan and its posted cells, or raise the first reason against it."""
        mapping = self._mapping
        if _TOO_MANY in cells:
            raise _Rejected(cells[_TOO_MANY])
        if mapping.currency and _cell(cells, mapping.currency) != self._currency:
            raise _Rejected(f"{mapping.currency} is {cells[mapping.currency]}, this run is in {self._currency}")
        amount = self._amount(cells, mapping.amount)
        if amount.minor == 0:
            raise _Rejected(f"{mapping.amount} is zero")
        if amount.minor >= BALANCE_MAX:
            raise _Rejected(f"{mapping.amount} is more than any account may hold")
        day = _date(cells, mapping.issue_date)
        term = _term(cells, mapping.term_months)
        instalment = self._amount(cells, mapping.instalment).minor if mapping.instalment else 0
        principal = self._amount(cells, mapping.paid_principal)
        interest = self._amount(cells, mapping.paid_interest)
        posted = [amount, principal, interest]
        late_minor = 0
        if mapping.paid_late_fee:
            posted.append(self._amount(cells, mapping.paid_late_fee))
            late_minor = posted[-1].minor
        over = max(principal.minor - amount.minor, 0)
        most = 10**self._exponent
        if over > most:
            raise _Rejected(
                f"{mapping.paid_principal} {self._text(principal.minor)} is more than {self._text(most)} above the"
                f" loan of {self._text(amount.minor)}"
            )
        if interest.minor + over >= BALANCE_MAX or late_minor >= BALANCE_MAX:
            raise _Rejected("what was paid is more than any account may hold")
        loan = Loan(
            line, cells.get(mapping.loan_id, "").strip(), day, amount.minor, term, instalment, principal.minor - over,
            interest.minor + over, late_minor, over,
            cells.get(mapping.status, "").strip() in mapping.closed,
        )  # fmt: skip
        return loan, posted

    def show(self, cells: dict[str, str], shown: list[Shown]) -> None:
        """Add up what is only shown."""
        for column in shown:
            try:
                column.sum_minor += cell(cells.get(column.column, "").strip(), self._exponent).minor
            except ValueError:
                continue
            column.cells += 1

    def _amount(self, cells: dict[str, str], column: str) -> Cell:
        text = _cell(cells, column)
        try:
            found = cell(text, self._exponent)
        except ValueError as wrong:
            raise _Rejected(f"{column}: {wrong}") from None
        if found.minor < 0 or (text.startswith("-") and found.rounding):
            raise _Rejected(f"{column} is negative: {text}")
        return found

    def _text(self, minor: int) -> str:
        return format_minor(minor, self._currency)


def _cell(cells: dict[str, str], column: str) -> str:
    text = cells.get(column, "").strip()
    if not text:
        raise _Rejected(f"{column} is missing")
    return text


def _term(cells: dict[str, str], column: str) -> int:
    text = _cell(cells, column)
    if text.startswith("-"):
        raise _Rejected(f"{column} is negative: {text[:32]}")
    if not _TERM.fullmatch(text) or not 1 <= int(text) <= TERM_MAX:
        raise _Rejected(f"{column} is no number of months from 1 to {TERM_MAX}: {text[:32]!r}")
    return int(text)


def _date(cells: dict[str, str], column: str) -> date:
    text = _cell(cells, column)
    month = _MONTH.fullmatch(text)
    try:
        if month:
            day = date(int(month[2]), _MONTHS.index(month[1]) + 1, 1)
        else:
            day = parse_date(text[:10] if _TIME.fullmatch(text[10:]) else text)
    except ValueError as wrong:
        raise _Rejected(f"{column}: {wrong}, or as Mar-2018") from None
    if not YEAR_FIRST <= day.year <= YEAR_LAST:
        raise _Rejected(f"{column} is not between {YEAR_FIRST} and {YEAR_LAST}: {text}")
    return day
