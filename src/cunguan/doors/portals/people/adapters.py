"""Adapters (适配): what django-allauth is told of this house: whose words, whose keys, and what is enough to sign in.

When    allauth's flows ask (ACCOUNT_ADAPTER, MFA_ADAPTER)
Source  ADR 0047; django-allauth 65
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy

from cunguan.desks.notices.telling import tell
from cunguan.desks.people import clock, devices, events, sessions
from cunguan.desks.people.roles import CLIENT, PLATFORM
from cunguan.doors.portals.people import locks
from cunguan.doors.portals.people.asking import agent_of, source_of

#: where a kind of user begins
FIRST_PAGES: Mapping[str, str] = {CLIENT: "/me/", PLATFORM: "/platform/"}


def first_page(user: Any) -> str:
    """Return the first page of a user's portal."""
    return FIRST_PAGES.get(user.kind, "/custodian/")


class Accounts(DefaultAccountAdapter):
    """Accounts without e-mail."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy("Name, password and code do not belong together."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Let newcomers in."""
        return True

    def get_login_stages(self) -> list[str]:
        """Return what stands between a proof and a session: whether the proof is enough for this kind of user."""
        return ["cunguan.doors.portals.people.enough.EnoughStage"]

    def login(self, request: HttpRequest, user: Any) -> None:
        """Begin the session: a new id, how strong the proof was, from where."""
        from cunguan.doors.portals.people.enough import strength_of

        strength = strength_of(request, user)
        super().login(request, user)
        request.session[sessions.STRENGTH] = strength
        request.session[sessions.ADDRESS], request.session[sessions.AGENT] = source_of(request), agent_of(request)
        request.session.begin()

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Answer, with the cookie that knows this browser again."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        now = clock.now()
        had = devices.COOKIE in request.COOKIES or user.devices.exists()
        cookie, is_new = devices.remember(user, request.COOKIES.get(devices.COOKIE, ""), agent_of(request), now)
        response.set_cookie(
            devices.COOKIE, cookie, max_age=2 * 365 * 86400, secure=True, httponly=True, samesite="Strict"
        )
        events.record(user, events.SIGNED_IN, now, strength=request.session[sessions.STRENGTH])
        if is_new and had:
            _tell_new_device(request, user, now)
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the first page of a user's portal."""
        return first_page(request.user)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Say no, as to anybody whose proof is not good."""
        return render(request, "people/refused.html", status=403)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Return whether allauth itself has to ask again; where the page has asked already (confirming.py) it has not."""
        return not getattr(self.request, "is_confirmed", False)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address a request comes from."""
        return source_of(request)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing of allauth's own: our pages say it."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Write no mail: what happens is told by desks/notices."""


def _tell_new_device(request: HttpRequest, user: Any, now: datetime) -> None:
    named = " · ".join(filter(None, devices.named(agent_of(request)))) or gettext("an unknown browser")
    events.record(user, events.NEW_DEVICE, now, device=named)
    tell(user, "new_device", device=f"{named}, {source_of(request)}")


class Factors(DefaultMFAAdapter):
    """Passkeys, codes."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This did not work. Try again, or use another way to sign in."),
    }

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return locks.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret that was stored."""
        return locks.decrypt(encrypted_text)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Return what a passkey is called whose owner gave it no name."""
        count = user.authenticator_set.count() if user.pk and not user._state.adding else 0
        return f"{gettext('My passkey')} {count + 1}" if count else gettext("My passkey")

    def get_totp_issuer(self) -> str:
        """Return by what an authenticator app shows us."""
        return _SITE

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the site passkeys are made for: the host browsers reach us by, whatever a request says."""
        return {"id": urlsplit(settings.ADDRESS).hostname or "localhost", "name": _SITE}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """Return how an authenticator shows the account: by its reference alone."""
        return {
            **super().get_public_key_credential_user_entity(user),
            "display_name": user.reference,
            "name": user.reference,
        }

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.reference)


_SITE = "Cunguan"
