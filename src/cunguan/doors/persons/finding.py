"""Finding (客户查找): clients by what one reads out, each with what tells him from the others of that name.

When    a clerk has a client on the phone
Does    looks by blind index; of at most 100 reads what is kept, all by one statement, and masks it. Where the end of a number is
        said too, it is held against their phone, ID and card numbers here, in memory: an index over four digits has ten thousand
        values, and would tell who shares them (docs/adr/0054)
Shape   Candidate: masked; `details` None where they cannot be read: he may be the one, whatever his numbers end in
Errors  as doors/persons/opening.py; a client who cannot be read is logged, and holds up nobody
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, TypeAlias

import msgspec
from msgspec.structs import replace

from cunguan.doors.persons.keeping import FOUND_MOST, Persons, subject_of
from cunguan.doors.persons.shapes import Details, masked
from cunguan.kernel.codes import Code
from cunguan.keys.blind import CARD_NUMBER, ID_NUMBER, NAME, PHONE, normal
from cunguan.keys.fields import FieldBroken
from cunguan.keys.subjects import SubjectKeyLost
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)
MOST: Final = FOUND_MOST
#: a lane, and a client in it
Place: TypeAlias = tuple[int, str]


class Asked(msgspec.Struct, frozen=True):
    """A whole value of a column; `end`: what one of the client's numbers ends in, or nothing."""

    column: str
    value: str
    end: str = ""


class Candidate(msgspec.Struct, frozen=True):
    """A client who may be meant."""

    lane: int
    person: str
    accounts: tuple[str, ...]
    details: Details | None


class Hits(msgspec.Struct, frozen=True):
    """What one search came to.

    candidates  whom it leaves
    looked_at   how many have the value, before the end of a number narrowed them; at most MOST
    is_more     more than MOST have it: the others were not looked at
    is_partial  a search by name, and some clients' names are not indexed yet
    """

    asked: Asked
    candidates: list[Candidate]
    looked_at: int
    is_more: bool = False
    is_partial: bool = False


def look(persons: Persons, lanes: Sequence[int], asked: Sequence[Asked]) -> list[Hits]:
    """Return what each search came to, in their order."""
    found = [persons.find(lanes, one.column, one.value, MOST + 1) for one in asked]
    known = _read(persons, {place for places in found for place in places[:MOST]})
    return [_hits(persons, one, places, known) for one, places in zip(asked, found, strict=True)]


def _hits(persons: Persons, asked: Asked, places: Sequence[Place], known: Mapping[Place, Candidate]) -> Hits:
    here = [known[place] for place in places[:MOST] if place in known]
    left = [replace(one, details=shown(one.details)) for one in here if may_be(one.details, asked.end)]
    is_partial = asked.column == NAME and _some_wait(persons)
    return Hits(asked, left, len(here), len(places) > MOST, is_partial)


def may_be(details: Details | None, end: str) -> bool:
    """Return whether a client's phone, ID or one of his cards ends so; who cannot be read may be the one.

    >>> one = Details("李雷", phone="138 0000 1234", id_number="11010519491231002x", cards=("6222 0210 0101 0001",))
    >>> [may_be(one, end) for end in ("1234", "002X", "0001", "", "0012")], may_be(None, "1234")
    ([True, True, True, True, False], True)
    """
    if details is None or not end:
        return True
    numbers = [(PHONE, details.phone), (ID_NUMBER, details.id_number), *((CARD_NUMBER, one) for one in details.cards)]
    return any(normal(column, value).endswith(end.upper()) for column, value in numbers)


def shown(details: Details | None) -> Details | None:
    """Return what is shown of a candidate."""
    return None if details is None else masked(details)


def _read(persons: Persons, places: Collection[Place]) -> dict[Place, Candidate]:
    """Return who may be used still, in clear."""
    if not places:
        return {}
    given = {"lanes": [lane for lane, _ in places], "persons": [person for _, person in places]}
    rows = persons.connection.execute(statement("persons_told_apart"), given).fetchall()
    return {place: _opened(persons, place, list(of)) for place, of in groupby(rows, key=lambda row: (row[0], row[1]))}


def _opened(persons: Persons, place: Place, rows: Sequence[Sequence[Any]]) -> Candidate:
    accounts, name, id_type, id_number, phone, cards = rows[0][2:8]
    ring = persons.ring(subject_of(*place), (row[8:] for row in rows))
    try:
        # where he lives, and by which devices, stays closed
        details = persons.clear(*place, (name, id_type, id_number, phone, None, None, cards), ring)
    except (FieldBroken, SubjectKeyLost):
        log.exception("personal data cannot be read", extra={"code": Code.personal_data_unreadable.name})
        return Candidate(*place, tuple(accounts), None)
    return Candidate(*place, tuple(accounts), details)


def _some_wait(persons: Persons) -> bool:
    first = {"lane": -1, "person": "", "limit": 1}
    return persons.connection.execute(statement("persons_to_index"), first).fetchone() is not None
