"""Wrapping anew (主密钥轮换): a further version of the key-encryption key, and every data key wrapped by it.

When    `cunguan key rotate kek`: the ceremony's yearly one, or a version may be known
Does    the sealing keys, the log's salt keys, the secrets of the indexes and of the way in, then each client's key, one at a time:
        cut off, it is begun again and does what is left. What it wraps is never shown by Vault, and is in this process's memory otherwise
Returns how many were wrapped anew; which versions wrap how many: one that wraps none may be destroyed
Source  NIST SP 800-57 part 1, 5.3.6; ADR 0043
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import psycopg

from cunguan.doors.persons import rotating
from cunguan.doors.persons.opening import INDEX_FILE, opened, rewrap_index
from cunguan.doors.sealing import about
from cunguan.keys.installation import Keys
from cunguan.keys.people import FILE as PEOPLE_FILE
from cunguan.keys.people import rewrap_people
from cunguan.keys.providers.base import KEK, kek_version
from cunguan.keys.salts import SaltKeys
from cunguan.keys.secret_file import secret
from cunguan.store.sqlfiles import statement

Connection = psycopg.Connection[Any]


def counts(connection: Connection, keys: Keys) -> dict[int, int]:
    """Return how many keys each version wraps."""
    found = Counter(kek_version(wrapped) for _, wrapped in connection.execute(statement("sealing_keys")))
    found.update(version for version in SaltKeys(keys).versions() if version)
    for file in (keys.home / INDEX_FILE, keys.home / PEOPLE_FILE):
        found.update([kek_version(secret(file))] if file.exists() else [])
    for one in rotating.under_keks(connection):
        found[one.kek] += one.keys
    return dict(sorted(found.items()))


def rotate(connection: Connection, keys: Keys) -> tuple[int, bool]:
    """Make the next version, unless an earlier rotation is not at its end; return the newest, and whether it is new."""
    newest = (keys.provider.versions(KEK) or [0])[-1]
    if any(version < newest for version in counts(connection, keys)):
        return newest, False
    return keys.provider.rotate(KEK), True


def rewrap(connection: Connection, keys: Keys, say: Callable[[int, int], None]) -> int:
    """Wrap by the newest version what an older one wraps."""
    newest, done = keys.provider.versions(KEK)[-1], 0
    for version, wrapped in connection.execute(statement("sealing_keys")).fetchall():
        if kek_version(wrapped) < newest:
            given = {"version": version, "wrapped": keys.provider.rewrap(bytes(wrapped), about(version))}
            connection.execute(statement("sealing_key_rewrap"), given)
            done += 1
    done += SaltKeys(keys).rewrap()
    rewrap_index(keys)
    rewrap_people(keys)
    if rotating.under_keks(connection):
        done += rotating.rewrap(connection, opened(keys, connection), say).done
    return done
