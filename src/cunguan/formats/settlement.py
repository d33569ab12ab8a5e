"""Settlement file (渠道清算文件): what a payment channel pays for which orders, gross, fee and net, with the reference of the credit.

When    a channel settles a date, T+1 as a rule: the bank shows one credit, this file says for whom
Shape   UTF-8, lines ended by LF or CR LF, fields by commas, none quoted; written with LF:
            settlement,1
            channel,<name>
            account,<the pool's account number>
            settle_date,<YYYY-MM-DD>
            currency,<CNY>
            reference,<the end-to-end id of the credit>
            order,gross,fee,net
            <order>,<100.00>,<0.60>,<99.40>          one line an order; order: the id of the deposit that was announced
            total,<number of orders>,<gross>,<fee>,<net>
        a channel that pays gross and takes its fee by itself writes fees of 0
Errors  Wrong: what cannot be read, a line whose net is not gross less fee, a total that is not the sum: nothing of it may be used
Units   amounts in the file are decimals of the currency; values are minor units
Source  domain-decisions.md 4 (B15); domain.md (e.1) R2. Ours: channels' own files differ, and are turned into this one
"""

from collections.abc import Iterator
from datetime import date
from typing import BinaryIO, Final

import msgspec

from cunguan.formats.statement import Wrong
from cunguan.kernel.currency import exponent_of
from cunguan.kernel.dates import parse_date
from cunguan.kernel.ids import is_id
from cunguan.kernel.money import format_minor, parse_minor

BEGINS: Final = b"settlement,1"
COLUMNS: Final = "order,gross,fee,net"
LINE_BYTES_MAX: Final = 1_000
ORDERS_MAX: Final = 1_000_000
_FIELDS: Final = ("channel", "account", "settle_date", "currency", "reference")


class Order(msgspec.Struct, frozen=True, gc=False):
    """What the channel pays for one order."""

    order: str
    gross_minor: int
    fee_minor: int

    @property
    def net_minor(self) -> int:
        """What of it comes to the pool."""
        return self.gross_minor - self.fee_minor


class Settlement(msgspec.Struct, frozen=True):
    """A channel's settlement of a date."""

    channel: str
    account: str
    settle_date: date
    currency: str
    reference: str
    orders: tuple[Order, ...]

    @property
    def gross_minor(self) -> int:
        """What the clients paid."""
        return sum(one.gross_minor for one in self.orders)

    @property
    def fee_minor(self) -> int:
        """What the channel keeps."""
        return sum(one.fee_minor for one in self.orders)

    @property
    def net_minor(self) -> int:
        """What the bank shows."""
        return self.gross_minor - self.fee_minor


def is_settlement(first_bytes: bytes) -> bool:
    """Return whether a file begins as a settlement file does.

    >>> is_settlement(b"settlement,1\\nchannel,demopay"), is_settlement(b"<?xml")
    (True, False)
    """
    return first_bytes.removeprefix(b"\xef\xbb\xbf").startswith(BEGINS)


def read(stream: BinaryIO) -> Settlement:
    """Read a settlement file, whole or not at all."""
    lines = _lines(stream)
    _expect(lines, "settlement", "1")
    head = {name: _expect(lines, name) for name in _FIELDS}
    where, columns = next(lines, ("the end", ""))
    if columns != COLUMNS:
        raise Wrong(where, f"the columns are {COLUMNS}")
    try:
        exponent_of(head["currency"])
        settle_date = parse_date(head["settle_date"])
    except ValueError as wrong:
        raise Wrong("the head", str(wrong)) from None
    currency = head["currency"]
    orders: list[Order] = []
    for where, line in lines:
        fields = line.split(",")
        if fields[0] == "total" and len(fields) == 5:
            _add_up(where, fields, orders, currency)
            if next(lines, None) is not None:
                raise Wrong(where, "something stands after the total")
            return Settlement(head["channel"], head["account"], settle_date, currency, head["reference"], tuple(orders))
        if len(orders) >= ORDERS_MAX:
            raise Wrong(where, f"more than {ORDERS_MAX} orders: the channel writes several files")
        orders.append(_order(where, fields, currency))
    raise Wrong("the end", "the line of the total is missing: the file was cut")


def write(settlement: Settlement) -> bytes:
    """Return a settlement as a file."""
    currency = settlement.currency
    told = {"channel": settlement.channel, "account": settlement.account, "settle_date": settlement.settle_date.isoformat(),
            "currency": currency, "reference": settlement.reference}  # fmt: skip
    lines = [BEGINS.decode(), *(f"{name},{told[name]}" for name in _FIELDS), COLUMNS]
    lines += [",".join((one.order, *_told(one, currency))) for one in settlement.orders]
    lines.append(",".join(("total", str(len(settlement.orders)), *_told(settlement, currency))))
    return "\n".join([*lines, ""]).encode()


# ── inside ───────────────────────────────────────────────────────────────────
def _lines(stream: BinaryIO) -> Iterator[tuple[str, str]]:
    number = 0
    while raw := stream.readline(LINE_BYTES_MAX + 1):
        number += 1
        if len(raw) > LINE_BYTES_MAX:
            raise Wrong(f"line {number}", f"it is longer than {LINE_BYTES_MAX} bytes")
        try:
            yield f"line {number}", raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            raise Wrong(f"line {number}", "it is not UTF-8") from None


def _expect(lines: Iterator[tuple[str, str]], name: str, value: str = "") -> str:
    where, line = next(lines, ("the end", ""))
    found, _, said = line.partition(",")
    if found != name or not said or "," in said or (value and said != value):
        raise Wrong(where, f"it says {name},{value or '<' + name + '>'}")
    return said


def _order(where: str, fields: list[str], currency: str) -> Order:
    if len(fields) != 4 or not is_id(fields[0]):
        raise Wrong(where, f"a line is {COLUMNS}, and an order is an id")
    gross, fee, net = (_minor(where, field, currency) for field in fields[1:])
    if gross <= 0 or net != gross - fee:
        raise Wrong(where, "gross is above zero, and net is gross less fee")
    return Order(fields[0], gross, fee)


def _add_up(where: str, fields: list[str], orders: list[Order], currency: str) -> None:
    if not fields[1].isdecimal():
        raise Wrong(where, "the total is total,<number of orders>,<gross>,<fee>,<net>")
    said = (int(fields[1]), *(_minor(where, field, currency) for field in fields[2:]))
    gross, fee = sum(one.gross_minor for one in orders), sum(one.fee_minor for one in orders)
    if said != (len(orders), gross, fee, gross - fee):
        raise Wrong(where, f"the orders come to {len(orders)}, and in minor units {gross}, {fee}, {gross - fee}")
    if len({one.order for one in orders}) != len(orders):
        raise Wrong(where, "an order stands in it twice")


def _minor(where: str, text: str, currency: str) -> int:
    try:
        amount_minor = parse_minor(text, currency)
    except ValueError as wrong:
        raise Wrong(where, str(wrong)) from None
    if amount_minor < 0:
        raise Wrong(where, f"{text} is below zero")
    return amount_minor


def _told(of: Order | Settlement, currency: str) -> tuple[str, ...]:
    """Return gross, fee and net as the file has them."""
    return tuple(
        format_minor(amount, currency).replace(",", "") for amount in (of.gross_minor, of.fee_minor, of.net_minor)
    )
