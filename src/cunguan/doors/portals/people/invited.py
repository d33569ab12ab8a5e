"""Invited (受邀开户): somebody whom two people have named makes his passkey by a link for one use.

When    GET /invited/<secret>/: what he is invited to · POST …/begin/: what his browser is asked for · POST: its answer
Errors  404 for a link that is unknown, used or older than 72 hours: the three look alike
"""

import uuid
from typing import Final

from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from cunguan.desks.people import clock, invitations
from cunguan.desks.people.models import Invitation, User
from cunguan.doors.portals.people import ceremonies
from cunguan.doors.portals.people.adapters import first_page
from cunguan.doors.portals.people.asking import at_most
from cunguan.doors.portals.people.signing_up import enter
from cunguan.doors.portals.shell.gate import open_to_all

PENDING: Final = "people.invited"
BEGUN, MADE = 120, 60


@open_to_all
@at_most(BEGUN, "invited-begin")
@require_POST
def begin(request: HttpRequest, secret: str) -> HttpResponse:
    """Say what the browser is to make."""
    invitation = _found(secret)
    request.session[PENDING] = {"id": str(uuid.uuid4()), "invitation": invitation.pk}
    return JsonResponse(ceremonies.creation(_user(request, invitation)))


@open_to_all
@at_most(MADE, "invited")
@require_http_methods(["GET", "POST"])
def invited(request: HttpRequest, secret: str) -> HttpResponse:
    """Show the page, or make the account."""
    invitation = _found(secret)
    if request.method == "GET" or request.session.get(PENDING, {}).get("invitation") != invitation.pk:
        return render(request, "people/invited.html", {"invitation": invitation})
    form = ceremonies.MakePasskey(data=request.POST, user=_user(request, invitation))
    if not form.is_valid():
        return render(request, "people/invited.html", {"invitation": invitation, "is_refused": True}, status=400)
    user = _accepted(request, invitation)
    del request.session[PENDING]
    return enter(request, user, form, to=first_page(user))


def _accepted(request: HttpRequest, invitation: Invitation) -> User:
    try:
        with transaction.atomic():
            user = invitations.accept(invitation, _user(request, invitation).pk, clock.now())
    except IntegrityError:  # another link made him a moment ago
        user = None
    if user is None:
        raise Http404
    return user


def _found(secret: str) -> Invitation:
    found = invitations.found(secret, clock.now())
    if found is None:
        raise Http404
    return found


def _user(request: HttpRequest, invitation: Invitation) -> User:
    """Return whom the passkey is made for: who is to be, or who is there and begins anew."""
    if invitation.is_again and (there := invitations.user_of(invitation)) is not None:
        return there
    pending = uuid.UUID(request.session[PENDING]["id"])
    return User(id=pending, kind=invitation.kind, reference=invitation.reference, lane=invitation.lane)
