"""The database of a verb (命令所用数据库): what a verb needs that does not start one itself.

Errors  DatabaseError: it does not run, or has no tables; the line to type
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from cunguan.store.embedded.errors import DatabaseError


def running(wiring: Any) -> Any:
    """Return the installation's database, which runs."""
    database = wiring.database()
    if not database.status().is_up():
        raise DatabaseError("the database does not run.\nType: cunguan db start")
    return database


def door_url(wiring: Any) -> str:
    """Return the URL of a door's role: it reads the books, and writes the doors' own tables."""
    return str(wiring.door_url(running(wiring).start()))


@contextmanager
def connected(wiring: Any) -> Iterator[psycopg.Connection[Any]]:
    """Connect as a door does."""
    try:
        with psycopg.connect(door_url(wiring), autocommit=True) as connection:
            yield connection
    except psycopg.errors.UndefinedTable:
        raise DatabaseError("this database holds no books.\nType: cunguan db migrate") from None
