"""Making (生成导出文件): a list somebody asked for becomes a CSV file, page after page by its key; after a day it is gone.

When    the jobs worker, every two seconds; one file at a time
Does    reads the list's own statement by the role `door`, a thousand rows at once; the row of the export is held meanwhile, so that
        two workers make two files. What fails is marked so, and its maker asks again
Units   amounts in the currency's own form, in a column of its own beside the currency
Source  issue "People" 6
"""

import csv
import io
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from cunguan.doors.portals.custodian import tables
from cunguan.doors.portals.custodian.tables import Table
from cunguan.doors.portals.shell.lists import cell
from cunguan.kernel.money import format_minor
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)

Connection = psycopg.Connection[Any]
AT_ONCE: Final = 1_000
ROWS_MAX: Final = 200_000
#: how long a file is kept
KEPT: Final = timedelta(hours=24)
MARK: Final = "\ufeff"  # spreadsheets know by it that the text is UTF-8


def sweep(connection: Connection, now: datetime) -> bool:
    """End what is old and make one file; return whether there may be more to make."""
    connection.execute(statement("console_exports_end"), {"before": now - KEPT})
    with connection.transaction():
        row = connection.execute(statement("console_export_take")).fetchone()
        if row is None:
            return False
        name, of, filters, _ = row
        made: dict[str, Any]
        try:
            with connection.transaction():
                count, content = file_of(connection, tables.tables()[of], filters)
            made = {"state": "made", "rows": count, "content": content}
        except Exception as wrong:  # one list's fault keeps no other from being made
            log.exception("an export was not made", extra={"list": of, "fault": type(wrong).__name__})
            made = {"state": "failed", "rows": 0, "content": None}
        connection.execute(statement("console_export_made"), {"id": name, "at": now, **made})
    return True


def file_of(connection: Connection, of: Table, filters: Mapping[str, str]) -> tuple[int, bytes]:
    """Return how many rows a list has, and its file."""
    text = io.StringIO()
    written = csv.writer(text)
    fields = [one.field for one in of.columns]
    has_money = any(one.shown == "money" for one in of.columns)
    written.writerow([*fields, *(["currency"] if has_money and "currency" not in fields else [])])
    count = 0
    for row in rows_of(connection, of, filters):
        more = [row.get("currency", "")] if has_money and "currency" not in fields else []
        written.writerow(
            [cell(one) for one in (*(_value(row, column.field, column.shown) for column in of.columns), *more)]
        )
        count += 1
    return count, (MARK + text.getvalue()).encode()


def _value(row: Mapping[str, Any], field: str, shown: str) -> object:
    value = row.get(field)
    if shown == "money" and value is not None and row.get("currency"):
        return format_minor(int(value), row["currency"])
    return value.isoformat() if isinstance(value, datetime) else value


def rows_of(connection: Connection, of: Table, filters: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    """Yield all rows of a list, page after page."""
    after: object = None
    count = 0
    with connection.cursor(row_factory=dict_row) as cursor:
        while count < ROWS_MAX:
            found = cursor.execute(statement(of.statement), tables.parameters(of, filters, after, AT_ONCE)).fetchall()
            yield from found
            count += len(found)
            if len(found) < AT_ONCE:
                return
            after = tables.key_of(of, found[-1])
