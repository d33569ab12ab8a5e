"""Granting roles at the command line (首批授权与应急授权): for the first people of an installation, and when the house burns.

When    `cunguan people invite --role …`, `cunguan people grant`
Shape   until two of staff have a passkey nobody could approve a role: two names at the command line are enough. From then on roles go
        by the console's approvals (desks/approvals), and the command line grants for BREAK_GLASS at most, with a reason: an act of the
        log, a notice to all of staff, open until somebody else has reviewed it (desks/approvals/glass.py)
Errors  ByApproval: it goes by approval now; RoleWrong: such a user cannot have it
Source  domain.md (b.1); issue "People" 4
"""

import secrets
from datetime import datetime, timedelta
from typing import Final

from allauth.mfa.models import Authenticator

from cunguan.desks.approvals.glass import broken
from cunguan.desks.people import events
from cunguan.desks.people.finding import roles_of
from cunguan.desks.people.invitations import RoleWrong, check
from cunguan.desks.people.models import RoleGrant, User
from cunguan.desks.people.roles import STAFF, excluded

BREAK_GLASS: Final = timedelta(hours=4)
ENOUGH: Final = 2


class ByApproval(ValueError):
    """Roles go by approval now."""


def is_begun() -> bool:
    """Return whether there are people who can approve roles: two of staff with a passkey."""
    have = Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN, user__kind=STAFF, user__is_active=True)
    return have.values("user").distinct().count() >= ENOUGH


def check_begun(kind: str) -> None:
    """Refuse to give staff a role past the approvals."""
    if kind == STAFF and is_begun():
        raise ByApproval(
            "two of staff have passkeys: a role is asked for and approved in the console (/custodian/approvals/); "
            "in an emergency: cunguan people grant --break-glass REASON"
        )


def grant(user: User, role: str, now: datetime, *, maker: str, checker: str, break_glass: str = "") -> RoleGrant:
    """Grant a role; by breaking the glass for a few hours, and everybody of staff hears of it."""
    check(user.kind, [role])
    if excluded(role, roles_of(user, now)):
        raise RoleWrong("nobody both changes roles and approves money")
    if not break_glass:
        check_begun(user.kind)
    until = now + BREAK_GLASS if break_glass else None
    made = RoleGrant.objects.create(user=user, role=role, maker=maker, checker=checker, since=now, until=until)
    if break_glass:
        _be_loud(user, role, now, maker, checker, break_glass)
    return made


def _be_loud(user: User, role: str, now: datetime, maker: str, checker: str, reason: str) -> None:
    events.record(user, events.GLASS_BROKEN, now, role=role, maker=maker, checker=checker, reason=reason)
    name, subject = f"role:{secrets.token_hex(12)}", f"{role} of {user.reference}"
    broken(name, "role", subject, maker, checker, reason, now, now + BREAK_GLASS)
