"""Waiting (待我处理): which open proposals wait for somebody's signature, the ones that end soonest first.

Reads   what is open, its versions and signatures, his grants: four queries, however many there are
Returns proposals with their version and what is missing; what he may not sign is not his to wait for
"""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from cunguan.desks.approvals.kinds import kinds
from cunguan.desks.approvals.models import CHECKER, MAKER, Proposal, Signature, Version
from cunguan.desks.approvals.permitted import PROPOSE, SIGN, role_for
from cunguan.desks.approvals.proposing import GRANTED_HOURS
from cunguan.desks.people.models import RoleGrant

#: so many open ones are looked through
LOOKED_AT: Final = 500


class Waits(msgspec.Struct, frozen=True):
    """One that waits for him; `as_maker`: his own signature under what he asked for."""

    proposal: Any
    version: Any
    as_maker: bool
    checkers_missing: int


def waiting_for(user: Any, roles: frozenset[str], now: datetime) -> list[Waits]:
    """Return what waits for somebody."""
    found = list(Proposal.objects.filter(state="open", expires_at__gt=now).order_by("expires_at", "id")[:LOOKED_AT])
    versions = {(one.proposal_id, one.number): one for one in Version.objects.filter(proposal__in=found)}
    signed = _signed(found)
    givers = _givers(user, now)
    return [
        Waits(one, version, one.maker_id == user.pk, version.quorum - len(by[CHECKER]))
        for one in found
        if (version := versions.get((one.id, one.version))) is not None
        and (by := signed.get((one.id, one.version), {MAKER: set(), CHECKER: set()})) is not None
        and user.pk not in by[MAKER] | by[CHECKER]
        and _is_his(user, one, version, roles, givers)
    ]  # fmt: skip


def _signed(found: list[Proposal]) -> dict[tuple[str, int], dict[str, set[Any]]]:
    signed: dict[tuple[str, int], dict[str, set[Any]]] = {}
    rows = Signature.objects.filter(proposal__in=found).values_list("proposal_id", "version", "side", "user_id")
    for proposal, version, side, user in rows:
        signed.setdefault((proposal, version), {MAKER: set(), CHECKER: set()})[side].add(user)
    return signed


def _givers(user: Any, now: datetime) -> dict[str, set[str]]:
    """Return who gave each role of his within the last day; a role that he had before has no giver here."""
    fresh = now - timedelta(hours=GRANTED_HOURS)
    givers: dict[str, set[str]] = {}
    grants = list(RoleGrant.objects.filter(user=user, since__lte=now).exclude(until__lte=now))
    for grant in grants:
        if all(one.since > fresh for one in grants if one.role == grant.role):
            givers.setdefault(grant.role, set()).update((grant.maker, grant.checker))
    return givers


def _is_his(user: Any, one: Proposal, version: Version, roles: frozenset[str], givers: dict[str, set[str]]) -> bool:
    known = kinds().get(one.kind)
    if known is None:
        return False
    is_maker = one.maker_id == user.pk
    role = role_for(PROPOSE if is_maker else SIGN, known.resource, version.amount_minor, roles)
    return role is not None and (is_maker or one.maker_reference not in givers.get(role, ()))
