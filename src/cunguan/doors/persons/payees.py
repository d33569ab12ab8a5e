"""Clients' payees (本人收款账户): name and account of a client's own card, under his key: they go when he is shredded.

When    a platform brings a payee and says whose card it is; older ones are moved there by `cunguan person rotate --payees`
Shape   a row of person_payee beside its hash; what is nobody's card (the platform's accounts, payers of a statement) stays under
        the installation's seal (doors/payees/details.py)
Source  schema 0018; docs/adr/0044
"""

from datetime import datetime

import msgspec

from cunguan.channels.base import Payee
from cunguan.doors.persons.keeping import Persons, subject_of
from cunguan.keys.fields import Place
from cunguan.store.sqlfiles import statement

TABLE = "person_payee"


def payee_place(lane: int, person: str, hash: str) -> Place:
    """Return where a payee's details stand."""
    subject = subject_of(lane, person)
    return Place(TABLE, "content", f"{subject}:{hash}", subject)


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
