"""Leaving (停用): somebody signs in no more: his sessions, roles and passkeys end; what he did stays under his name."""

from datetime import datetime

from cunguan.desks.people import events
from cunguan.desks.people.models import RoleGrant, User
from cunguan.desks.people.recovering import shut


def disable(user: User, now: datetime, *, maker: str, checker: str, reason: str) -> None:
    """Close an account."""
    shut(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    ending = f"{maker}, {checker}: {reason}"[:400]
    RoleGrant.objects.filter(user=user, until__isnull=True).update(until=now, ended_by=ending)
    RoleGrant.objects.filter(user=user, until__gt=now).update(until=now, ended_by=ending)
    events.record(user, events.DISABLED, now, maker=maker, checker=checker, reason=reason)
