"""Reading (查询): one named statement of store/sql on Django's own connection, behind the request's wall.

When    a view needs rows of the books; the same files serve every door
Returns rows as dicts, or as a type
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import connection

from cunguan.store.sqlfiles import statement

T = TypeVar("T")
Values = Mapping[str, object]


def rows(name: str, values: Values) -> list[dict[str, Any]]:
    """Return the rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement(name), values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def row(name: str, values: Values) -> dict[str, Any] | None:
    """Return the first row of a statement, or None."""
    found = rows(name, values)
    return found[0] if found else None


def typed(of: type[T], name: str, values: Values) -> list[T]:
    """Return the rows of a statement as a type whose fields are its columns."""
    return [of(**found) for found in rows(name, values)]
