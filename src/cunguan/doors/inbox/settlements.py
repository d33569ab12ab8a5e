"""Settlements (渠道清算入库): a channel's settlement file is kept until the credit comes that bears its reference.

When    a kept file begins as one
Does    one whose reference is known replaces it, as long as that was not booked: the channel corrected itself
Returns what became of the file, as of any other
Source  formats/settlement.py; schema 0011; domain-decisions.md 4 (B15)
"""

from typing import Any, BinaryIO

import psycopg

from cunguan.doors.inbox.reading import Accounts, Read
from cunguan.formats.settlement import Settlement, read
from cunguan.formats.statement import Wrong
from cunguan.store.sqlfiles import statement


def keep_settlement(connection: psycopg.Connection[Any], file: int, channel: str, stream: BinaryIO) -> Read:
    """Read a settlement file and keep it; within the transaction of the caller."""
    try:
        settlement = read(stream)
    except Wrong as wrong:
        return Read("unreadable", str(wrong), 0)
    account = Accounts(connection, None).find(settlement.account)
    if account is None:
        return Read("flagged", "it is of no account of ours", 0)
    unfit = _unfit(settlement, channel, account.currency)
    if unfit:
        return Read("flagged", unfit, 0)
    row = {
        "file": file, "channel": settlement.channel, "lane": account.lane, "bank_account": account.id,
        "settle_date": settlement.settle_date, "currency": settlement.currency, "reference": settlement.reference,
        "order_count": len(settlement.orders), "gross_minor": settlement.gross_minor, "fee_minor": settlement.fee_minor,
        "net_minor": settlement.net_minor,
    }  # fmt: skip
    connection.execute(statement("bank_settlement_replace"), row)
    if connection.execute(statement("bank_settlement_add"), row).fetchone() is None:
        return Read("flagged", f"{settlement.reference} was booked by another file before", 0)
    with connection.cursor().copy(_COPY) as copy:
        for number, one in enumerate(settlement.orders, 1):
            copy.write_row((file, number, one.order, one.gross_minor, one.fee_minor))
    return Read("read", "", 1)


_COPY = "COPY bank_settlement_order (file, number, deposit, gross_minor, fee_minor) FROM STDIN"


def _unfit(settlement: Settlement, channel: str, currency: str) -> str:
    """Return why a settlement cannot be used, "" where it can."""
    if settlement.channel != channel:
        return f"it came by {channel}, and is of {settlement.channel}"
    if settlement.currency != currency:
        return f"it is in {settlement.currency}, and its account is kept in {currency}"
    return "" if settlement.net_minor > 0 else "it pays nothing"
