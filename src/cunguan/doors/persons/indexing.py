"""Indexing (补建索引): names of clients who were kept before names were searched.

When    `cunguan person index`, after an upgrade, once every door runs this code; it may run beside them
Does    reads each such client's details and writes what stands for them in search; restricted ones too, for a restriction may end
        each row is a transaction of its own: cut off, it is begun again and does what is left. Whatever is kept, or encrypted by a
        newer key, is indexed with it (keeping.py, rotating.py), so that only what lies still waits for this
Returns how many were done, and how many could not be read: a key of theirs is away
Source  schema 0031, 0032; docs/adr/0054
"""

import logging
from typing import Final

from cunguan.doors.persons.keeping import Persons, pages
from cunguan.doors.persons.rotating import Rotated, Say
from cunguan.keys.fields import FieldBroken
from cunguan.keys.subjects import SubjectKeyLost
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)
PAGE: Final = 500


def index_names(persons: Persons, say: Say, only: int | None = None) -> Rotated:
    """Write the indexes of all whose name has none, or of those of one lane."""
    clients = [place for place in pages(persons.connection, "persons_to_index") if only in (None, place[0])]
    left = 0
    for number, (lane, person) in enumerate(clients, 1):
        try:
            _index(persons, lane, person)
        except (FieldBroken, SubjectKeyLost) as wrong:  # the others are found meanwhile
            log.warning("a name is not indexed: %s", wrong)
            left += 1
        if number % PAGE == 0:
            say(number, len(clients))
    return Rotated(len(clients) - left, left)


def _index(persons: Persons, lane: int, person: str) -> None:
    connection, of = persons.connection, {"lane": lane, "person": person}
    with connection.transaction():
        held = connection.execute(statement("person_detail_hold"), of).fetchone()
        row = connection.execute(statement("person_detail_of"), of).fetchone()
        if held is None or row is None or held[0] == "shredded":
            return
        details = persons.clear(lane, person, row[4:-4])
        connection.execute(statement("person_detail_index"), {**of, **persons.indexed(lane, details)})
