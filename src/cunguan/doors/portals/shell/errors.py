"""Error pages (错误页): what went wrong, in the reader's language, and where to go on from here."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cunguan.doors.portals.shell.reader import Who


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Say that the request cannot be read."""
    return render(request, "shell/error.html", {"status": 400}, status=400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Say that the reader may not."""
    return render(request, "shell/error.html", {"status": 403}, status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Say that there is no such page; the same for what is not there and what is somebody else's."""
    return render(request, "shell/error.html", {"status": 404}, status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Say that we failed; nothing of the request was kept. The page asks nothing of the database, which may be why we failed."""
    request.reader = Who(None)
    return render(request, "shell/error.html", {"status": 500}, status=500)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form came from elsewhere, or is too old."""
    return render(request, "shell/error.html", {"status": 403, "is_form": True}, status=403)
