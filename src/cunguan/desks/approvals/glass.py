"""Broken glass (应急): what was done past the usual way, told to everybody, open until somebody else has looked at it.

When    a role was given for some hours, or names were typed at the command line though staff with passkeys could sign
Does    keeps the entry, which is an act of the log; the staff is told by a notice each
"""

from datetime import datetime
from typing import Final

from cunguan.desks.approvals.models import BrokenGlass
from cunguan.desks.notices.telling import tell
from cunguan.desks.people.models import User
from cunguan.desks.people.roles import STAFF

NOTICE: Final = "broken_glass"


def broken(
    name: str, what: str, subject: str, maker: str, checker: str, reason: str, since: datetime, until: datetime
) -> None:  # fmt: skip
    """Keep what was broken, and tell the staff."""
    BrokenGlass.objects.create(
        id=name, what=what, subject=subject, maker=maker, checker=checker, reason=reason, since=since, until=until
    )
    for user in User.objects.filter(kind=STAFF, is_active=True):
        tell(user, NOTICE, at=since, source=f"{NOTICE}:{name}", subject=subject, maker=maker, checker=checker)


def open_ones() -> list[BrokenGlass]:
    """Return what nobody else has looked at yet, the oldest first."""
    return list(BrokenGlass.objects.filter(reviewed_by="").order_by("since", "pk"))


def reviewed(name: str, review: str, by: str, at: datetime) -> bool:
    """Write a review down; False where another one stands."""
    found = BrokenGlass.objects.filter(pk=name, reviewed_by="")
    return found.update(review=review, reviewed_by=by, reviewed_at=at) == 1
