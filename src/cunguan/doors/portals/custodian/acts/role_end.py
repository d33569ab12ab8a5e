"""Role end (终止岗位): a role of somebody of the staff ends, by two administrators of roles.

When    two who may change roles have signed
Does    ends every grant of that role that he has; a signature he gave before stays what it was
"""

from datetime import datetime
from typing import Any, Final

import msgspec
from django.db.models import Q

from cunguan.desks.approvals.permitted import ROLES
from cunguan.desks.approvals.refused import Refused
from cunguan.desks.people.finding import roles_of
from cunguan.desks.people.models import RoleGrant
from cunguan.doors.portals.custodian.acts.role_grant import choices, user_of
from cunguan.doors.portals.custodian.doing import DONE, Doing, Outcome
from cunguan.kernel.codes import Code

KIND: Final = "role_end"
RESOURCE: Final = ROLES

__all__ = ["KIND", "RESOURCE", "Body", "check", "choices", "do"]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose, by his reference, and which."""

    user: str
    role: str


def check(body: dict[str, Any], reader: Any, now: datetime) -> None:
    """Refuse a role that he has not."""
    if body["role"] not in roles_of(user_of(body["user"]), now):
        raise Refused(Code.details_missing, body["role"])


def do(done: Doing) -> Outcome:
    """End it."""
    standing = RoleGrant.objects.filter(Q(until__isnull=True) | Q(until__gt=done.at), user=user_of(done.body.user))
    standing.filter(role=done.body.role).update(
        until=done.at, ended_by=f"{done.maker}, {done.checker}: {done.why}"[:400]
    )
    return DONE
