"""Call-backs (回电请求): a client asks to be called, at the number he is known by; somebody of the custodian does it.

When    a page is too much for him, or something is wrong and he would rather speak
Shape   one open request a client; asking again while one is open is the same one. No number stands here: who calls finds it with
        the client's details, by his own right
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from cunguan.desks.notices.models import Callback

#: what a call may be about
ABOUT = {
    "help": gettext_noop("I need help with these pages"),
    "lost": gettext_noop("My phone or passkey is gone"),
    "strange": gettext_noop("Something happened that I did not do"),
    "lift": gettext_noop("Lift my emergency freeze"),
}


def ask(person: str, about: str, now: datetime) -> bool:
    """Note that a client wants a call; False where one was open already."""
    assert about in ABOUT
    try:
        with transaction.atomic():
            Callback.objects.create(person=person, about=about, asked_at=now)
    except IntegrityError:
        return False
    return True


def open_of(person: str) -> Callback | None:
    """Return a client's open request."""
    return Callback.objects.filter(person=person, called_at__isnull=True).first()


def waiting(limit: int) -> Sequence[Callback]:
    """Return the open requests, the oldest first."""
    return list(Callback.objects.filter(called_at__isnull=True).order_by("id")[:limit])


def called(number: int, by: str, now: datetime) -> bool:
    """Note that somebody called; False where it was noted before."""
    found = Callback.objects.filter(id=number, called_at__isnull=True)
    return found.update(called_at=now, called_by=by) == 1
