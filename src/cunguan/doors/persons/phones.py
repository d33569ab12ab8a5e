"""Phones (通知手机号): the phone a client's notices go to, for the custodian's own message gateway.

When    the jobs worker hands notices over; many readers at once, by one connection
Shape   of a client's details those the custodian keeps by itself are asked first, then those his platforms brought: a platform
        whose key was stolen must not turn his notices away. Nobody is shown it, so no look is written down: as of payees for a bank
Returns a phone by person; persons of whom the house keeps none, or none that may be used, are left out
Errors  whatever of keys is away; one person's broken field is told as None, and keeps no other waiting
Source  docs/personal-data.md; docs/notices.md
"""

import logging
from collections.abc import Sequence
from typing import Any

import psycopg

from cunguan.doors.api.context import Context
from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.persons.keeping import PersonRefused, Persons
from cunguan.doors.persons.opening import opened
from cunguan.keys.fields import FieldBroken
from cunguan.keys.subjects import SubjectKeyLost
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)


async def phones(context: Context, people: Sequence[str]) -> dict[str, str | None]:
    """Return the phones of some persons."""
    return await in_thread(context, lambda connection: _phones(context, connection, people)) if people else {}


def _phones(context: Context, connection: psycopg.Connection[Any], people: Sequence[str]) -> dict[str, str | None]:
    kept = connection.execute(statement("notice_phone_lanes"), {"persons": sorted(set(people))}).fetchall()
    if not kept:
        return {}  # no key is asked for where nothing is encrypted
    persons = Persons(connection, opened(context.keys, connection))
    found: dict[str, str | None] = {}
    for person, lane in kept:
        if not found.get(person):
            found[person] = _phone(persons, lane, person)
    return found


def _phone(persons: Persons, lane: int, person: str) -> str | None:
    try:
        return persons.read(lane, person).details.phone
    except PersonRefused:
        return ""  # restricted or shredded since
    except (FieldBroken, SubjectKeyLost):
        log.exception("a client's phone cannot be read", extra={"lane": lane})
        return None
