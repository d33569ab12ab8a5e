"""The page that is signed (确认页): what he sees is what he signs, once, within two minutes, in this session.

When    begin.py has sent a user here
Shape   GET shows the request anew, with a nonce of its own; POST takes the passkey's answer, or a code for a low amount
Returns the page it leads back to, with ?signed=<token>; the page again, saying what to do, where something does not stand (422);
        that it has ended, where it waited too long or an earlier session of his began it (410)
Errors  404: of another user, or unknown
Source  issue "People" 3; ADR 0048
"""

from base64 import urlsafe_b64encode
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cunguan.desks.people.freezes import payout_frozen_until
from cunguan.desks.people.roles import KINDS
from cunguan.desks.signing.keys import passkeys_of
from cunguan.desks.signing.models import SignAssertion, SignRequest, SignShown
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.signing import coding, keeping, showing, signing
from cunguan.doors.portals.signing.signing import Fault

SIGNED: Final = "signed"


@never_cache
@open_to(*KINDS)
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is to be signed, or take the passkey's answer."""
    if (before := keeping.begun_before(request, token)) is not None:
        return render(request, "signing/ended.html", {"back": before.back, "is_before": True}, status=410)
    one = keeping.found(request, token)
    if _is_signed(one):
        return _back(one, token)
    if request.method != "POST":
        return _page(request, one, token)
    return _answered(
        request, one, token, signing.sign(request, one, _shown(request, one), request.POST.get("credential", ""))
    )


@never_cache
@open_to(*KINDS)
@require_POST
def by_code(request: HttpRequest, token: str) -> HttpResponse:
    """Take a one-time code for a low amount."""
    one = keeping.found(request, token)
    if _is_signed(one):
        return _back(one, token)
    return _answered(
        request, one, token, coding.sign_by_code(request, one, _shown(request, one), request.POST.get("code", ""))
    )


def _answered(request: HttpRequest, one: SignRequest, token: str, fault: Fault | None) -> HttpResponse:
    return _back(one, token) if fault is None else _page(request, one, token, fault)


def _page(request: HttpRequest, one: SignRequest, token: str, fault: Fault | None = None) -> HttpResponse:
    now, user = house().context.clock.now(), request.reader.user
    if one.closes_at <= now:
        return render(request, "signing/ended.html", {"back": one.back}, status=410)
    page = showing.shown_anew(one, now)
    keys = passkeys_of(user)
    found = {
        "fault": fault, "token": token, "page": page, "shown": showing.displayed(page), "back": one.back,
        "challenge": _text(bytes(page.challenge)), "keys": " ".join(_text(key.credential_id) for key in keys),
        "may_code": coding.may_code(user, one), "frozen_until": _frozen_until(user, one), "act": one.act,
        "sums": showing.sums_of(one), "meaning": gettext("What it means"), "seconds": keeping.FRESH_SECONDS,
    }  # fmt: skip
    return render(request, "signing/sign.html", found, status=200 if fault is None else 422)


def _frozen_until(user: object, one: SignRequest) -> object:
    if not any(act.kind in signing.PAYOUTS for act in keeping.acts_of(one)):
        return None
    return payout_frozen_until(user)  # type: ignore[arg-type]


def _shown(request: HttpRequest, one: SignRequest) -> SignShown | None:
    found: SignShown | None = SignShown.objects.filter(request=one, nonce=request.POST.get("nonce", "")).first()
    return found


def _is_signed(one: SignRequest) -> bool:
    return bool(SignAssertion.objects.filter(request=one).exists())


def _back(one: SignRequest, token: str) -> HttpResponse:
    joined = "&" if "?" in one.back else "?"
    return HttpResponseRedirect(f"{one.back}{joined}{urlencode({SIGNED: token})}")


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
