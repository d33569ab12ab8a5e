"""The first page of this portal."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cunguan.desks.people.roles import PLATFORM
from cunguan.doors.portals.shell.gate import open_to


@open_to(PLATFORM)
def home(request: HttpRequest) -> HttpResponse:
    """Show the overview."""
    return render(request, "platform/home.html")
