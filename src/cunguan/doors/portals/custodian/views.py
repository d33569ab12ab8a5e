"""The first page (工作台): the queues as they stand, and where each lane is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cunguan.desks.people.roles import AUDITOR, REGULATOR, STAFF
from cunguan.doors.portals.custodian.queues import has_work, waiting
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.reading import rows


@open_to(STAFF, REGULATOR, AUDITOR)
def home(request: HttpRequest) -> HttpResponse:
    """Show the queues; asked for by htmx, the part that changes alone."""
    now = house().context.clock.now()
    found = waiting(request.reader.user.pk, now, is_staff=request.reader.is_staff)
    given = {
        "queues": [one for one in found if one.count],
        "quiet": [one for one in found if not one.count],
        "has_work": has_work(found),
        "now": now,
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "custodian/parts/queues.html", given)
    return render(
        request, "custodian/home.html", {**given, "lanes": rows("console_lanes", {"lane": None, "day": None})}
    )
