"""Role grant (授予岗位): somebody of the staff gets a role, by two administrators of roles.

When    two who may change roles have signed; neither is the one who gets it
Does    writes the grant in the transaction that notes the outcome: once
Refuses a role that excludes one he has: nobody may both change roles and approve money
"""

from datetime import datetime
from typing import Any, Final

import msgspec
from django.utils.translation import gettext_noop

from cunguan.desks.approvals import words
from cunguan.desks.approvals.permitted import ROLES
from cunguan.desks.approvals.refused import Refused
from cunguan.desks.people import roles
from cunguan.desks.people.finding import roles_of
from cunguan.desks.people.models import RoleGrant, User
from cunguan.doors.portals.custodian.doing import DONE, Doing, Outcome
from cunguan.kernel.codes import Code

KIND: Final = "role_grant"
RESOURCE: Final = ROLES
HINT: Final = gettext_noop("The new role holds from the moment the last signature is given.")


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose, by his reference, and which."""

    user: str
    role: str


def choices(name: str) -> list[tuple[str, str]]:
    """Return what may be chosen."""
    if name == "role":
        return [(role, words.choice(role)) for role in roles.ROLES[roles.STAFF]]
    return staff() if name == "user" else []


def staff() -> list[tuple[str, str]]:
    """Return the custodian's people."""
    found = User.objects.filter(kind=roles.STAFF, is_active=True).order_by("reference")
    return [(reference, reference) for reference in found.values_list("reference", flat=True)[:500]]


def user_of(reference: str) -> User:
    """Return somebody of the staff."""
    found = User.objects.filter(kind=roles.STAFF, reference=reference, is_active=True).first()
    if found is None:
        raise Refused(Code.details_missing, reference)
    return found


def check(body: dict[str, Any], reader: Any, now: datetime) -> None:
    """Refuse what cannot be so."""
    user = user_of(body["user"])
    if body["role"] not in roles.ROLES[roles.STAFF]:
        raise Refused(Code.malformed, body["role"])
    if user.pk == reader.user.pk:
        raise Refused(Code.role_not_allowed, body["user"])
    if others := roles.excluded(body["role"], roles_of(user, now)):
        raise Refused(Code.roles_exclude_each_other, ", ".join(sorted(words.choice(one) for one in others)))


def may_sign(body: dict[str, Any], user: Any) -> None:
    """Refuse the signature of the one who gets it."""
    if body["user"] == user.reference:
        raise Refused(Code.role_not_allowed, body["user"])


def do(done: Doing) -> Outcome:
    """Grant it."""
    user = user_of(done.body.user)
    if roles.excluded(done.body.role, roles_of(user, done.at)):
        return Outcome(Code.roles_exclude_each_other)
    RoleGrant.objects.create(user=user, role=done.body.role, maker=done.maker, checker=done.checker, since=done.at)
    return DONE
