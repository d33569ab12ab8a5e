"""Passkeys of a user (通行密钥管理): one more, another name, one away; never the last one.

When    /security/passkeys/add/, …/begin/, …/<id>/
Source  ADR 0047: a passkey is added by a passkey; who has none left goes the way of recovery
"""

from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import flows
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from cunguan.desks.notices.telling import tell
from cunguan.desks.people import clock, events
from cunguan.desks.people.roles import KINDS
from cunguan.doors.portals.people import ceremonies, locks
from cunguan.doors.portals.people.asking import at_most
from cunguan.doors.portals.people.confirming import confirmed, signed_for
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.signing.begin import step_up
from cunguan.doors.portals.signing.done import signed_text

MADE: Final = 20
#: more than anybody has, and few enough to be looked through at each sign-in
MOST: Final = 10


def of(user: Any) -> list[Authenticator]:
    """Return the passkeys of a user, the oldest first."""
    found = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN)
    return list(found.order_by("created_at", "pk"))


@open_to(*KINDS)
@at_most(MADE, "passkey-add-begin")
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Say what the browser is to make."""
    return JsonResponse(ceremonies.creation(request.user))


def _addition(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what is signed before a passkey is added: that it is one more than there are, so that it is good for one."""
    return [
        (gettext("What is added"), gettext("A passkey")),
        (gettext("Passkeys you have now"), str(len(of(request.user)))),
    ]


@open_to(*KINDS)
@at_most(MADE, "passkey-add")
@signed_for("authenticator_addition", _addition)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Show the page, or keep the passkey that was made."""
    if len(of(request.user)) >= MOST:
        return redirect("security")
    if request.method == "GET":
        return render(request, "people/passkey_add.html")
    form = ceremonies.MakePasskey(data=request.POST, user=request.user)
    if not form.is_valid():
        return render(request, "people/passkey_add.html", {"is_refused": True}, status=400)
    name = form.cleaned_data["name"] or gettext("My passkey")
    with locks.whose(request.user):
        flows.add_authenticator(request, name, form.cleaned_data["credential"])
    events.record(request.user, events.PASSKEY_ADDED, clock.now(), name=name)
    tell(request.user, "passkey_added", name=name)
    return redirect("security")


@open_to(*KINDS)
@confirmed
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Show a passkey, give it another name, or take it away."""
    passkey, is_last = _found(request, number), len(of(request.user)) == 1
    if request.method == "GET":
        is_signed = signed_text(request, "authenticator_removal", _removal(passkey)) is not None
        return render(request, "people/passkey.html", {"passkey": passkey, "is_last": is_last, "is_signed": is_signed})
    if "remove" in request.POST:
        return _removed(request, passkey, is_last)
    form = ceremonies.Named(data=request.POST)
    if form.is_valid():
        flows.rename_authenticator(request, passkey, form.cleaned_data["name"])
    return redirect("security")


def _removal(passkey: Authenticator) -> list[tuple[str, str]]:
    added = formats.date_format(timezone.localtime(passkey.created_at), "SHORT_DATETIME_FORMAT")
    return [(gettext("Passkey"), passkey.wrap().name), (gettext("Added"), added)]


def _removed(request: HttpRequest, passkey: Authenticator, is_last: bool) -> HttpResponse:
    if is_last:
        return render(request, "people/passkey.html", {"passkey": passkey, "is_last": True}, status=400)
    name = passkey.wrap().name
    asks = step_up(request, "authenticator_removal", _removal(passkey), back=request.path)
    if asks is not None:
        return asks
    flows.remove_authenticator(request, passkey)
    events.record(request.user, events.PASSKEY_REMOVED, clock.now(), name=name)
    tell(request.user, "passkey_removed", name=name)
    return redirect("security")


def _found(request: HttpRequest, number: int) -> Authenticator:
    for passkey in of(request.user):
        if passkey.pk == number:
            return passkey
    raise Http404
