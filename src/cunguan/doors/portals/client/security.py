"""Security centre (安全中心): the way to everything that keeps the client safe, and how the pages read.

Shape   links to the passkeys, devices and recovery of doors/portals/people, to the freeze, the limits, the standing authorities and the
        notices; the easy-reading mode is switched here
"""

from typing import Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from cunguan.desks.people.roles import CLIENT
from cunguan.doors.portals.shell.gate import open_to


class Way(msgspec.Struct, frozen=True):
    """One way on; `name` of the page, "" where `address` is it."""

    name: str
    word: Promise
    says: Promise
    icon: str
    is_easy: bool = True


WAYS: Final = (
    Way(
        "client:freeze",
        _("Emergency freeze"),
        _("Stop everything that could be started from your accounts."),
        "snowflake",
    ),
    Way("security", _("Passkeys and devices"), _("What you sign in with, where you are signed in, recovery."), "key"),
    Way("client:limits", _("Limits"), _("How much can leave your accounts at once and in a day."), "scale", False),
    Way("client:mandates", _("Standing authorities"), _("What platforms may ask in your name."), "certificate", False),
    Way("client:notices", _("Notices"), _("What happened in your accounts."), "bell"),
)


@open_to(CLIENT)
@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """Show the ways."""
    ways = [(one, there) for one in WAYS if (there := _address(one.name))]
    return render(request, "client/security.html", {"ways": ways})


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
