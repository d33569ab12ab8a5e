"""The first page of this portal."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cunguan.desks.people.roles import CLIENT
from cunguan.doors.portals.shell.gate import open_to


@open_to(CLIENT)
def home(request: HttpRequest) -> HttpResponse:
    """Show the overview."""
    return render(request, "client/home.html")
