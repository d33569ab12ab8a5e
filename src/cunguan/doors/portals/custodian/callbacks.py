"""Call-backs (回电): clients who want to be called, the oldest first, and that it was done."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from cunguan.desks.notices import callbacks
from cunguan.desks.people.roles import CHECKER, MAKER, RECONCILER, REVIEWER, STAFF
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house

MOST = 100


@open_to(STAFF, roles={MAKER, CHECKER, RECONCILER, REVIEWER})
@require_http_methods(["GET", "POST"])
def callbacks_(request: HttpRequest) -> HttpResponse:
    """Show who waits; note that somebody called."""
    if request.method == "POST":
        number = request.POST.get("number", "")
        if not number.isdecimal() or len(number) > 18:
            raise Http404
        if callbacks.called(int(number), request.reader.reference, house().context.clock.now()):
            messages.success(request, gettext("Noted: you called."))
        else:
            messages.info(request, gettext("Somebody had called already."))
        return redirect("custodian:callbacks")
    rows = [(one, gettext(callbacks.ABOUT[one.about])) for one in callbacks.waiting(MOST)]
    return render(request, "custodian/callbacks.html", {"rows": rows})
