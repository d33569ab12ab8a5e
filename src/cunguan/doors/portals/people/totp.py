"""Codes of the moment (动态口令): the fallback for low amounts: set up, used once each, switched off.

When    a client or a platform's person wants to sign in where his passkey is not
Shape   30 s steps, six digits (RFC 6238), one step before and after is taken; the last step that was used stands with the secret:
        none at or before it is taken again. The secret lies encrypted, bound to its user
"""

import secrets
from base64 import b32encode, b64encode
from datetime import datetime
from typing import Any, Final

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth, flows
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cunguan.desks.people import clock, events
from cunguan.desks.people.models import User
from cunguan.desks.people.roles import CLIENT, PLATFORM
from cunguan.doors.portals.people import locks
from cunguan.doors.portals.people.asking import at_most
from cunguan.doors.portals.people.confirming import confirmed, signed_for
from cunguan.doors.portals.shell.gate import open_to

TRIES: Final = 10


def used(user: User | None, code: str, now: datetime) -> Authenticator | None:
    """Use a code; None where it is wrong, too old, or was used before. For nobody the same is done, and is in vain."""
    found = Authenticator.objects.select_for_update().filter(
        user_id=user.pk if user else None, type=Authenticator.Type.TOTP
    )
    held = found.first()
    if user is None or held is None:
        step_of(b32encode(secrets.token_bytes(20)).decode(), code, now, 0)
        return None
    with locks.whose(user):
        step = step_of(get_adapter().decrypt(held.data["secret"]), code, now, held.data.get("step", 0))
    if step is None:
        return None
    held.data["step"] = step
    held.save(update_fields=["data"])
    held.user = user
    return held


def step_of(secret: str, code: str, now: datetime, last: int) -> int | None:
    """Return the step whose code this is, if it is later than the last one used."""
    here, around = int(now.timestamp()) // app_settings.TOTP_PERIOD, app_settings.TOTP_TOLERANCE
    fitting = [
        step
        for step in range(here - around, here + around + 1)
        if compare_user_code(actual=code, expected=auth.format_hotp_value(auth.hotp_value(secret, step)))
    ]
    return max((step for step in fitting if step > last), default=None)


class Activate(forms.Form):
    """The first code of an authenticator app."""

    code = forms.CharField(
        label=gettext_lazy("Code that the app shows now"), max_length=8,
        widget=forms.TextInput({"class": "form-control", "inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip

    def __init__(self, *args: Any, secret: str, **values: Any) -> None:
        super().__init__(*args, **values)
        self.secret, self.step = secret, 0

    def clean_code(self) -> str:
        """Hold the code against the secret that was shown."""
        code = str(self.cleaned_data["code"])
        found = step_of(self.secret, code, clock.now(), 0)
        if found is None:
            raise forms.ValidationError(
                gettext_lazy(
                    "This is not the code of now. Look whether the clock of your phone is right, and try again."
                )
            )
        self.step = found
        return code


def _addition(request: HttpRequest) -> list[tuple[str, str]]:
    return [(gettext("What is added"), gettext("A code generator"))]


@open_to(CLIENT, PLATFORM)
@at_most(TRIES, "totp-on")
@signed_for("authenticator_addition", _addition)
@require_http_methods(["GET", "POST"])
def totp(request: HttpRequest) -> HttpResponse:
    """Show a new secret, or switch codes on by the first one."""
    if _held(request) is not None:
        return redirect("security")
    secret = auth.get_totp_secret(regenerate=request.method == "GET")
    form = Activate(data=request.POST or None, secret=secret)
    if request.method == "POST" and form.is_valid():
        return _on(request, form)
    adapter = get_adapter()
    url = adapter.build_totp_url(request.user, secret)
    shown = {
        "form": form,
        "secret": secret,
        "url": url,
        "picture": b64encode(adapter.build_totp_svg(url).encode()).decode(),
    }
    return render(request, "people/totp.html", shown, status=400 if form.errors else 200)


def _on(request: HttpRequest, form: Activate) -> HttpResponse:
    with locks.whose(request.user):
        made, _ = flows.activate_totp(request, form)
    made.data["step"] = form.step
    made.save(update_fields=["data"])
    events.record(request.user, events.TOTP_ON, clock.now())
    return redirect("security")


@open_to(CLIENT, PLATFORM)
@confirmed
@require_POST
def off(request: HttpRequest) -> HttpResponse:
    """Switch codes off."""
    if (held := _held(request)) is not None:
        flows.deactivate_totp(request, held)
        events.record(request.user, events.TOTP_OFF, clock.now())
    return redirect("security")


def _held(request: HttpRequest) -> Authenticator | None:
    return Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP).first()
