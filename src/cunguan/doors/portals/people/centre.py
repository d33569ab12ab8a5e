"""Security centre (安全中心): everything that opens an account, and everywhere it is open now.

When    /security/ and /security/sessions/
"""

from typing import Any

import msgspec
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from cunguan.desks.notices.telling import tell
from cunguan.desks.people import clock, devices, events, sessions
from cunguan.desks.people.freezes import payout_frozen_until
from cunguan.desks.people.models import Session
from cunguan.desks.people.roles import CLIENT, KINDS, PLATFORM
from cunguan.doors.portals.people import codes, passkeys
from cunguan.doors.portals.people.signing_out import leave
from cunguan.doors.portals.shell.gate import open_to

#: zones that are offered; any other of the world's stays where it was chosen before
ZONES = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Tokyo", "Europe/London", "Europe/Berlin", "America/New_York",
    "America/Los_Angeles", "UTC",
)  # fmt: skip
#: what happened, in words
SAID = {
    events.SIGNED_UP: gettext_noop("Account made"),
    events.SIGNED_IN: gettext_noop("Signed in"),
    events.NEW_DEVICE: gettext_noop("Signed in from a new device"),
    events.SIGNED_OUT: gettext_noop("Signed out"),
    events.SESSIONS_ENDED: gettext_noop("Devices signed out"),
    events.PASSKEY_ADDED: gettext_noop("Passkey added"),
    events.PASSKEY_REMOVED: gettext_noop("Passkey removed"),
    events.CODES_MADE: gettext_noop("Recovery codes made"),
    events.TOTP_ON: gettext_noop("Codes of the moment switched on"),
    events.TOTP_OFF: gettext_noop("Codes of the moment switched off"),
    events.PASSWORD_CHANGED: gettext_noop("Name and password set"),
    events.RECOVERED: gettext_noop("Access recovered"),
    events.DISABLED: gettext_noop("Account closed"),
    events.GLASS_BROKEN: gettext_noop("A role past the approvals, for four hours"),
}


class Open(msgspec.Struct, frozen=True):
    """A session, as its owner sees it."""

    id: str
    browser: str
    system: str
    address: str
    began_at: Any
    seen_at: Any
    strength: str
    is_this: bool


@open_to(*KINDS)
@require_GET
def centre(request: HttpRequest) -> HttpResponse:
    """Show the whole."""
    user: Any = request.user
    factors = list(Authenticator.objects.filter(user_id=user.pk).order_by("created_at", "pk"))
    keys = [one for one in factors if one.type == Authenticator.Type.WEBAUTHN]
    shown = {
        "passkeys": keys, "may_add": len(keys) < passkeys.MOST,
        "has_fallback": user.kind in (CLIENT, PLATFORM), "has_codes": user.kind == CLIENT,
        "has_totp": any(one.type == Authenticator.Type.TOTP for one in factors), "has_name": user.has_usable_password(),
        "codes_left": codes.left(user, factors) if user.kind == CLIENT else 0,
        "frozen_until": payout_frozen_until(user) if user.kind in (CLIENT, PLATFORM) else None,
        "events": [(gettext(SAID[one.kind]), one) for one in events.recent(user) if one.kind in SAID],
        "zones": ZONES, "session_count": len(sessions.of_user(user, clock.now())),
    }  # fmt: skip
    return render(request, "people/centre.html", shown)


@open_to(*KINDS)
@require_http_methods(["GET", "POST"])
def devices_page(request: HttpRequest) -> HttpResponse:
    """Show where the account is open, or end some of it: it takes no confirmation to become safer."""
    if request.method == "POST":
        return _ended(request)
    return render(request, "people/sessions.html", {"sessions": _open(request)})


def _open(request: HttpRequest) -> list[Open]:
    here = sessions.hashed(request.session.session_key)
    return [_seen(one, one.id == here) for one in sessions.of_user(request.user, clock.now())]


def _seen(row: Session, is_this: bool) -> Open:
    browser, system = devices.named(row.agent)
    return Open(row.id, browser, system, row.address, row.began_at, row.seen_at, row.strength, is_this)


def _out(request: HttpRequest) -> HttpResponse:
    """Leave for the page to sign in, which says what was done."""
    response = leave(request)
    messages.success(request, gettext("You are signed out on every device, this one too."))
    response["Location"] = reverse("account_login")
    return response


def _ended(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    asked = request.POST.get("end", "")
    if asked == "all":
        sessions.end_all(user)
        devices.forget_all(user)
        _told(user)
        return _out(request)
    if asked == "others":
        sessions.end_all(user, but=request.session.session_key)
        _told(user)
    elif sessions.end(user, [asked]):
        events.record(user, events.SESSIONS_ENDED, clock.now())
    return redirect("security_sessions")


def _told(user: Any) -> None:
    events.record(user, events.SESSIONS_ENDED, clock.now())
    tell(user, "devices_revoked")
