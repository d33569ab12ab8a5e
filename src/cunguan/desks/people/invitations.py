"""Invitations (邀请): a link for one use, by which somebody whom two people have named gets his passkey and his roles.

When    `cunguan people invite`; he opens the link
Shape   the link holds 256 random bits, the table their SHA-256; it ends after HOURS, and with its first use
        `is_again`: for who is there and has lost his passkey: what he had ends when he makes the new one, his roles stay
Errors  Taken, Missing: there is such a user already, or none; RoleWrong: he cannot have these roles
        none for a link that is unknown, used or too old: it is None
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from cunguan.desks.people import freezes
from cunguan.desks.people.models import Invitation, RoleGrant, User
from cunguan.desks.people.recovering import shut
from cunguan.desks.people.roles import CLIENT, ROLES, excluded
from cunguan.desks.people.sessions import hashed

HOURS: Final = timedelta(hours=72)


class Taken(ValueError):
    """There is such a user already."""


class Missing(ValueError):
    """There is no such user."""


class RoleWrong(ValueError):
    """Such a user cannot have these roles."""


def invite(
    kind: str, reference: str, now: datetime, *, maker: str, checker: str, lane: int | None = None, roles: Sequence[str] = (),
    is_again: bool = False,
) -> str:  # fmt: skip
    """Make an invitation and return the secret its link holds."""
    check(kind, roles)
    is_there = _users(kind, reference, lane).exists()
    if is_there and not is_again:
        raise Taken(f"{reference} ({kind}) has an account; a new passkey for it: --again")
    if is_again and not is_there:
        raise Missing(f"{reference} ({kind}) has no account")
    secret = secrets.token_urlsafe(32)
    Invitation.objects.create(
        id=hashed(secret), kind=kind, reference=reference, lane=lane, roles=list(roles), is_again=is_again, maker=maker,
        checker=checker, made_at=now, until=now + HOURS,
    )  # fmt: skip
    return secret


def check(kind: str, roles: Sequence[str]) -> None:
    """Refuse roles that a kind of user has not, and such as exclude each other."""
    for role in roles:
        if role not in ROLES[kind]:
            raise RoleWrong(f"{role} is no role of {kind}; there are: {', '.join(ROLES[kind]) or 'none'}")
        if excluded(role, frozenset(roles)):
            raise RoleWrong("nobody both changes roles and approves money")


def found(secret: str, now: datetime) -> Invitation | None:
    """Return the invitation a link stands for, while it can be used."""
    held = Invitation.objects.filter(id=hashed(secret), used_at__isnull=True, until__gt=now).first()
    if held is None or _users(held.kind, held.reference, held.lane).exists() is not held.is_again:
        return None
    return held


def user_of(invitation: Invitation) -> User | None:
    """Return who is invited again."""
    return _users(invitation.kind, invitation.reference, invitation.lane).first()


@transaction.atomic
def accept(invitation: Invitation, user_id: Any, now: datetime) -> User | None:
    """Make the user of an invitation, with his roles, or let him begin anew; None when it was used meanwhile."""
    held = Invitation.objects.select_for_update().filter(pk=invitation.pk, used_at__isnull=True, until__gt=now).first()
    if held is None:
        return None
    user = _again(held, now) if held.is_again else User.objects.create_user(
        held.reference, held.kind, id=user_id, lane=held.lane
    )  # fmt: skip
    for role in held.roles:
        RoleGrant.objects.create(user=user, role=role, maker=held.maker, checker=held.checker, since=now)
    held.used_at, held.user = now, user
    held.save(update_fields=["used_at", "user"])
    return user


def _again(held: Invitation, now: datetime) -> User:
    user = user_of(held)
    assert user is not None, "who was there is never removed"
    shut(user)
    if user.kind == CLIENT:
        freezes.freeze(user, freezes.RECOVERY, now)
    return user


def _users(kind: str, reference: str, lane: int | None) -> Any:
    return User.objects.filter(kind=kind, reference=reference, lane=lane)
