"""Waiting (待我处理): which open proposals wait for somebody's signature, the ones that end soonest first.

Reads   what is open, its versions and signatures: one query, however many there are; his grants are given
Returns proposals with their version and what is missing; what he may not sign is not his to wait for
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from cunguan.desks.approvals.kinds import kinds
from cunguan.desks.approvals.permitted import PROPOSE, SIGN, role_for
from cunguan.desks.approvals.proposing import GRANTED_HOURS
from cunguan.desks.approvals.standing import standing, unsigned_by
from cunguan.desks.people.models import RoleGrant

#: so many open ones are looked through
LOOKED_AT: Final = 500


class Waits(msgspec.Struct, frozen=True):
    """One that waits for him; `as_maker`: his own signature under what he asked for."""

    proposal: Any
    version: Any
    as_maker: bool
    checkers_missing: int


def waiting_for(user: Any, grants: Iterable[RoleGrant], now: datetime) -> list[Waits]:
    """Return what waits for somebody who has these grants now."""
    grants = list(grants)
    roles, givers = frozenset(one.role for one in grants), _givers(grants, now)
    found: Any = standing().filter(unsigned_by(user), proposal__state="open", proposal__expires_at__gt=now)
    return [
        Waits(version.proposal, version, version.proposal.maker_id == user.pk, version.quorum - len(version.checkers))
        for version in found.order_by("proposal__expires_at", "proposal_id")[:LOOKED_AT]
        if _is_his(user, version, roles, givers)
    ]


def _givers(grants: list[RoleGrant], now: datetime) -> dict[str, set[str]]:
    """Return who gave each role of his within the last day; a role that he had before has no giver here."""
    fresh = now - timedelta(hours=GRANTED_HOURS)
    givers: dict[str, set[str]] = {}
    for grant in grants:
        if all(one.since > fresh for one in grants if one.role == grant.role):
            givers.setdefault(grant.role, set()).update((grant.maker, grant.checker))
    return givers


def _is_his(user: Any, version: Any, roles: frozenset[str], givers: dict[str, set[str]]) -> bool:
    one = version.proposal
    known = kinds().get(one.kind)
    if known is None:
        return False
    is_maker = one.maker_id == user.pk
    role = role_for(PROPOSE if is_maker else SIGN, known.resource, version.amount_minor, roles)
    return role is not None and (is_maker or one.maker_reference not in givers.get(role, ()))
