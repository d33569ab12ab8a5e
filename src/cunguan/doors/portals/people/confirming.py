"""Confirming (再次确认): what changes the way in is done by who has just shown, by a passkey, that it is he.

When    around a view: `@confirmed`; it sends to /security/confirm/ and from there back to the page. `@signed_for`, where a way in is
        added, changed or taken away: what the act is was read and signed (doors/portals/signing), and for nothing else
Shape   a passkey that was used within FRESH seconds is enough; a code is not: who has taken over a session that a code began adds no
        passkey to it. The session gets a new id with each confirmation: its rights have grown
Source  transparency.md part 6, step-up
"""

import time
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Final

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from cunguan.desks.people import sessions
from cunguan.desks.people.roles import KINDS
from cunguan.doors.portals.people import ceremonies
from cunguan.doors.portals.people.asking import at_most
from cunguan.doors.portals.people.going import wanted
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.signing.begin import step_up

FRESH: Final = 120
CONFIRMED: Final = 30
View = Callable[..., HttpResponse]
Lines = Sequence[tuple[str, str]]


def confirmed(view: View) -> View:
    """Let only who has just used his passkey do this."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        if not is_fresh(request):
            return redirect(f"/security/confirm/?{urlencode({'next': request.path})}")
        request.is_confirmed = True  # allauth's flows need not ask again
        return view(request, *args, **values)

    return guarded


def signed_for(act: str, lines: Callable[[HttpRequest], Lines]) -> Callable[[View], View]:
    """Return a decorator: only who has just signed these very lines may do this."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
            asks = step_up(request, act, lines(request), back=request.path)
            if asks is not None:
                return asks
            request.is_confirmed = True  # as above
            return view(request, *args, **values)

        return guarded

    return decorate


def is_fresh(request: HttpRequest) -> bool:
    """Return whether the user has used a passkey a moment ago."""
    used = [one["at"] for one in get_authentication_records(request, request.user) if one.get("type") == "webauthn"]
    return bool(used) and time.time() - max(used) < FRESH


@open_to(*KINDS)
@at_most(CONFIRMED, "confirm-begin")
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Give the browser a challenge for one of this user's passkeys."""
    return JsonResponse(ceremonies.request(request.user))


@open_to(*KINDS)
@at_most(CONFIRMED, "confirm")
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Show the page, or take the answer."""
    shown = {"next": wanted(request) or "/security/"}
    if request.method == "GET":
        return render(request, "people/confirm.html", shown)
    form = ceremonies.ConfirmByPasskey(data=request.POST, user=request.user)
    if not form.is_valid():
        return render(request, "people/confirm.html", {**shown, "is_refused": True}, status=400)
    form.save()
    sessions.rotate(request)
    return redirect(shown["next"])
