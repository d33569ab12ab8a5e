"""The first page of this portal."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cunguan.doors.portals.shell.gate import open_to_all


@open_to_all
def home(request: HttpRequest) -> HttpResponse:
    """Show the overview."""
    return render(request, "public/home.html")
