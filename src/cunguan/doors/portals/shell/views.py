"""What belongs to no portal: the language, the zone, the easy mode, and whether the process lives."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_GET, require_POST

from cunguan.doors.portals.shell.gate import open_to_all

YEAR = 365 * 86400


@open_to_all
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep what a reader chose: `language`, `zone` or `reading`; in his account too where he has one."""
    response = redirect(_back(request))
    language, zone, reading = (request.POST.get(name, "") for name in ("language", "zone", "reading"))
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        _keep(request, response, "language", language)
    if zone and _is_zone(zone):
        _keep(request, response, "zone", zone)
    if reading in ("easy", "normal"):
        _keep(request, response, "reading", reading)
    return response


def _keep(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(f"__Host-{name}", value, max_age=YEAR, secure=True, httponly=True, samesite="Lax")
    user = request.reader.user
    if user is not None:
        setattr(user, {"zone": "time_zone"}.get(name, name), value)
        user.save(update_fields=[{"zone": "time_zone"}.get(name, name)])


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "/")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) else "/"


@open_to_all
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers and has a database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
