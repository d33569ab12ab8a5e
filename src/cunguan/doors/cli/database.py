"""The database of a verb (命令所用数据库): what a verb needs that does not start one itself.

Errors  DatabaseError: it does not run; the line to type
"""

from typing import Any

from cunguan.store.embedded.errors import DatabaseError


def running(wiring: Any) -> Any:
    """Return the installation's database, which runs."""
    database = wiring.database()
    if not database.status().is_up():
        raise DatabaseError("the database does not run.\nType: cunguan db start")
    return database
