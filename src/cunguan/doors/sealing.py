"""Sealing (启用密封密钥): the installation's seal; its key is made at the first start, and never beside bytes another key sealed.

When    a process of the doors, or the plane's line to a bank, seals or reads what is sealed
Returns the seal; the database is asked only where no key lies
Errors  KeyMissing: something is sealed and the key is away: what a new key seals would be read by nobody who brings the old one back
Source  keys/sealed.py; schemas 0011, 0012
"""

from pathlib import Path
from typing import Any

import psycopg

from cunguan.doors.api import sql
from cunguan.doors.api.context import Context
from cunguan.keys.sealed import FILE, KeyMissing, Sealer
from cunguan.store.sqlfiles import statement


def sealer(home: Path, connection: psycopg.Connection[Any]) -> Sealer:
    """Return the seal, for who has a connection."""
    path = home / FILE
    return (
        Sealer.open(path)
        if path.exists()
        else _first(path, connection.execute(statement("sealed_is_there")).fetchone())
    )


def sealer_at(home: Path, url: str) -> Sealer:
    """Return the seal, for who knows where the database is."""
    if (home / FILE).exists():
        return Sealer.open(home / FILE)
    with psycopg.connect(url, autocommit=True) as connection:
        return sealer(home, connection)


async def sealer_of(context: Context) -> Sealer:
    """Return the seal, for a handler or a loop."""
    path = context.home / FILE
    if path.exists():
        return Sealer.open(path)
    found = await sql.row(context, "sealed_is_there", {})
    return _first(path, tuple((found or {}).values()))


def _first(path: Path, found: tuple[Any, ...] | None) -> Sealer:
    """Make the key of an installation that has sealed nothing."""
    if found and found[0]:
        raise KeyMissing(path)
    return Sealer.open(path)
