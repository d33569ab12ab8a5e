"""Help (帮助与回电): somebody of the custodian calls the client; what to do without the pages."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from cunguan.desks.notices import callbacks
from cunguan.desks.people.roles import CLIENT
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house


@open_to(CLIENT)
@require_http_methods(["GET", "POST"])
def help_(request: HttpRequest) -> HttpResponse:
    """Ask for a call, or see that one is on its way."""
    person = request.reader.reference
    if request.method == "POST":
        about = request.POST.get("about", "")
        if about not in callbacks.ABOUT:
            raise Http404
        if callbacks.ask(person, about, house().context.clock.now()):
            messages.success(request, gettext("We call you, at the number you are known by."))
        return redirect("client:help")
    choices = [(name, gettext(words)) for name, words in callbacks.ABOUT.items()]
    return render(request, "client/help.html", {"open": callbacks.open_of(person), "choices": choices})
