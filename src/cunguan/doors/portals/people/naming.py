"""Name and password (用户名与口令): for who wants to sign in where his passkey is not; both are his choice, and neither is needed.

When    /security/name/
Shape   of the name its blind index alone is kept; the password as argon2id. With a code of the moment they sign in for low amounts
"""

from typing import Any, Final

from django import forms
from django.contrib.auth import password_validation, update_session_auth_hash
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from cunguan.desks.people import clock, events, hashing
from cunguan.desks.people.models import User
from cunguan.desks.people.roles import CLIENT, PLATFORM
from cunguan.doors.portals.people import locks
from cunguan.doors.portals.people.asking import at_most, wait
from cunguan.doors.portals.people.confirming import signed_for
from cunguan.doors.portals.people.name_sign_in import BUSY_SECONDS
from cunguan.doors.portals.shell.gate import open_to

TRIES: Final = 10
SHORTEST: Final = 4
_NEW: Final = {"class": "form-control", "autocomplete": "new-password"}


class NameAndPassword(forms.Form):
    """What somebody chooses."""

    name = forms.CharField(
        label=gettext_lazy("Login name"), min_length=SHORTEST, max_length=60,
        help_text=gettext_lazy("At least four letters or digits. Capitals and spaces do not count. We keep only a fingerprint of it."),
        widget=forms.TextInput({"class": "form-control", "autocomplete": "username"}),
    )  # fmt: skip
    password = forms.CharField(
        label=gettext_lazy("New password"), max_length=200, widget=forms.PasswordInput(_NEW),
        help_text=gettext_lazy("At least 12 characters; a sentence is good. Common passwords are refused."),
    )  # fmt: skip
    again = forms.CharField(
        label=gettext_lazy("The same password again"), max_length=200, widget=forms.PasswordInput(_NEW)
    )

    def clean_password(self) -> str:
        """Refuse what is short or common."""
        password = str(self.cleaned_data["password"])
        password_validation.validate_password(password)
        return password

    def clean(self) -> dict[str, Any]:
        """Refuse two passwords that differ."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and cleaned["password"] != cleaned["again"]:
            self.add_error("again", gettext_lazy("The two passwords differ."))
        return cleaned


def _change(request: HttpRequest) -> list[tuple[str, str]]:
    return [(gettext("What is changed"), gettext("Login name and password"))]


@open_to(CLIENT, PLATFORM)
@at_most(TRIES, "name")
@signed_for("authenticator_change", _change)
@require_http_methods(["GET", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """Show the page, or keep what was chosen."""
    form = NameAndPassword(data=request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return render(request, "people/name.html", {"form": form}, status=400 if form.errors else 200)
    try:
        is_kept = _kept(request, form.cleaned_data["name"], form.cleaned_data["password"])
    except hashing.Busy:
        return wait(request, BUSY_SECONDS, status=503)
    if not is_kept:
        form.add_error("name", gettext_lazy("Choose another name: this one cannot be used."))
        return render(request, "people/name.html", {"form": form}, status=400)
    return redirect("security")


def _kept(request: HttpRequest, name: str, password: str) -> bool:
    user: User = request.user
    user.login = locks.login(name)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(update_fields=["login", "password"])
    except IntegrityError:
        user.refresh_from_db()
        return False
    update_session_auth_hash(request, user)
    events.record(user, events.PASSWORD_CHANGED, clock.now())
    return True
