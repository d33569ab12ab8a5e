"""Same person (本人核对): whether who wants his account back is the one whose details are kept.

When    a recovery
Does    asks the verifier whether name, ID, mobile and card belong together (four elements), then holds name and ID number against
        what is kept of this client on any platform; nothing kept is shown or said
Returns yes; no; or UNKNOWN: he has accounts, and nothing is kept to hold against: only people can say. Who has no account yet has
        nothing that could be lost, and his recovery code is enough
"""

from enum import Enum
from typing import Any

from cunguan.desks.parties.identity import Identity, Verified, verify
from cunguan.desks.people.models import User
from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.persons.keeping import PersonRefused, Persons
from cunguan.doors.persons.opening import opened
from cunguan.doors.persons.shapes import Details
from cunguan.doors.portals.shell.house import house
from cunguan.keys.blind import ID_NUMBER, normal


class Same(Enum):
    """What was found."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def same_person(user: User, identity: Identity) -> Same:
    """Return whether this is he."""
    accounts = lanes_of(user.reference)
    if not accounts:
        return Same.YES
    kept = kept_of(user.reference, accounts)
    if not kept:
        return Same.UNKNOWN
    is_his = all(fits(one, identity) for one in kept)
    return Same.YES if isinstance(verify(identity, 4), Verified) and is_his else Same.NO


def lanes_of(person: str) -> list[int]:
    """Return the lanes where a person has accounts."""
    return house().call(in_thread, lambda connection: _lanes(connection, person))


def kept_of(person: str, lanes: list[int]) -> list[Details]:
    """Return what is kept of a person in some lanes that names him."""
    return house().call(in_thread, lambda connection: _kept(connection, lanes, person))


def _lanes(connection: Any, person: str) -> list[int]:
    found = connection.execute("SELECT DISTINCT lane FROM holder_account WHERE person = %s", (person,))
    return [lane for (lane,) in found]


def _kept(connection: Any, lanes: list[int], person: str) -> list[Details]:
    persons, kept = Persons(connection, opened(house().context.keys, connection)), []
    for lane in lanes:
        try:
            kept.append(persons.read(lane, person).details)
        except PersonRefused:
            continue  # nothing of him is kept there
    return [one for one in kept if one.id_number and one.name]


def fits(kept: Details, said: Identity) -> bool:
    """Return whether name and number are those that are kept."""
    return normal(ID_NUMBER, kept.id_number) == normal(ID_NUMBER, said.id_number) and _plain(kept.name) == _plain(
        said.name
    )


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
