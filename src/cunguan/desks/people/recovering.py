"""Recovering (找回与重置): everything that opened an account ends, before something new opens it.

When    a client has come back by a recovery code and his identity; two people gave somebody of staff or a platform a link again
Does    ends his passkeys, codes, name, password, sessions and known devices; a client's payouts stand still for HOURS
Not     his key in the books: two people replace it (operations/key_replacement.py), and his cards cool anew by that. Until then he
        confirms nothing, so nothing can leave: that is why no lock of his person is ordered here
Source  transparency.md part 6; docs/adr/0047
"""

import uuid
from datetime import datetime

from allauth.mfa.models import Authenticator

from cunguan.desks.people import devices, events, freezes, sessions
from cunguan.desks.people.models import Freeze, User


def shut(user: User) -> None:
    """End whatever opens an account."""
    Authenticator.objects.filter(user=user).delete()
    user.login = uuid.uuid4().hex
    user.set_unusable_password()
    user.save(update_fields=["login", "password"])
    sessions.end_all(user)
    devices.forget_all(user)


def recovered(user: User, now: datetime) -> Freeze:
    """Begin a client's account anew; return how long his payouts stand still."""
    shut(user)
    frozen = freezes.freeze(user, freezes.RECOVERY, now)
    events.record(user, events.RECOVERED, now, until=frozen.until.isoformat())
    return frozen
