"""Freezes (提现冻结): payouts stand still for a while after somebody has come back by a recovery.

When    a recovery; a withdrawal or a change of where money may go is about to be signed (doors/portals/signing asks here)
Source  transparency.md part 6: recovery is the weak door; issue "People" 2; docs/adr/0047
"""

from datetime import datetime, timedelta
from typing import Final

from cunguan.desks.people import clock
from cunguan.desks.people.models import Freeze, User

RECOVERY: Final = "recovery"
#: by law and contract from 24 to 72 hours; the longer one, for who has lost everything
HOURS: Final = timedelta(hours=72)
SHORTEST, LONGEST = timedelta(hours=24), timedelta(hours=72)


def freeze(user: User, why: str, now: datetime, how_long: timedelta = HOURS) -> Freeze:
    """Let payouts of a user stand still."""
    assert SHORTEST <= how_long <= LONGEST, "24 to 72 hours"
    return Freeze.objects.create(user=user, since=now, until=now + how_long, why=why)


def payout_frozen_until(user: User) -> datetime | None:
    """Return until when payouts of a user stand still; None when they do not."""
    found = Freeze.objects.filter(user=user, until__gt=clock.now()).order_by("-until")
    return found.values_list("until", flat=True).first()
