"""Signing out (退出登录): the session ends here and in the table, and the browser forgets what it kept of us."""

from allauth.account.internal import flows
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from cunguan.desks.people import clock, events
from cunguan.doors.portals.shell.gate import open_to_all

#: not its cookies: by one of them the browser is known again
CLEARED = '"cache", "storage"'


@open_to_all
@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; who comes by a link alone is asked to press the button."""
    if request.method == "GET":
        return redirect("/")
    return leave(request)


def leave(request: HttpRequest) -> HttpResponse:
    """End the session of a request and go to the first page."""
    user = request.reader.user
    if user is not None:
        events.record(user, events.SIGNED_OUT, clock.now())
    flows.logout.logout(request, show_message=False)
    request.session.flush()
    response = redirect("/")
    response["Clear-Site-Data"] = CLEARED
    return response
