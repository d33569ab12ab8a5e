"""Finding roles (查询角色): which roles a user has now, and who gave them."""

from datetime import datetime

from django.db.models import Q

from cunguan.desks.people.models import RoleGrant, User


def grants_of(user: User, now: datetime) -> list[RoleGrant]:
    """Return the grants of a user that count at an instant."""
    return list(RoleGrant.objects.filter(Q(until__isnull=True) | Q(until__gt=now), user=user, since__lte=now))


def roles_of(user: User, now: datetime) -> frozenset[str]:
    """Return the roles a user has at an instant."""
    return frozenset(one.role for one in grants_of(user, now))
