"""Jiangxi EVE and ALEVE (江西银行流水文件): a day's card transactions, and all postings of the accounts, in fixed widths.

Shape   EVE: 139 bytes a line; ALEVE: 371. Fields are cut by BYTES of GBK, and only then decoded: a Chinese character is two.
        rows(stream, layout): a Row of texts for each line, or Wrong with the line: a line of a wrong length, or one that cannot
        be read, is listed and the rest goes on. `eve.read` and `aleve.read` give the same as parts of a statement
Units   amounts in hundredths, as whole numbers in the file; dates yyyymmdd, of EVE MMDDhhmmss without a year
Errors  Wrong, yielded: such a line. Wrong, raised: a line without end
Source  domain.md (e.2) [S13]; the sign of an ALEVE posting is its crflag: C increases the account, D decreases it [K]
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import BinaryIO, Final

import msgspec

from cunguan.formats.statement import Detail, Entry, Foot, Head, Part, Wrong
from cunguan.formats.text import shown

ENCODING: Final = "gbk"
_LINE_MAX: Final = 4_096


class Layout(msgspec.Struct, frozen=True):
    """A kind of file: the bytes of a line, and where its fields end; each begins where the one before ends."""

    name: str
    length: int
    fields: tuple[tuple[str, int], ...]


# fmt: off
EVE: Final = Layout("eve", 139, (
    ("forcode", 11), ("seqno", 17), ("cendt", 27), ("cardnbr", 46), ("amount", 58), ("crflag", 59), ("msgtype", 63),
    ("proccode", 69), ("orderno", 109), ("tranno", 115), ("reserved", 134), ("revind", 135), ("transtype", 139),
))
ALEVE: Final = Layout("aleve", 371, (
    ("bank", 4), ("account", 23), ("amount", 40), ("ccy", 43), ("crflag", 44), ("valdate", 52), ("inpdate", 60), ("reldate", 68),
    ("inptime", 76), ("tranno", 82), ("ori_tranno", 88), ("transtype", 92), ("desline", 134), ("balance", 151),
    ("counter_account", 170), ("revind", 171), ("accchg", 172), ("seqno", 178), ("ori_num", 184), ("reserved", 371),
))
# fmt: on

#: ISO 4217 numbers that the bank uses
_CURRENCIES: Final = {"156": "CNY"}


class Row(msgspec.Struct, frozen=True):
    """A line: its number, and its fields by name, without the spaces that fill them."""

    line: int
    values: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values[name]


def rows(stream: BinaryIO, layout: Layout) -> Iterator[Row | Wrong]:
    """Yield the lines of a file; an empty line and the end-of-file mark are none."""
    number = 0
    while raw := stream.readline(_LINE_MAX + 1):
        number += 1
        if len(raw) > _LINE_MAX:
            raise Wrong(f"line {number}", f"it is longer than {_LINE_MAX} bytes: no {layout.name.upper()} file")
        line = raw.rstrip(b"\r\n")
        if line.strip(b"\x1a "):
            yield _row(line, number, layout)


def _row(line: bytes, number: int, layout: Layout) -> Row | Wrong:
    if len(line) != layout.length:
        return Wrong(
            f"line {number}", f"it has {len(line)} bytes, and a line of {layout.name.upper()} has {layout.length}"
        )
    values, begin = {}, 0
    for name, end in layout.fields:
        try:
            values[name] = line[begin:end].decode(ENCODING).strip()
        except UnicodeDecodeError:
            return Wrong(f"line {number}", f"bytes {begin} to {end} ({name}) are no {ENCODING.upper()}")
        begin = end
    return Row(number, values)


# ── as parts of a statement ──────────────────────────────────────────────────
def _read(stream: BinaryIO, layout: Layout) -> Iterator[Part]:
    yield Head(layout.name, layout.name.upper(), "notification", "", "", "CNY" if layout is EVE else "")
    for row in rows(stream, layout):
        yield row if isinstance(row, Wrong) else _part(row, layout)
    yield Foot()


def _part(row: Row, layout: Layout) -> Part:
    try:
        return _eve(row) if layout is EVE else _aleve(row)
    except ValueError as wrong:
        return Wrong(f"line {row.line}", str(wrong))


def _eve(row: Row) -> Entry:
    amount, credit = _amount(row["amount"]), _is_credit(row["crflag"])
    return Entry(
        amount, "CNY", credit, reversal=row["revind"] == "1", reference=row["orderno"], bank_reference=row["seqno"],
        code=f"{row['msgtype']}/{row['transtype']}", details=(_detail(row["cardnbr"], amount, credit, row["seqno"], ""),),
        dated=row["cendt"],
    )  # fmt: skip


def _aleve(row: Row) -> Entry:
    amount, credit = _amount(row["amount"]), _is_credit(row["crflag"])
    booked_on, dated = _day(row["inpdate"])
    return Entry(
        amount, _CURRENCIES.get(row["ccy"], row["ccy"]), credit, booked_on=booked_on, value_on=_day(row["valdate"])[0],
        reversal=row["revind"] == "1", reference=row["ori_tranno"], bank_reference=f"{row['tranno']}-{row['seqno']}",
        code=row["transtype"], information=row["desline"], dated=dated,
        details=(_detail(row["account"], amount, credit, row["tranno"], row["counter_account"]),),
    )  # fmt: skip


def _detail(account: str, amount: Decimal, credit: bool, reference: str, other: str) -> Detail:
    """Return whose account it is, and whose is the other side."""
    payer, payee = (other, account) if credit else (account, other)
    return Detail(amount, "", credit, bank_reference=reference, payer_account=payer, payee_account=payee)


def _amount(text: str) -> Decimal:
    """Return an amount in hundredths as one in units.

    >>> _amount("000000012345"), _amount("7")
    (Decimal('123.45'), Decimal('0.07'))
    """
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{shown(text)} is no amount in hundredths")
    return Decimal(int(text)).scaleb(-2)


def _is_credit(flag: str) -> bool:
    if flag not in ("C", "D"):
        raise ValueError(f"{flag!r} is neither C nor D")
    return flag == "C"


def _day(text: str) -> tuple[date | None, str]:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])), ""
    except ValueError:
        return None, text


eve: Final = SimpleNamespace(read=lambda stream: _read(stream, EVE))
aleve: Final = SimpleNamespace(read=lambda stream: _read(stream, ALEVE))
