"""Check file (对账文件): one business date of a platform, as its custodian and the platform itself write it down.

Shape   Header, then rows of one kind: orders, balances, listings, claims. Two forms with the same content: CSV (first line the
        header, second the names of the columns) and JSONL (first line the header). `sha256` is that of every byte after
        the first line, so `tail -n +2 FILE | sha256sum` checks it. Rows end with a line feed; a carriage return before it is taken
Units   minor units; sums are of the kind: SUMS. Sequences are the custodian's; a platform that does not know them writes 0
Returns bytes, and from bytes rows or Bad: the line, why, and its beginning. A bad line is never lost and never ends the reading
Errors  FileDamaged: no row can be read (no header, another kind of file, unknown columns): whose file it is must send it again
Source  domain.md (e.2) "our own format"; RFC 4180; a text that begins with = + - @ tab or CR is written behind an apostrophe,
        for a spreadsheet would compute it
"""

import csv
import hashlib
import io
import mmap
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cache, lru_cache, partial
from typing import Any, Final

import msgspec
from msgspec.structs import astuple

from cunguan.kernel.currency import EXPONENT
from cunguan.kernel.dates import parse_date
from cunguan.kernel.ids import is_id
from cunguan.kernel.money import MINOR_LIMIT

MARK: Final = "cunguan-check-file"
VERSION: Final = 1
CSV, JSONL = "csv", "jsonl"

#: a field that holds several of what it names: the lenders of a disbursement
SEVERAL: Final = "*"

#: no line of ours comes near it: what is longer is not read into memory as one
LINE_MAX: Final = 16_384

Raw = bytes | mmap.mmap


class FileDamaged(Exception):
    """Nothing of the file can be read; the message says what its writer must do."""


class Bad(msgspec.Struct, frozen=True):
    """A line that is no row, or (line 0) what is wrong with the file as a whole."""

    line: int
    why: str
    text: str = ""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file is of, and what its rows must come to."""

    format: str
    version: int
    platform: str
    date: date
    kind: str
    count: int
    debit_minor: int
    credit_minor: int
    first_seq: int
    last_seq: int
    sha256: str


class Order(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """An instruction that is about money; `amount_minor` as it was asked, whatever became of it."""

    id: str
    kind: str
    status: str
    amount_minor: int
    currency: str
    payer: str
    payee: str
    listing: str
    seq: int | None = None
    code: str | None = None


class Balance(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What a client has at the end of the date; a client who has nothing may be left out."""

    holder: str
    currency: str
    total_minor: int
    available_minor: int | None = None
    uncleared_minor: int | None = None
    held_minor: int | None = None
    outbound_minor: int | None = None
    frozen_minor: int | None = None


