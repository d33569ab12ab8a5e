"""Sealing (启用密封密钥): the installation's seal; its key is made at the first start, and never beside bytes another key sealed.

When    a process of the doors, or the plane's line to a bank, seals or reads what is sealed
Shape   version 0 lies in the home's file where keys lie in files; elsewhere it stands wrapped in sealing_key, where a file's is taken
        in once. Later versions stand in sealing_key always (doors/keys/reseal.py). Who asks again is told of a new version
Returns the seal; unwrapped keys are kept in this process
Errors  KeyMissing: something is sealed and the key is away: what a new key seals would be read by nobody who brings the old one back
        KeysWrong: the provider cannot unwrap it
Source  keys/sealed.py; schemas 0011, 0012, 0021
"""

import asyncio
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import psycopg

from cunguan.doors.api import sql
from cunguan.doors.api.context import Context
from cunguan.keys.installation import Keys
from cunguan.keys.providers.base import new_data_key
from cunguan.keys.sealed import FILE, KeyMissing, Sealer
from cunguan.keys.secret_file import secret
from cunguan.store.sqlfiles import statement

Rows = tuple[tuple[int, bytes], ...]


def sealer(keys: Keys, connection: psycopg.Connection[Any]) -> Sealer:
    """Return the seal, for who has a connection."""
    found = _rows(connection)
    return _at_hand(keys, found) or _first(keys, connection, found)


def sealer_at(keys: Keys, url: str) -> Sealer:
    """Return the seal, for who knows where the database is."""
    with psycopg.connect(url, autocommit=True) as connection:
        return sealer(keys, connection)


async def sealer_of(context: Context) -> Sealer:
    """Return the seal, for a handler or a loop."""
    rows = await sql.rows(context, "sealing_keys", {})
    found = tuple((row["version"], bytes(row["wrapped"])) for row in rows)
    seal = _at_hand(context.keys, found)
    if seal is not None:
        return seal
    return await asyncio.to_thread(sealer_at, context.keys, str(context.pool.conninfo))


def about(version: int) -> bytes:
    """Return what a wrapped version is bound to."""
    return b"cunguan/sealing-key/v1\n%d" % version


def _rows(connection: psycopg.Connection[Any]) -> Rows:
    return tuple((version, bytes(wrapped)) for version, wrapped in connection.execute(statement("sealing_keys")))


def _at_hand(keys: Keys, found: Rows) -> Sealer | None:
    """Return the seal where its first key is there already."""
    if any(version == 0 for version, _ in found):
        return _sealer(keys, found, None)
    path = keys.home / FILE
    return _sealer(keys, found, secret(path)) if keys.kind == "file" and path.exists() else None


@lru_cache(maxsize=8)
def _sealer(keys: Keys, found: Rows, first: bytes | None) -> Sealer:
    opened = {version: keys.provider.unwrap(wrapped, about(version)) for version, wrapped in found}
    return Sealer(opened.pop(0) if first is None else first, opened, keys.profile.form)


def _first(keys: Keys, connection: psycopg.Connection[Any], found: Rows) -> Sealer:
    """Take a file's key in, or make the key of an installation that has sealed nothing."""
    path = keys.home / FILE
    if not path.exists():
        row = connection.execute(statement("sealed_is_there")).fetchone()
        if row is not None and row[0]:
            raise KeyMissing(path)
    if keys.kind == "file":
        return _sealer(keys, found, secret(path))
    clear = secret(path) if path.exists() else new_data_key()
    given = {"version": 0, "wrapped": keys.provider.wrap(clear, about(0)), "at": datetime.now(UTC)}
    connection.execute(statement("sealing_key_add"), given)
    return _sealer(keys, _rows(connection), None)  # of several processes that start at once, one's key is the key
