"""Staff invitation (邀请员工): somebody is named for the staff with his roles, by two administrators of roles.

When    two who may change roles have signed; then who asked makes the link, which is shown once and holds for three days
Does    nothing by itself: the link's secret is made when it is shown, so that it stands nowhere (approvals_invited.py)
Refuses a reference that has an account, roles that exclude each other
"""

from datetime import datetime
from typing import Any, Final

import msgspec
from django.utils.translation import gettext_noop

from cunguan.desks.approvals.permitted import ROLES
from cunguan.desks.approvals.refused import Refused
from cunguan.desks.people import invitations
from cunguan.desks.people.models import User
from cunguan.desks.people.roles import STAFF
from cunguan.doors.portals.custodian.doing import DONE, Doing, Outcome
from cunguan.kernel.codes import Code

KIND: Final = "staff_invitation"
RESOURCE: Final = ROLES
HINTS: Final = {
    "reference": gettext_noop("His work number; no name."),
    "roles": gettext_noop(
        "One a line: viewer, maker, checker, senior_checker, reconciler, reviewer, role_admin, key_admin."
    ),
}


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom, and with which roles."""

    reference: str
    roles: tuple[str, ...]


def check(body: dict[str, Any], reader: Any, now: datetime) -> None:
    """Refuse what cannot be so."""
    try:
        invitations.check(STAFF, body["roles"])
    except invitations.RoleWrong as wrong:
        raise Refused(Code.roles_exclude_each_other, str(wrong)) from None
    if User.objects.filter(kind=STAFF, reference=body["reference"]).exists():
        raise Refused(Code.details_differ, body["reference"])


def do(done: Doing) -> Outcome:
    """Say that the link may be made."""
    return DONE
