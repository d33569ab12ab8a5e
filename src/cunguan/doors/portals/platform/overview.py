"""Overview (概览): the platform's own place: date, state, what should be looked at, pools and its own money in them."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cunguan.desks.people.roles import PLATFORM
from cunguan.doors.api.routes.platform import KEY_ENDS, LOOK_BACK
from cunguan.doors.portals.platform.reach import READERS, here, lane_of
from cunguan.doors.portals.platform.sandbox import is_sandbox
from cunguan.doors.portals.platform.words import bucket, warning
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.reading import rows
from cunguan.store.reading import Here


@open_to(PLATFORM)
def home(request: HttpRequest) -> HttpResponse:
    """Show the overview; to somebody without a role only that he has none."""
    if not READERS & request.reader.roles:
        return render(request, "platform/no_role.html")
    at = here(request)
    return render(request, "platform/home.html", {
        "here": at, "pools": _pools(lane_of(request)), "warnings": _warnings(at), "has_sandbox": is_sandbox(request),
    })  # fmt: skip


def _pools(lane: int) -> list[dict[str, Any]]:
    return [_pool(list(lines)) for _, lines in groupby(rows("platform_pools", {"lane": lane}), lambda line: line["id"])]


def _pool(lines: list[dict[str, Any]]) -> dict[str, Any]:
    own = [{"says": bucket(line["code"]), "minor": line["balance"]} for line in lines if line["balance"] is not None]
    return {**lines[0], "accounts": own}


def _warnings(at: Here) -> list[dict[str, str]]:
    now = timezone.now()
    values = {"lane": at.lane, "now": now, "soon": now + KEY_ENDS, "since": at.business_date - LOOK_BACK}
    return [warning(one) for one in rows("api_warnings", values)]
