"""Supervisor record (监管与审计机构登记): two people record a regulator or an auditor, his mandate, and what he may see until when.

When    an authority has named its people, an audit has been ordered
Does    writes it in the transaction that notes the outcome: once. Who signs in for him is invited by a proposal of its own
Refuses a mandate that ends before it begins, or says nothing
"""

from datetime import date, datetime
from typing import Any, Final, Literal

import msgspec
from django.db import IntegrityError, transaction

from cunguan.desks.approvals.permitted import ROLES
from cunguan.desks.approvals.refused import Refused
from cunguan.desks.parties.models import Supervisor
from cunguan.doors.portals.custodian.doing import DONE, Doing, Outcome
from cunguan.kernel.codes import Code

KIND: Final = "supervisor_record"
RESOURCE: Final = ROLES


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who, under what mandate, and what he may see."""

    supervises_as: Literal["regulator", "auditor"]
    name: str
    mandate: str
    scope: str
    valid_from: date
    valid_until: date


def check(body: dict[str, Any], reader: Any, now: datetime) -> None:
    """Refuse what cannot be so."""
    if body["valid_until"] < body["valid_from"]:
        raise Refused(Code.period_malformed)
    if empty := [name for name in ("name", "mandate", "scope") if not body[name].strip()]:
        raise Refused(Code.details_missing, ", ".join(empty))


def do(done: Doing) -> Outcome:
    """Write it down."""
    body = done.body
    try:
        with transaction.atomic():
            Supervisor.objects.create(
                kind=body.supervises_as, name=body.name.strip(), mandate=body.mandate, scope=body.scope, since=body.valid_from,
                until=body.valid_until, maker=done.maker, checker=done.checker, at=done.at,
            )  # fmt: skip
    except IntegrityError:
        return Outcome(Code.duplicate_detail)
    return DONE
