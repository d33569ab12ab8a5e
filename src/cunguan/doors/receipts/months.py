"""Months (账户月结单): each client account's month, stated once: how many postings, from which number to which, and the balances.

When    a job looks: a lane's business date has left a month, and the log has taken in the month's last sequence
Reads   append-only rows, and the numbers that the log gave the postings
Does    rows of account_statement, some hundred accounts a transaction; each is an act of the log by its trigger. What is cut off is
        begun anew: a row that is there is not made again
Shape   an account without movement and without a balance has none; the month of a lane is done with its row in account_statement_run
Source  ADR 0040; store/schema/0020_account_statements.sql
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

import msgspec
import psycopg

from cunguan.kernel.dates import add_months
from cunguan.ledger.chart import CHART
from cunguan.store.log.rows import openings
from cunguan.store.sqlfiles import statement
from cunguan.transparency.derive import Part
from cunguan.transparency.leaf import Side, opened
from cunguan.transparency.receipt import Month

Connection = psycopg.Connection[Any]
SaltKey = Callable[[int], bytes]

#: accounts a transaction: the counter of the acts is held that long
AT_ONCE: Final = 500
#: the accounts of the chart that are a client's own
CODES: Final = [code for code, entry in CHART.items() if entry.owner == "holder"]


class Due(msgspec.Struct, frozen=True):
    """A lane's month to state, up to its last sequence."""

    lane: int
    platform: str
    month: str
    upto: int


class _Stood(msgspec.Struct, frozen=True):
    """An account as it stood at the end of the month."""

    account: int
    owner: str
    code: str
    currency: str
    last_number: int | None
    last_link: str | None
    closing_minor: int | None
    is_stated: bool
    seq: int | None
    line: int | None
    is_debit: bool | None
    after_minor: int | None
    number: int | None
    link: bytes | None


def due(connection: Connection) -> list[Due]:
    """Return the next month of each lane that is over and wholly in the log."""
    found = []
    for lane, platform, day, stated, first, head in connection.execute(statement("month_lanes")).fetchall():
        if first is None:
            continue
        month = _after(stated) if stated else first
        begins = _first_day(_after(month))
        upto = _upto(connection, lane, begins - timedelta(days=1))
        if day >= begins and head >= upto:
            found.append(Due(lane, platform, month, upto))
    return found


def state(connection: Connection, salt_key: SaltKey, of: Due) -> int:
    """State a month; return how many accounts it has."""
    made, after = 0, 0
    while True:
        with connection.transaction():
            connection.execute(statement("month_lock"), {"lane": of.lane})
            stood = _stood(connection, of, after)
            rows = [row for one in stood if (row := _month(connection, salt_key, of, one)) is not None]
            _add(connection, rows)
            if len(stood) < AT_ONCE:
                connection.execute(statement("month_run_add"), msgspec.structs.asdict(of))
                return made + len(rows)
        made, after = made + len(rows), stood[-1].account


def _stood(connection: Connection, of: Due, after: int) -> list[_Stood]:
    values = {**msgspec.structs.asdict(of), "after": after, "limit": AT_ONCE, "codes": CODES}
    return [_Stood(*row) for row in connection.execute(statement("month_accounts"), values).fetchall()]


def _month(connection: Connection, salt_key: SaltKey, of: Due, one: _Stood) -> Month | None:
    """Return an account's month; None where there is nothing to state, or it is stated."""
    before, link, opening = one.last_number or 0, one.last_link or "", one.closing_minor or 0
    if one.is_stated or one.seq is None:
        return None
    number, last = (one.number, one.link.hex()) if one.number and one.link else _opened(connection, salt_key, of, one)
    assert one.after_minor is not None
    if number == before and not one.after_minor:
        return None
    return Month(
        of.lane, of.platform, one.account, one.owner, one.code, one.currency, of.month, before + 1, number, number - before,
        opening, one.after_minor, link, last, of.upto,
    )  # fmt: skip


def _opened(connection: Connection, salt_key: SaltKey, of: Due, one: _Stood) -> tuple[int, str]:
    """Return number and link of an account's last posting of the month, where more were posted since."""
    assert one.seq is not None
    name = f"{'debit' if one.is_debit else 'credit'}:{one.line}"
    leaves = openings(connection, salt_key, of.lane, one.seq)
    (part,) = [part for leaf in leaves for part in leaf.parts if part.name == name]
    return side_of(part).number, part.hash.hex()


def side_of(part: Part) -> Side:
    """Return what a part opens, of which it is known that it is a side."""
    return opened(part.opening, Side)


def _add(connection: Connection, rows: Sequence[Month]) -> None:
    if not rows:
        return
    names = Month.__struct_fields__
    values = ", ".join(["(" + ", ".join(["%s"] * len(names)) + ")"] * len(rows))
    text = f"INSERT INTO account_statement ({', '.join(names)}) VALUES {values}"
    connection.execute(text.encode(), [value for row in rows for value in msgspec.structs.astuple(row)])


def _upto(connection: Connection, lane: int, day: date) -> int:
    row = connection.execute(statement("history_seq_on"), {"lane": lane, "day": day}).fetchone()
    return int(row[0]) if row else 0


def month_days(month: str) -> tuple[date, date]:
    """Return the first and the last day of a month.

    >>> month_days("2026-02")
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    """
    return _first_day(month), _first_day(_after(month)) - timedelta(days=1)


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _after(month: str) -> str:
    return add_months(_first_day(month), 1).isoformat()[:7]
