"""Balance file (余额文件): a firm's own balances at one reconciliation point, so that figures can be made without our books.

Shape   CSV in UTF-8 with the header of HEADER; one record a line: pool, currency, kind, name, amount
Units   amounts as people write them, 1,234.50; read exactly or refused
Errors  BalancesWrong: the line and what to write instead. Nothing of a file that is wrong somewhere is used
"""

import csv
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from cunguan.kernel.currency import UnknownCurrency
from cunguan.kernel.money import parse_minor

HEADER: Final = ("pool", "currency", "kind", "name", "amount")
#: no honest record is longer
LINE_MAX: Final = 4_096


class BalancesWrong(ValueError):
    """The file is not a balance file: `line` says where."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line, self.why = line, why


class Stream(Protocol):
    """What a file is read from."""

    def readline(self, limit: int, /) -> bytes:
        """Return the next line, or as much of it as is allowed; nothing at the end."""
        ...


class Balance(NamedTuple):
    """One record; `name` tells a client, an account or a cover from another, in the firm's own opaque words."""

    line: int
    pool: str
    currency: str
    kind: str
    name: str
    minor: int


def read(stream: Stream) -> Iterator[Balance]:
    r"""Yield the records of a file.

    >>> import io
    >>> [one] = read(io.BytesIO(b"pool,currency,kind,name,amount\nmain,GBP,client,A,500.00\n"))
    >>> one.kind, one.name, one.minor
    ('client', 'A', 50000)
    """
    rows = csv.reader(_lines(stream), strict=True)
    try:
        first = next(rows, [])
        if tuple(cell.strip() for cell in first) != HEADER:
            raise BalancesWrong(1, f"the header must be {','.join(HEADER)}")
        for row in rows:
            if row:
                yield _balance(rows.line_num, row)
    except csv.Error as wrong:
        raise BalancesWrong(rows.line_num, f"no CSV: {wrong}") from None


def _balance(line: int, row: list[str]) -> Balance:
    if len(row) != len(HEADER):
        raise BalancesWrong(
            line, f"{len(row)} fields, there must be {len(HEADER)}; an amount with commas stands in quotes"
        )
    pool, currency, kind, name, amount = (cell.strip() for cell in row)
    try:
        return Balance(line, pool, currency, kind, name, parse_minor(amount, currency))
    except (UnknownCurrency, ValueError) as wrong:
        raise BalancesWrong(line, str(wrong)) from None


def _lines(stream: Stream) -> Iterator[str]:
    number = 0
    while raw := stream.readline(LINE_MAX + 1):
        number += 1
        if len(raw) > LINE_MAX:
            raise BalancesWrong(number, f"longer than {LINE_MAX} bytes")
        try:
            yield raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise BalancesWrong(number, "not UTF-8; save the file as UTF-8") from None
