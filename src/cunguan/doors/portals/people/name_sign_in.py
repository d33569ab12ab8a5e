"""Signing in by name (用户名登录): name, password and the code of the moment, all at once; enough for low amounts alone.

When    GET /signin/name/: the page · POST: the three
Shape   one form for the three, and one answer to whatever of them is wrong, after the same work: nobody learns which names there are
        failures count for the name and for the address; a device the user has used before counts for itself, so that nobody
        who only knows a name keeps its owner out at home. Passkeys are never counted
Errors  400 they do not belong together · 429 too often (Retry-After) · 503 too many passwords at this moment (Retry-After)
"""

from datetime import datetime
from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.mfa.base.internal.flows import post_authentication
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cunguan.desks.notices.telling import tell
from cunguan.desks.people import attempts, clock, devices, hashing
from cunguan.desks.people.models import User
from cunguan.doors.portals.people import locks, totp
from cunguan.doors.portals.people.adapters import first_page
from cunguan.doors.portals.people.asking import source_of, wait
from cunguan.doors.portals.people.going import wanted
from cunguan.doors.portals.shell.gate import open_to_all

BUSY_SECONDS: Final = 5
_FIELD: Final = {"class": "form-control"}


class ByName(forms.Form):
    """Who wants in."""

    name = forms.CharField(
        label=gettext_lazy("Login name"), max_length=60, widget=forms.TextInput({**_FIELD, "autocomplete": "username"})
    )
    password = forms.CharField(
        label=gettext_lazy("Password"), max_length=200,
        widget=forms.PasswordInput({**_FIELD, "autocomplete": "current-password"}),
    )  # fmt: skip
    code = forms.CharField(
        label=gettext_lazy("Code from your authenticator app"), max_length=8,
        widget=forms.TextInput({**_FIELD, "inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip


@open_to_all
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the page, or try what was given."""
    if (user := request.reader.user) is not None:
        return redirect(wanted(request) or first_page(user))
    form = ByName(data=request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return _page(request, form, status=400 if form.errors else 200)
    login = locks.login(form.cleaned_data["name"])
    keys, now = _keys(request, login), clock.now()
    if (until := attempts.waits_until(list(keys), now)) is not None:
        return wait(request, _seconds(until, now))
    try:
        return _tried(request, form, login, keys, now)
    except hashing.Busy:
        return wait(request, BUSY_SECONDS, status=503)


def _tried(request: HttpRequest, form: ByName, login: str, keys: dict[str, int], now: datetime) -> HttpResponse:
    user = get_adapter().authenticate(request, username=login, password=form.cleaned_data["password"])
    factor = totp.used(user, form.cleaned_data["code"], now)
    if user is None or factor is None:
        return _failed(request, form, login, keys, now)
    attempts.forgive(next(iter(keys)))
    record_authentication(request, user, method="password")
    post_authentication(request, factor)
    return perform_login(request, Login(user=user, redirect_url=wanted(request) or None))


def _failed(request: HttpRequest, form: ByName, login: str, keys: dict[str, int], now: datetime) -> HttpResponse:
    waits = [attempts.failed(key, free, now) for key, free in keys.items()]
    if waits[0] is not None and (owner := User.objects.filter(login=login).first()) is not None:
        tell(owner, "locked_out", source=f"locked_out:{owner.pk}:{now:%Y-%m-%d}")
    form.add_error(None, get_adapter().validation_error("username_password_mismatch"))
    return _page(request, form, status=400)


def _keys(request: HttpRequest, login: str) -> dict[str, int]:
    """Return what failures are counted by, and how many each has free: the name first, then the address."""
    owner, cookie = User.objects.filter(login=login).first(), request.COOKIES.get(devices.COOKIE, "")
    device = cookie if owner is not None and devices.is_known(owner, cookie) else ""
    return {
        locks.index("attempt-name", f"{login}/{device}"): attempts.FREE_OF_NAME,
        locks.index("attempt-address", source_of(request)): attempts.FREE_OF_ADDRESS,
    }


def _seconds(until: datetime, now: datetime) -> int:
    return max(1, int((until - now).total_seconds()) + 1)


def _page(request: HttpRequest, form: Any, *, status: int = 200) -> HttpResponse:
    return render(request, "people/by_name.html", {"form": form, "next": wanted(request)}, status=status)
