"""Recovery codes (恢复码): ten, each for one use, shown once, for who has lost every passkey.

When    /security/codes/: after the sign-up, or when they are lost or used up
Shape   allauth makes them from a seed that lies encrypted, bound to its user; twelve digits each
"""

from collections.abc import Sequence
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import flows
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from cunguan.desks.people import clock, events
from cunguan.desks.people.models import User
from cunguan.desks.people.roles import CLIENT
from cunguan.doors.portals.people import locks
from cunguan.doors.portals.people.confirming import confirmed
from cunguan.doors.portals.shell.gate import open_to


@open_to(CLIENT)
@confirmed
@require_http_methods(["GET", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """Say what they are for, or make new ones and show them this once."""
    if request.method == "GET":
        return render(request, "people/codes.html", {"left": left(request.user)})
    with locks.whose(request.user):
        made = flows.generate_recovery_codes(request).wrap().get_unused_codes()
    events.record(request.user, events.CODES_MADE, clock.now())
    return render(request, "people/codes.html", {"codes": [_written(one) for one in made]})


def left(user: Any, factors: Sequence[Authenticator] | None = None) -> int:
    """Return how many codes of a user can still be used; `factors` are all of his, where the caller has read them."""
    kind = Authenticator.Type.RECOVERY_CODES
    held = _held(user) if factors is None else next((one for one in factors if one.type == kind), None)
    if held is None:
        return 0
    with locks.whose(user):
        return len(held.wrap().get_unused_codes())


def used(user: User | None, code: str) -> bool:
    """Use a recovery code; whether it was one, and not used before."""
    held = _held(user) if user is not None else None
    if held is None:
        return False
    with locks.whose(user):
        return bool(held.wrap().validate_code(code))


def _held(user: Any) -> Authenticator | None:
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()


def _written(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
