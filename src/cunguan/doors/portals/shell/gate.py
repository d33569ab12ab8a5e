"""Gate (准入): who may open a page, said at each view and held there; a test reads the same words.

When    around a view: `@open_to(CLIENT)`, `@open_to(STAFF, roles={"maker"})`, `@open_to_all`
Does    sends who has not signed in to the sign-in page, which says so where a form of his was not taken; tells anybody else that
        the page does not exist (404), and somebody of the right kind who lacks the role that he may not (403)
        a link of another site brings no cookie of a session (SameSite=Strict): a page that says nothing goes on to the same address by
        itself, as a step of this site, which brings it
Source  issue "People": authorisation matrix
"""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode

View = Callable[..., HttpResponse]


class OpenTo:
    """Who may open a view: kinds of users; `roles`: one of them is needed, where any are named; nobody named: everybody may."""

    def __init__(self, kinds: Collection[str] = (), roles: Collection[str] = ()) -> None:
        self.kinds, self.roles = frozenset(kinds), frozenset(roles)


def open_to(*kinds: str, roles: Collection[str] = ()) -> Callable[[View], View]:
    """Return a decorator that opens a view to some."""
    allowed = OpenTo(kinds, roles)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
            reader = request.reader
            if reader.user is None:
                return _to_sign_in(request)
            if reader.kind not in allowed.kinds:
                raise Http404
            if allowed.roles and not allowed.roles & reader.roles:
                raise PermissionDenied
            return view(request, *args, **values)

        guarded.open_to = allowed
        return guarded

    return decorate


def open_to_all(view: View) -> View:
    """Open a view to everybody."""
    view.open_to = OpenTo()
    return view


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "GET" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        return render(request, "shell/come_in.html", {"where": request.get_full_path()})
    where = request.get_full_path() if request.method == "GET" else request.path
    ended = {} if request.method == "GET" else {"ended": "1"}
    return redirect(f"/signin/?{urlencode({'next': where, **ended})}")