class ListingLine(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A listing at the end of the date, from its registration until the date it ended."""

    listing: str
    borrower: str
    status: str
    amount_minor: int
    raised_minor: int
    lent_minor: int
    repaid_minor: int


class ClaimLine(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What is outstanding of a claim at the end of the date; a claim of which nothing is may be left out."""

    claim: str
    listing: str
    holder: str
    principal_minor: int


Row = Order | Balance | ListingLine | ClaimLine
Sums = Callable[[Any], tuple[int, int]]

KINDS: Final[dict[str, type[Row]]] = {
    "orders": Order,
    "balances": Balance,
    "listings": ListingLine,
    "claims": ClaimLine,
}


def _order_sums(row: Order) -> tuple[int, int]:
    done = row.amount_minor if row.status == "done" else 0
    return (done if row.payer else 0, done if row.payee else 0)


#: what the debit and the credit sum of a header add up, row by row
SUMS: Final[dict[str, Sums]] = {
    "orders": _order_sums,  # what was done: of payers, and to payees
    "balances": lambda row: (0, row.total_minor),
    "listings": lambda row: (row.lent_minor, row.repaid_minor),
    "claims": lambda row: (row.principal_minor, 0),
}


# ── columns ──────────────────────────────────────────────────────────────────
class Column(msgspec.Struct, frozen=True):
    """One column: whether it is a number, whether it may be left out."""

    name: str
    is_number: bool
    is_optional: bool


@cache
def columns(kind: str) -> tuple[Column, ...]:
    """Return the columns of a kind in their order; the first is what rows are told apart by.

    >>> [column.name for column in columns("claims")]
    ['claim', 'listing', 'holder', 'principal_minor']
    """
    return tuple(
        Column(field.name, field.name.endswith("_minor") or field.name == "seq", not field.required)
        for field in msgspec.structs.fields(KINDS[kind])
    )


# ── writing ──────────────────────────────────────────────────────────────────
def write(
    rows: Iterable[Row], *, platform: str, day: date, kind: str, first_seq: int = 0, last_seq: int = 0, form: str = CSV
) -> bytes:
    """Return the file of some rows, in the order of their keys.

    >>> print(write([ClaimLine("B1", "L1", "ann", 60000)], platform="p1", day=date(2024, 3, 1), kind="claims").decode())
    cunguan-check-file,1,p1,2024-03-01,claims,1,60000,0,0,0,4ab4f6...
    claim,listing,holder,principal_minor
    B1,L1,ann,60000
    <BLANKLINE>
    """
    ordered = sorted(rows, key=key_of(kind))
    debit = credit = 0
    for row in ordered:
        more = SUMS[kind](row)
        debit, credit = debit + more[0], credit + more[1]
    body = _csv_rows(ordered, kind) if form == CSV else b"".join(_json(row) + b"\n" for row in ordered)
    head = Header(
        MARK, VERSION, platform, day, kind, len(ordered), debit, credit, first_seq, last_seq,
        hashlib.sha256(body).hexdigest(),
    )  # fmt: skip
    return _head_line(head, form) + body


def key_of(kind: str) -> Callable[[Any], str]:
    """Return what tells the rows of a kind apart."""
    name = columns(kind)[0].name
    return lambda row: str(getattr(row, name))


def safe(text: str) -> str:
    """Return a text as a cell that no spreadsheet computes.

    >>> safe("=1+1"), safe("'=1+1"), safe("a=1"), unsafe(safe("'=1+1"))
    ("'=1+1", "''=1+1", 'a=1', "'=1+1")
    """
    return f"'{text}" if text[:1] in _COMPUTED else text


def unsafe(cell: str) -> str:
    """Return the text of a cell that `safe` made."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _COMPUTED else cell


_COMPUTED: Final = ("=", "+", "-", "@", "\t", "\r", "'", "＝", "＋", "－", "＠")
_json = msgspec.json.Encoder().encode


def _csv_rows(rows: Sequence[Row], kind: str) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    names = [column.name for column in columns(kind)]
    writer.writerow(names)
    writer.writerows([_cell(getattr(row, name)) for name in names] for row in rows)
    return out.getvalue().encode()


def _cell(value: str | int | None) -> str:
    return "" if value is None else safe(value) if isinstance(value, str) else str(value)


def _head_line(head: Header, form: str) -> bytes:
    if form == JSONL:
        return _json(head) + b"\n"
    cells = [value.isoformat() if isinstance(value, date) else str(value) for value in astuple(head)]
    return ",".join(cells).encode() + b"\n"


# ── reading ──────────────────────────────────────────────────────────────────
def form_of(raw: Raw) -> str:
    """Return in which form a file is written."""
    return JSONL if raw[_begin(raw) : _begin(raw) + 1] == b"{" else CSV


def header(raw: Raw) -> Header:
    """Return the header of a file; FileDamaged when it has none."""
    line = _head_bytes(raw)
    if len(line) > LINE_MAX:
        raise FileDamaged("its first line is too long; it must be the header of a check file")
    try:
        found = msgspec.json.decode(line, type=Header) if form_of(raw) == JSONL else _csv_header(line)
    except (ValueError, msgspec.MsgspecError) as wrong:
        raise FileDamaged(f"its first line is no header of a check file: {wrong}") from None
    _check_header(found)
    return found


def rows(raw: Raw, part: tuple[int, int] = (0, 1), *, is_checked: bool = False) -> Iterator[tuple[int, Row | Bad]]:
    """Yield each row with the number of its line, or what is wrong with the line; `part` (i, n) yields about one in n.

    A key is always in the same part, in every file and both forms; a line that has none is in part 0. What `check` has found
    sound need not be looked at value by value again: `is_checked`.
    """
    head = header(raw)
    read, start, number = _reader(raw, head.kind)
    which, of = part
    for line in _lines(raw, start):
        number += 1
        if of > 1 and read.part(line, of) != which:
            continue
        yield number, _row(line, number, read, is_checked=is_checked)


def check(raw: Raw) -> list[Bad]:
    """Return everything that is wrong with a file by itself: lines that are no rows, sums, count, and hash."""
    head = header(raw)
    bad: list[Bad] = []
    count = debit = credit = 0
    for _, row in rows(raw):
        if isinstance(row, Bad):
            bad.append(row)
            continue
        more = SUMS[head.kind](row)
        count, debit, credit = count + 1, debit + more[0], credit + more[1]
    found = (count, debit, credit, _sha256(raw))
    for name, said, is_ in zip(("count", "debit_minor", "credit_minor", "sha256"), _promised(head), found, strict=True):
        if said != is_:
            bad.append(Bad(0, f"the header says {name} {said}, its rows come to {is_}"))
    return bad


def _promised(head: Header) -> tuple[int, int, int, str]:
    return head.count, head.debit_minor, head.credit_minor, head.sha256


def _sha256(raw: Raw) -> str:
    digest = hashlib.sha256()
    at = _after_head(raw)
    while chunk := raw[at : at + 2**20]:
        digest.update(chunk)
        at += len(chunk)
    return digest.hexdigest()


# ── lines ────────────────────────────────────────────────────────────────────
def _begin(raw: Raw) -> int:
    return 3 if raw[:3] == b"\xef\xbb\xbf" else 0  # a spreadsheet's mark of UTF-8


def _after_head(raw: Raw) -> int:
    end = raw.find(b"\n")
    return len(raw) if end < 0 else end + 1


def _head_bytes(raw: Raw) -> bytes:
    return raw[_begin(raw) : min(_after_head(raw), _begin(raw) + LINE_MAX + 1)].rstrip(b"\r\n")


def _lines(raw: Raw, start: int) -> Iterator[bytes]:
    """Yield the lines from a place on; of one that is too long, so much that this is seen."""
    size = len(raw)
    while start < size:
        end = raw.find(b"\n", start)
        end = size if end < 0 else end
        line = raw[start : min(end, start + LINE_MAX + 1)]
        yield line[:-1] if line.endswith(b"\r") else line
        start = end + 1


class _Reader(msgspec.Struct, frozen=True):
    """How the lines of one file are read: to a row, and to the part its key is in."""

    row: Callable[[bytes], Row]
    key: Callable[[bytes], str]

    def part(self, line: bytes, of: int) -> int:
        try:
            return zlib.crc32(self.key(line).encode()) % of
        except (ValueError, msgspec.MsgspecError):
            return 0


def _reader(raw: Raw, kind: str) -> tuple[_Reader, int, int]:
    """Return how to read the rows, where they begin, and the number of the line before."""
    start = _after_head(raw)
    if form_of(raw) == JSONL:
        return _Reader(_json_row(kind), _json_key(kind)), start, 1
    names = next(_lines(raw, start), b"")
    order = _named(names, kind)
    end = raw.find(b"\n", start)
    return _Reader(_csv_row(kind, order), _csv_key(order, kind)), len(raw) if end < 0 else end + 1, 2


def _row(line: bytes, number: int, read: _Reader, *, is_checked: bool) -> Row | Bad:
    try:
        if len(line) > LINE_MAX:
            raise ValueError("the line is too long")
        row = read.row(line)
        if not is_checked:
            _check_row(row)
        return row
    except (ValueError, msgspec.MsgspecError) as wrong:
        return Bad(number, _said(wrong), line[:120].decode(errors="replace"))


def _said(wrong: Exception) -> str:
    return "it is no UTF-8" if isinstance(wrong, UnicodeDecodeError) else str(wrong)


# ── CSV ──────────────────────────────────────────────────────────────────────
def _cells(line: bytes) -> list[str]:
    """Return the cells of one line; a quote that is not closed ends with its line, and takes no other with it."""
    text = line.decode()
    if "\r" in text or "\0" in text:
        raise ValueError("a control character stands in it; lines end with a line feed")
    if '"' not in text:
        return text.split(",") if text else []
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error as wrong:
        raise ValueError(f"it is no CSV: {wrong}") from None


def _csv_header(line: bytes) -> Header:
    cells = _cells(line)
    names = Header.__struct_fields__
    if len(cells) != len(names):
        raise ValueError(f"it has {len(cells)} cells for {', '.join(names)}")
    numbers = {"version", "count", "debit_minor", "credit_minor", "first_seq", "last_seq"}
    values = {name: _number(cell) if name in numbers else cell for name, cell in zip(names, cells, strict=True)}
    return Header(**{**values, "date": parse_date(cells[3])})  # type: ignore[arg-type]  # by the names above


def _named(line: bytes, kind: str) -> tuple[Column, ...]:
    """Return the columns a file has, in its own order."""
    known = {column.name: column for column in columns(kind)}
    try:
        names = _cells(line)
    except (ValueError, UnicodeDecodeError) as wrong:
        raise FileDamaged(f"its second line names no columns: {_said(wrong)}") from None
    if unknown := [name for name in names if name not in known] or sorted({n for n in names if names.count(n) > 1}):
        raise FileDamaged(
            f"it has columns nobody knows, or twice: {', '.join(unknown)[:200]}; {kind} have {', '.join(known)}"
        )
    if missing := [name for name, column in known.items() if not column.is_optional and name not in names]:
        raise FileDamaged(f"it lacks the columns {', '.join(missing)}")
    return tuple(known[name] for name in names)


def _csv_row(kind: str, order: tuple[Column, ...]) -> Callable[[bytes], Row]:
    shape: Any = KINDS[kind]

    names = [column.name for column in order]
    of = [_value_of(column) for column in order]

    def read(line: bytes) -> Row:
        cells = _cells(line)
        if len(cells) != len(names):
            raise ValueError(f"it has {len(cells)} cells for {len(names)} columns")
        values = {name: value(cell) for name, value, cell in zip(names, of, cells, strict=True)}
        return shape(**values)  # type: ignore[no-any-return]  # one of KINDS

    return read


def _value_of(column: Column) -> Callable[[str], str | int | None]:
    """Return how a cell of a column is read; an optional one may be empty."""
    read: Callable[[str], str | int] = partial(_number, name=column.name) if column.is_number else unsafe
    return (lambda cell: read(cell) if cell else None) if column.is_optional else read


_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,37}")


def _number(cell: str, name: str = "it") -> int:
    if _NUMBER.fullmatch(cell) is None:
        raise ValueError(f"{name} is no whole number of minor units: {cell[:32]!r}")
    return int(cell)


def _csv_key(order: tuple[Column, ...], kind: str) -> Callable[[bytes], str]:
    place = [column.name for column in order].index(columns(kind)[0].name)

    def read(line: bytes) -> str:
        if place == 0 and b'"' not in line and line[:1] != b"'":
            return line.partition(b",")[0].decode()
        return unsafe(_cells(line)[place]) if len(_cells(line)) > place else ""

    return read


# ── JSONL ────────────────────────────────────────────────────────────────────
def _json_row(kind: str) -> Callable[[bytes], Row]:
    return msgspec.json.Decoder(KINDS[kind]).decode


@lru_cache
def _json_key(kind: str) -> Callable[[bytes], str]:
    name = columns(kind)[0].name
    decode: Any = msgspec.json.Decoder(msgspec.defstruct("Key", [(name, str)])).decode
    return lambda line: str(getattr(decode(line), name))


# ── what a value may be ──────────────────────────────────────────────────────
_WORD: Final = re.compile(r"[a-z0-9_]{1,60}")


def _check_header(head: Header) -> None:
    if head.format != MARK or head.version != VERSION:
        raise FileDamaged(f"it is no {MARK} of version {VERSION}")
    if head.kind not in KINDS:
        raise FileDamaged(f"there is no kind {head.kind[:32]!r}; known are {', '.join(KINDS)}")
    if not is_id(head.platform):
        raise FileDamaged("its header names no platform")


def _check_row(row: Row) -> None:
    names = row.__struct_fields__
    for name, value in zip(names, astuple(row), strict=True):
        if type(value) is int:
            if not 0 <= value < MINOR_LIMIT:
                raise ValueError(f"{name} is below zero, or larger than any amount")
        elif value is not None and not _MAY_BE.get(name, _is_party)(value):
            raise ValueError(f"{name} cannot be {value[:40]!r}")
    if not is_id(getattr(row, names[0])):
        raise ValueError(f"{names[0]} cannot be empty, or several")


def _is_party(value: str) -> bool:
    return is_id(value) or value in ("", SEVERAL)


def _is_word(value: str) -> bool:
    return _WORD.fullmatch(value) is not None


#: what the texts may be that name no party: all others are an id, or empty where nobody is named
_MAY_BE: Final[dict[str, Callable[[str], bool]]] = {
    "currency": EXPONENT.__contains__,
    "kind": _is_word,
    "status": _is_word,
    "code": _is_word,
}
