"""Differences (对账差异): the dates whose check files wait for the platform's word: look, download, send one's own, confirm.

When    a platform confirms by hand what its program would confirm at the API
Does    what it sends is kept, and compared at the confirm: what differs becomes a break, which two people of the custodian close,
        or a file that matches. To refuse a date is to send what one has oneself
Source  doors/api/routes/check_files.py; domain.md (e.2)
"""

from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cunguan.desks.people.roles import PLATFORM
from cunguan.doors.api.routes import check_files
from cunguan.doors.checking.agreeing import Issued
from cunguan.doors.portals.platform.currencies import minor_of, only_currency
from cunguan.doors.portals.platform.reach import OPERATORS, READERS, Refused, asked, lane_of, read, refusals_to
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.lists import exported, listed, wants_export
from cunguan.doors.portals.shell.reading import typed
from cunguan.formats.checkfile import KINDS

#: what is said of a kind: as it is called in the form, and by the API
FIELDS: Final = {"count": "count", "debit": "debit_minor", "credit": "credit_minor"}


@open_to(PLATFORM, roles=READERS)
def differences(request: HttpRequest) -> HttpResponse:
    """List the dates, newest first."""
    lane = lane_of(request)

    def days(before: Any, limit: int) -> list[Issued]:
        return typed(Issued, "platform_days", {"lane": lane, "before": before, "limit": limit})

    if wants_export(request):
        head = ("date", "state", "issued_at", "confirmed_at", "breaks_open")
        return exported("check-files", head, ([getattr(one, name) for name in head] for one in days(None, 3660)))
    return render(
        request, "platform/differences.html", {"list": listed(request, days, lambda one: one.date.isoformat())}
    )


@open_to(PLATFORM, roles=READERS)
def difference(request: HttpRequest, day: date) -> HttpResponse:
    """Show one date: its files, its breaks, and what can be said of it."""
    path = {"date": day.isoformat()}
    found = asked(request, check_files.one_day, path=path)
    breaks = asked(request, check_files.breaks, path=path, query=check_files.BreaksAsked(limit=200))
    return render(request, "platform/difference.html", {
        "day": found.day, "files": found.files, "breaks": breaks.items, "kinds": list(KINDS), **_sums(only_currency(request)),
        "may": bool(OPERATORS & request.reader.roles),
    })  # fmt: skip


def _sums(currency: str) -> dict[str, str]:
    """Return what the sums are called: amounts where all pools have one currency, else sums of minor units as in the files."""
    if currency:
        return {"currency": currency, "debits": _("Debits"), "credits": _("Credits")}
    return {"currency": "", "debits": _("Debits (minor units)"), "credits": _("Credits (minor units)")}


@open_to(PLATFORM, roles=READERS)
def download(request: HttpRequest, day: date, file: str) -> HttpResponse:
    """Give a file as it was issued, or its signature."""
    answer = asked(request, check_files.download, path={"date": day.isoformat(), "file": file})
    headers = {
        name: answer.headers[name] for name in ("content-disposition", "cunguan-key-id") if name in answer.headers
    }
    return HttpResponse(answer.body, content_type=answer.media_type, headers=headers)


@require_POST
@open_to(PLATFORM, roles=OPERATORS)
@refusals_to("platform:difference", "day")
def confirm(request: HttpRequest, day: date) -> HttpResponse:
    """Compare the platform's day with the custodian's, and confirm it where they say the same."""
    asked(request, check_files.confirm, path={"date": day.isoformat()})
    messages.success(request, _("The date is confirmed: both sides say the same."))
    return redirect("platform:difference", day=day)


@require_POST
@open_to(PLATFORM, roles=OPERATORS)
@refusals_to("platform:difference", "day")
def send(request: HttpRequest, day: date) -> HttpResponse:
    """Keep the platform's own file of one kind."""
    file = request.FILES.get("file")
    if file is None:
        raise Refused(_("Choose a file: CSV or JSON Lines, with its header line."))
    if (file.size or 0) > check_files.UPLOAD_BYTES_MAX:
        raise Refused(_("The file is too large for this page: send it by the API."))
    path = {"date": day.isoformat(), "kind": request.POST.get("kind", "")}
    kept = asked(request, check_files.upload, path=path, raw=file.read())
    messages.success(request, _("Kept, %(bytes)s bytes: it is compared at the confirm.") % {"bytes": kept.bytes})
    return redirect("platform:difference", day=day)


@require_POST
@open_to(PLATFORM, roles=OPERATORS)
@refusals_to("platform:difference", "day")
def say(request: HttpRequest, day: date) -> HttpResponse:
    """Keep the platform's figures of the day; kinds of which nothing was typed are not said."""
    currency = only_currency(request)
    said = [_figures(request, kind, currency) for kind in KINDS]
    body = read(check_files.FiguresOfDay, figures=[one for one in said if one])
    asked(request, check_files.say_figures, path={"date": day.isoformat()}, body=body)
    messages.success(request, _("The figures are kept: they are compared at the confirm."))
    return redirect("platform:difference", day=day)


def _figures(request: HttpRequest, kind: str, currency: str) -> dict[str, Any] | None:
    typed_in = {name: request.POST.get(f"{kind}_{name}", "").strip() for name in FIELDS}
    if not any(typed_in.values()):
        return None
    return {"kind": kind, **{FIELDS[name]: _figure(name, typed, currency) for name, typed in typed_in.items()}}


def _figure(name: str, typed_in: str, currency: str) -> str | int:
    """Return a figure as the API takes it; a sum is written as an amount where it has a currency."""
    return minor_of(typed_in or "0", currency) if currency and name != "count" else typed_in or "0"
