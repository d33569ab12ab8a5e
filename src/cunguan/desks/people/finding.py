"""Finding roles (查询角色): which roles a user has now."""

from datetime import datetime

from django.db.models import Q

from cunguan.desks.people.models import RoleGrant, User


def roles_of(user: User, now: datetime) -> frozenset[str]:
    """Return the roles a user has at an instant."""
    found = RoleGrant.objects.filter(Q(until__isnull=True) | Q(until__gt=now), user=user, since__lte=now)
    return frozenset(found.values_list("role", flat=True))
