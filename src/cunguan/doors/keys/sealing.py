"""Sealing anew (密封密钥轮换): a further version of the sealing key, and everything sealed by it, while the doors go on.

When    `cunguan key rotate sealing`: a key may be known, a year is over, another profile encrypts from now on
Does    a batch of rows is a transaction of its own: cut off, it is begun again and does what is left. A version by which nothing is
        sealed any more is retired; it is destroyed by two people only (doors/keys/destroying.py)
Returns how many were sealed anew
Errors  SealBroken: bytes were changed, or another installation's key sealed them: they are named, nothing is lost
Source  NIST SP 800-57 part 1, 5.3.6 (cryptoperiods); ADR 0043
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any, Final

import psycopg

from cunguan.doors.inbox import keep
from cunguan.doors.payees import details
from cunguan.doors.sealing import about, sealer
from cunguan.keys.installation import Keys
from cunguan.keys.providers.base import new_data_key
from cunguan.keys.sealed import Sealer
from cunguan.store.sqlfiles import statement

#: a part of a file has up to 1 MiB; a payee some hundred bytes
PARTS_A_BATCH: Final = 16
PAYEES_A_BATCH: Final = 500

Connection = psycopg.Connection[Any]
Say = Callable[[int], None]


def counts(connection: Connection) -> dict[int, int]:
    """Return how many things each version has sealed."""
    return dict(connection.execute(statement("sealed_counts")).fetchall())


def rotate(connection: Connection, keys: Keys, at: datetime) -> int:
    """Make the next version, unless an earlier rotation is not at its end; return the version to seal by."""
    newest = sealer(keys, connection).version
    if any(version < newest for version in counts(connection)):
        return newest
    given = {"version": newest + 1, "wrapped": keys.provider.wrap(new_data_key(), about(newest + 1)), "at": at}
    connection.execute(statement("sealing_key_add"), given)
    return newest + 1


def reseal(connection: Connection, keys: Keys, at: datetime, say: Say) -> int:
    """Seal by the newest version what an older one sealed, and retire those that sealed nothing any more."""
    seal, done = sealer(keys, connection), 0
    for batch in chain(_parts(connection, seal), _payees(connection, seal)):
        done += batch
        say(done)
    left = counts(connection)
    versions = [version for version in range(seal.version) if not left.get(version)]
    connection.execute(statement("sealing_key_retire"), {"versions": versions, "at": at})
    return done


def _parts(connection: Connection, seal: Sealer) -> Iterator[int]:
    place: dict[str, Any] = {"file": 0, "part": -1}
    while True:
        given = {**place, "version": seal.version, "limit": PARTS_A_BATCH}
        rows = connection.execute(statement("sealed_parts_older"), given).fetchall()
        if not rows:
            return
        with connection.transaction():
            for file, part, content in rows:
                place, what = {"file": file, "part": part}, keep.what_of(file, part)
                again = seal.seal(seal.unseal(content, what), what)
                connection.execute(statement("sealed_part_set"), {**place, "content": again})
        yield len(rows)


def _payees(connection: Connection, seal: Sealer) -> Iterator[int]:
    hash = ""
    while True:
        given = {"payee_hash": hash, "version": seal.version, "limit": PAYEES_A_BATCH}
        rows = connection.execute(statement("sealed_payees_older"), given).fetchall()
        if not rows:
            return
        with connection.transaction():
            for hash, content in rows:
                what = details.what_of(hash)
                again = seal.seal(seal.unseal(content, what), what)
                connection.execute(statement("sealed_payee_set"), {"payee_hash": hash, "content": again})
        yield len(rows)
