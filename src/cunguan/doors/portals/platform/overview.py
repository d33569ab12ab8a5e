"""Overview (概览): the platform's own place: date, state, what should be looked at, pools and its own money in them."""

from datetime import timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from cunguan.desks.people.roles import PLATFORM
from cunguan.doors.api.routes.platform import KEY_ENDS, LOOK_BACK
from cunguan.doors.portals.platform.reach import READERS, here, lane_of
from cunguan.doors.portals.platform.words import bucket
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.reading import rows
from cunguan.store.reading import Here


@open_to(PLATFORM)
def home(request: HttpRequest) -> HttpResponse:
    """Show the overview; to somebody without a role only that he has none."""
    if not READERS & request.reader.roles:  # type: ignore[attr-defined]
        return render(request, "platform/no_role.html")
    at = here(request)
    return render(request, "platform/home.html", {"here": at, "pools": _pools(request), "warnings": _warnings(request, at)})


def _pools(request: HttpRequest) -> list[dict[str, Any]]:
    found = rows("platform_pools", {"lane": lane_of(request)})
    pools = []
    for _id, lines in groupby(found, lambda line: line["id"]):
        own = list(lines)
        accounts = [{"says": bucket(line["code"]), "minor": line["balance"]} for line in own if line["balance"] is not None]
        pools.append({**own[0], "accounts": accounts})
    return pools


def _warnings(request: HttpRequest, at: Here) -> list[str]:
    now = timezone.now()
    values = {"lane": at.lane, "now": now, "soon": now + KEY_ENDS, "since": at.business_date - LOOK_BACK + timedelta(0)}
    return [_says(one) for one in rows("api_warnings", values)]


def _says(one: dict[str, Any]) -> str:
    code, what, count = one.values()
    return code


__all__ = ["_", "home"]
