"""Enough (登录强度): whether what somebody has shown is enough for the kind of user he is; the last step before a session.

When    allauth's flow of a sign-in comes to its stages, whichever page it began at
Shape   a passkey with its user verified is enough for everybody; password and code of the moment for clients and platforms,
        whose session is then worth less ("totp"); anything else for nobody
Source  issue "People" 2: staff need a passkey
"""

from typing import Any, Final

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginStage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cunguan.desks.people.roles import CLIENT, PLATFORM
from cunguan.desks.people.sessions import PASSKEY, TOTP

#: who may sign in without a passkey
FALLBACK: Final = frozenset({CLIENT, PLATFORM})


class EnoughStage(LoginStage):
    """A stage of allauth's sign-in."""

    key = "enough"
    urlname = None

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Let through, or end the sign-in."""
        user = self.login.user
        strength = strength_of(self.request, user)
        if strength == PASSKEY or (strength == TOTP and user.kind in FALLBACK):
            return None, True
        clear_login(self.request)
        return render(self.request, "people/refused.html", status=403), False


def strength_of(request: HttpRequest, user: Any) -> str:
    """Return the strongest thing somebody has shown in this sign-in; "" where it is not enough for anybody."""
    shown = [
        (record.get("method"), record.get("type"), bool(record.get("passwordless")))
        for record in get_authentication_records(request, user)
    ]
    if ("mfa", "webauthn", True) in shown:
        return PASSKEY
    has_password = any(method == "password" for method, _, _ in shown)
    return TOTP if has_password and ("mfa", "totp", False) in shown else ""
