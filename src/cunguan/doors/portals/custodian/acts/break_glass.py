"""Break glass (应急授权): a role for some hours, by two people, when those who have it are not to be had.

When    who asks has signed, and one other; not the one who gets it
Does    grants the role until it ends by itself, writes it down as broken glass, tells all of the staff; it stays open, and stands over
        every page of the console, until somebody else has reviewed it (break_glass_review)
Refuses more than HOURS_MAX hours, a role that excludes one he has
"""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.utils.translation import gettext_noop

from cunguan.desks.approvals import glass, words
from cunguan.desks.approvals.permitted import GLASS
from cunguan.desks.approvals.refused import Refused
from cunguan.desks.people import roles
from cunguan.desks.people.finding import roles_of
from cunguan.desks.people.models import RoleGrant
from cunguan.doors.portals.custodian.acts.role_grant import choices as of_role
from cunguan.doors.portals.custodian.acts.role_grant import may_sign, user_of
from cunguan.doors.portals.custodian.doing import DONE, Doing, Outcome
from cunguan.kernel.codes import Code

KIND: Final = "break_glass"
RESOURCE: Final = GLASS
#: so long at most [K]
HOURS_MAX: Final = 8
HINT: Final = gettext_noop("For an emergency only: all of the staff is told, and somebody else reviews it afterwards.")
HINTS: Final = {"hours": gettext_noop("At most 8.")}

__all__ = ["HINT", "HINTS", "KIND", "RESOURCE", "Body", "check", "choices", "do", "may_sign"]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who gets which role for how long, and what the emergency is."""

    user: str
    role: str
    hours: int
    reason: str


def choices(name: str) -> list[tuple[str, str]]:
    """Return what may be chosen; the role of those who change roles is given the usual way."""
    return [one for one in of_role(name) if one[0] != roles.ROLE_ADMIN]


def check(body: dict[str, Any], reader: Any, now: datetime) -> None:
    """Refuse what cannot be so."""
    user = user_of(body["user"])
    if not 1 <= body["hours"] <= HOURS_MAX:
        raise Refused(Code.malformed, words.label("hours"))
    if body["role"] not in roles.ROLES[roles.STAFF] or body["role"] == roles.ROLE_ADMIN:
        raise Refused(Code.malformed, words.label("role"))
    if not body["reason"].strip():
        raise Refused(Code.reason_missing)
    if roles.excluded(body["role"], roles_of(user, now)):
        raise Refused(Code.roles_exclude_each_other)


def do(done: Doing) -> Outcome:
    """Grant it, loudly."""
    body, user = done.body, user_of(done.body.user)
    if roles.excluded(body.role, roles_of(user, done.at)):
        return Outcome(Code.roles_exclude_each_other)
    until = done.at + timedelta(hours=body.hours)
    RoleGrant.objects.create(
        user=user,
        role=body.role,
        maker=done.maker,
        checker=done.checker,
        since=done.at,
        until=until,
        ended_by=f"break glass {done.id}",
    )
    glass.broken(done.id, "role", f"{body.user}: {body.role}", done.maker, done.checker, body.reason, done.at, until)
    return DONE
