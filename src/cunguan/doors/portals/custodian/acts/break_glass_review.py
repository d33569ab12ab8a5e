"""Review of broken glass (应急授权事后审查): somebody who had no part in it says what he found, and another signs that.

When    a role was given for some hours, or names were typed at the command line
Does    closes the entry; the banner over the console goes when none is open
Refuses who asked for it, who signed it, who got it
"""

from datetime import datetime
from typing import Any, Final

import msgspec

from cunguan.desks.approvals import glass
from cunguan.desks.approvals.models import BrokenGlass
from cunguan.desks.approvals.permitted import REVIEW
from cunguan.desks.approvals.refused import Refused
from cunguan.doors.portals.custodian.doing import DONE, Doing, Outcome
from cunguan.kernel.codes import Code

KIND: Final = "break_glass_review"
RESOURCE: Final = REVIEW


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which entry, and what was found."""

    glass: str
    looked: str


def choices(name: str) -> list[tuple[str, str]]:
    """Return what is open."""
    return (
        [(one.id, f"{one.subject} · {one.maker}, {one.checker}") for one in glass.open_ones()]
        if name == "glass"
        else []
    )


def check(body: dict[str, Any], reader: Any, now: datetime) -> None:
    """Refuse who had a part in it."""
    _refuse_party(body["glass"], reader.reference)
    if not body["looked"].strip():
        raise Refused(Code.reason_missing)


def may_sign(body: dict[str, Any], user: Any) -> None:
    """Refuse the signature of who had a part in it."""
    _refuse_party(body["glass"], user.reference)


def _refuse_party(name: str, reference: str) -> None:
    one = BrokenGlass.objects.filter(pk=name, reviewed_by="").first()
    if one is None:
        raise Refused(Code.details_missing, name)
    if reference in (one.maker, one.checker) or one.subject.split(": ")[0] == reference:
        raise Refused(Code.approver_is_maker)


def do(done: Doing) -> Outcome:
    """Write the review down."""
    is_ours = glass.reviewed(done.body.glass, done.id, done.maker, done.at)
    return DONE if is_ours else Outcome(Code.state_forbids, done.body.glass)
