"""Claiming (认领): a newcomer becomes the client whom a platform has brought; nobody becomes another's.

When    an account is to be opened for a person of the books, and a client who has signed in confirms it by his passkey
Shape   whoever is that person already may. A newcomer, whom the books do not know, may become him once: while neither the books nor
        another user know the person. The page's address, which the platform gave its client alone, is what he shows first; then who
        he is, held against what the platform brought (client/brought.py). Nobody signs an opening before that: `is_identified`
Source  domain.md (c.1) A1; issue "People" 3
"""

from django.db import IntegrityError, transaction

from cunguan.desks.people.models import User
from cunguan.desks.people.roles import CLIENT
from cunguan.doors.api import sql
from cunguan.doors.portals.shell.house import house


def may_claim(user: User, person: str) -> bool:
    """Return whether this user is a person of the books, or may become him."""
    if user.kind != CLIENT:
        return False
    if user.reference == person:
        return True
    return not _is_known(person) and not _is_known(user.reference) and not _is_anybodys(person)


def is_identified(user: User, person: str) -> bool:
    """Return whether this user is a person whom lane 0 has registered: he has said who he is, and it was checked."""
    return user.kind == CLIENT and user.reference == person and _is_known(person)


def claim(user: User, person: str) -> bool:
    """Let a user be a person from now on; return whether he is."""
    if not may_claim(user, person):
        return False
    if user.reference == person:
        return True
    try:
        with transaction.atomic():
            user.reference = person
            user.save(update_fields=["reference"])
    except IntegrityError:  # another was first
        return False
    return True


def _is_known(person: str) -> bool:
    return house().call(sql.row, "person_kind", {"person": person}) is not None


def _is_anybodys(person: str) -> bool:
    return User.objects.filter(kind=CLIENT, reference=person).exists()
