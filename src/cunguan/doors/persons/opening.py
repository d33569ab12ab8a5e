"""Opening (启用客户数据密钥): what opens personal data in this process: the provider's KEK, the drawers, the indexes' secret.

When    a handler, a verb or the line to a bank writes or reads personal data
Shape   once a process for each home; the provider is asked when a key is first needed
        the drawers' file and the secret of the indexes lie in the home and never in a backup of the database
Errors  DrawersMissing: persons are in the database and a file is away; KeysWrong: the provider cannot be used
Source  keys/subjects.py, keys/blind.py
"""

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg

from cunguan.keys.blind import BlindIndexes
from cunguan.keys.drawers import FILE as DRAWERS_FILE
from cunguan.keys.drawers import Drawers, DrawersMissing
from cunguan.keys.installation import Keys
from cunguan.keys.providers.base import new_data_key, rewrapped
from cunguan.keys.secret_file import replace_secret, secret
from cunguan.keys.subjects import SubjectKeys
from cunguan.store.sqlfiles import statement

#: the secret of the blind indexes, wrapped by the KEK
INDEX_FILE: Final = "index-key"
_INDEX: Final = b"cunguan/index-key/v1"


class Opened(msgspec.Struct, frozen=True, eq=False):
    """What opens personal data."""

    subjects: SubjectKeys
    indexes: BlindIndexes


def opened(keys: Keys, connection: psycopg.Connection[Any]) -> Opened:
    """Return what opens personal data, for who has a connection; the files are made where no person is there yet."""
    for file in (DRAWERS_FILE, INDEX_FILE):
        if not (keys.home / file).exists():
            _make(keys, connection, keys.home / file)
    return _opened(keys)


@lru_cache(maxsize=16)
def _opened(keys: Keys) -> Opened:
    subjects = SubjectKeys(keys.provider, Drawers(keys.home / DRAWERS_FILE), form=keys.profile.form)
    index = keys.provider.unwrap(secret(keys.home / INDEX_FILE), _INDEX)
    return Opened(subjects, BlindIndexes(index, keys.profile.hash))


def rewrap_index(keys: Keys) -> None:
    """Wrap the secret of the indexes by the newest KEK."""
    path = keys.home / INDEX_FILE
    if path.exists():
        held = secret(path)
        newest = rewrapped(keys.provider, held, _INDEX)
        if newest != held:
            replace_secret(path, newest)


def _make(keys: Keys, connection: psycopg.Connection[Any], path: Path) -> None:
    row = connection.execute(statement("subject_keys_are_there")).fetchone()
    if row is not None and row[0]:
        raise DrawersMissing(path)
    if path.name == DRAWERS_FILE:
        Drawers.make(path)
    else:
        secret(path, lambda: keys.provider.wrap(new_data_key(), _INDEX))
