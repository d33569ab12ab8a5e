"""Clients' payees (本人收款账户): name and account of a client's own card, under his key: they go when he is shredded.

When    a platform brings a payee and says whose card it is; older ones are moved there by `cunguan person rotate --payees`
Shape   a row of person_payee beside its hash; what is nobody's card (the platform's accounts, payers of a statement) stays under
        the installation's seal (doors/payees/details.py)
Source  schema 0018; docs/adr/0044
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
import psycopg

from cunguan.channels.base import Payee
from cunguan.doors.api.context import Context
from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.payees import details
from cunguan.doors.persons.keeping import Persons, subject_of
from cunguan.doors.persons.opening import opened
from cunguan.doors.sealing import sealer
from cunguan.keys.fields import Place
from cunguan.keys.installation import Keys
from cunguan.keys.sealed import Sealer
from cunguan.store.sqlfiles import statement

TABLE = "person_payee"


def payee_place(lane: int, person: str, hash: str) -> Place:
    """Return where a payee's details stand."""
    subject = subject_of(lane, person)
    return Place(TABLE, "content", f"{subject}:{hash}", subject)


def who(
    connection: psycopg.Connection[Any], hash: str, keys: Keys | None, seal: Callable[[psycopg.Connection[Any]], Sealer]
) -> Payee | None:
    """Return who stands behind a hash, by whosever key; None where nobody was brought under it, or he was shredded."""
    row = connection.execute(statement("payee_detail_of"), {"payee_hash": hash}).fetchone() if hash else None
    if row is None:
        return None
    content, lane, person = row
    if not person:
        return details.opened(seal(connection), hash, bytes(content))
    assert keys is not None, "where clients' own keys are used, it is known where keys lie"
    return payee_of(Persons(connection, opened(keys, connection)), lane, person, hash, bytes(content))


async def asked_who(context: Context, hash: str) -> Payee | None:
    """Return the same for a handler: in a thread, for a key may have to be unwrapped."""
    if not hash:
        return None
    return await in_thread(
        context, lambda connection: who(connection, hash, context.keys, partial(sealer, context.keys))
    )


def keep_payee(
    persons: Persons, lane: int, person: str, hash: str, payee: Payee, hashes: tuple[str, str], now: datetime
) -> None:
    """Keep who stands behind a hash as this client's; `hashes` stand for name and account."""
    key = persons.key_for_writing(subject_of(lane, person), now)
    content = key.encrypt(msgspec.json.encode(payee), payee_place(lane, person, hash))
    persons.connection.execute(statement("person_payee_put"), {
        "payee_hash": hash, "lane": lane, "person": person, "name_hash": hashes[0], "account_hash": hashes[1],
        "key_version": key.version, "content": content, "at": now,
    })  # fmt: skip


def payee_of(persons: Persons, lane: int, person: str, hash: str, content: bytes) -> Payee:
    """Return who stands behind a hash."""
    key = persons.keys(subject_of(lane, person)).of(content)
    return msgspec.json.decode(key.decrypt(content, payee_place(lane, person, hash)), type=Payee)
