"""Signing up (注册): a newcomer makes a passkey, and nothing else is asked; who he is is asked when he opens an account.

When    GET /signup/: the page · POST /signup/begin/: what his browser is asked for · POST /signup/: its answer
Shape   nothing is written before the answer is good; the user who is to be stands in the session
"""

import secrets
import uuid
from typing import Any, Final

from allauth.account.models import Login
from allauth.mfa.webauthn.internal import flows
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from cunguan.desks.people import clock, events
from cunguan.desks.people.models import User
from cunguan.desks.people.roles import CLIENT
from cunguan.doors.portals.people import ceremonies
from cunguan.doors.portals.people.adapters import first_page
from cunguan.doors.portals.people.asking import at_most
from cunguan.doors.portals.people.going import wanted
from cunguan.doors.portals.shell.gate import open_to_all

PENDING: Final = "people.newcomer"
BEGUN, MADE = 120, 60


@open_to_all
@at_most(BEGUN, "sign-up-begin")
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Say what the browser is to make."""
    newcomer = {"id": str(uuid.uuid4()), "reference": f"p-{secrets.token_hex(8)}"}
    request.session[PENDING] = newcomer
    return JsonResponse(ceremonies.creation(User(kind=CLIENT, **newcomer)))


@open_to_all
@at_most(MADE, "sign-up")
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Show the page, or make the account."""
    if (user := request.reader.user) is not None:
        return redirect(first_page(user))
    newcomer = request.session.get(PENDING)
    if request.method == "GET" or newcomer is None:
        return _page(request)
    form = ceremonies.MakePasskey(data=request.POST, user=User(kind=CLIENT, **newcomer))
    if not form.is_valid():
        return _page(request, status=400, is_refused=True)
    del request.session[PENDING]
    user = User.objects.create_user(newcomer["reference"], CLIENT, id=uuid.UUID(newcomer["id"]))
    events.record(user, events.SIGNED_UP, clock.now())
    return enter(request, user, form, to=wanted(request) or "/security/codes/")


def enter(request: HttpRequest, user: User, form: Any, *, to: str) -> HttpResponse:
    """Keep the first passkey of a user, who is new or begins anew, and sign him in by it."""
    made = flows.signup_authenticator(
        request, user, form.cleaned_data["name"] or gettext("My passkey"), form.cleaned_data["credential"]
    )
    events.record(user, events.PASSKEY_ADDED, clock.now(), name=made.wrap().name)
    return flows.perform_passwordless_login(request, made, Login(user=user, redirect_url=to, signup=True))


def _page(request: HttpRequest, *, status: int = 200, is_refused: bool = False) -> HttpResponse:
    return render(request, "people/sign_up.html", {"next": wanted(request), "is_refused": is_refused}, status=status)
