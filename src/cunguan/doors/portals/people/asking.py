"""Asking (请求来源): from which address and browser a request comes, and whether it may ask so often.

Returns `TooMany` is a page: 429 with Retry-After
"""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cunguan.desks.people import attempts, clock
from cunguan.doors.portals.people import locks

AGENT_MAX = 200
View = Callable[..., HttpResponse]


def source_of(request: HttpRequest) -> str:
    """Return the address a request comes from: of the proxy where there is one, for what else is told of it anybody can write."""
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "").partition("%")[0]))
    except ValueError:
        return "::"


def agent_of(request: HttpRequest) -> str:
    """Return what a browser says it is."""
    return str(request.headers.get("User-Agent", ""))[:AGENT_MAX]


def at_most(count: int, what: str) -> Callable[[View], View]:
    """Return a decorator: a view that may be asked for so often a minute, by a user, or by an address nobody has signed in at."""

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
            if request.method == "POST" and not attempts.may(locks.index(what, source_of(request)), count, clock.now()):
                return wait(request, 60)
            return view(request, *args, **values)

        return counted

    return decorate


def _asker(request: HttpRequest) -> str:
    user = request.reader.user
    return source_of(request) if user is None else str(user.pk)


def wait(request: HttpRequest, seconds: int, status: int = 429) -> HttpResponse:
    """Answer that it was too often, and when to come again."""
    response = render(request, "people/wait.html", {"seconds": seconds}, status=status)
    response["Retry-After"] = str(seconds)
    return response
