"""Invitations (邀请): a link for one use, by which somebody whom two people have named gets his passkey and his roles.

When    `cunguan people invite`; he opens the link
Shape   the link holds 256 random bits, the table their SHA-256; it ends after HOURS, and with its first use
Errors  Taken: there is such a user already; none for a link that is unknown, used or too old: it is None
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from cunguan.desks.people.models import Invitation, RoleGrant, User
from cunguan.desks.people.roles import EXCLUDED, ROLES
from cunguan.desks.people.sessions import hashed

HOURS: Final = timedelta(hours=72)


class Taken(ValueError):
    """There is such a user already."""


class RoleWrong(ValueError):
    """Such a user cannot have these roles."""


def invite(
    kind: str, reference: str, now: datetime, *, lane: int | None = None, roles: Sequence[str] = (), maker: str, checker: str,
) -> str:  # fmt: skip
    """Make an invitation and return the secret its link holds."""
    check(kind, roles)
    if User.objects.filter(kind=kind, reference=reference, lane=lane).exists():
        raise Taken(f"{reference} ({kind}) has an account already")
    secret = secrets.token_urlsafe(32)
    Invitation.objects.create(
        id=hashed(secret), kind=kind, reference=reference, lane=lane, roles=list(roles), maker=maker, checker=checker,
        made_at=now, until=now + HOURS,
    )  # fmt: skip
    return secret


def check(kind: str, roles: Sequence[str]) -> None:
    """Refuse roles that a kind of user has not, and such as exclude each other."""
    for role in roles:
        if role not in ROLES[kind]:
            raise RoleWrong(f"{role} is no role of {kind}; there are: {', '.join(ROLES[kind]) or 'none'}")
    for one, other in EXCLUDED:
        if one & set(roles) and other & set(roles):
            raise RoleWrong("nobody both changes roles and approves money")


def found(secret: str, now: datetime) -> Invitation | None:
    """Return the invitation a link stands for, while it can be used."""
    return Invitation.objects.filter(id=hashed(secret), used_at__isnull=True, until__gt=now).first()


@transaction.atomic
def accept(invitation: Invitation, user_id: object, now: datetime) -> User | None:
    """Make the user of an invitation, with his roles; None when it was used meanwhile."""
    held = Invitation.objects.select_for_update().filter(pk=invitation.pk, used_at__isnull=True, until__gt=now).first()
    if held is None:
        return None
    user = User.objects.create_user(held.reference, held.kind, id=user_id, lane=held.lane)
    for role in held.roles:
        RoleGrant.objects.create(user=user, role=role, maker=held.maker, checker=held.checker, since=now)
    Invitation.objects.filter(pk=held.pk).update(used_at=now, user=user)
    return user
