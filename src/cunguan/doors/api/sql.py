"""SQL of the door (查询执行): one named statement, its values, its rows.

When    a handler reads or writes the doors' own tables, or reads the books, in one statement
Returns rows as dicts or as a type; each statement is a transaction of its own
Source  store/sql; store/sqlfiles.py
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from psycopg.rows import class_row, dict_row

from cunguan.doors.api.context import Context
from cunguan.store.sqlfiles import statement

T = TypeVar("T")
Values = Mapping[str, object]


async def rows(context: Context, name: str, values: Values) -> list[dict[str, Any]]:
    """Return the rows of a statement."""
    async with context.pool.connection() as connection:
        cursor = connection.cursor(row_factory=dict_row)
        await cursor.execute(statement(name), values)
        found: list[dict[str, Any]] = await cursor.fetchall()
    return found


async def row(context: Context, name: str, values: Values) -> dict[str, Any] | None:
    """Return the first row of a statement, or None."""
    found = await rows(context, name, values)
    return found[0] if found else None


async def typed(context: Context, of: type[T], name: str, values: Values) -> list[T]:
    """Return the rows of a statement as a type."""
    async with context.pool.connection() as connection:
        cursor = connection.cursor(row_factory=class_row(of))
        await cursor.execute(statement(name), values)
        found: list[T] = await cursor.fetchall()
    return found


async def run(context: Context, name: str, values: Values) -> int:
    """Run a statement; return how many rows it touched."""
    async with context.pool.connection() as connection:
        return int((await connection.execute(statement(name), values)).rowcount)
