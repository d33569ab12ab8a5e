"""Exports (导出): a list as a file, with the reason written down and a fresh passkey; for its maker alone, and for a day.

When    a clerk needs a list outside: an auditor's question, a court's
Does    asks why, has him sign what he takes out, then leaves the file to the jobs worker; the page shows how far it is
Source  issue "People" 6; ADR 0051
"""

import csv
import io
import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext
from psycopg.types.json import Jsonb

from cunguan.desks.people.roles import STAFF
from cunguan.doors.exports.making import KEPT, MARK
from cunguan.doors.portals.custodian.decoding import one
from cunguan.doors.portals.custodian.listing_views import table_of
from cunguan.doors.portals.custodian.tables import Table, tables
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.lists import listed
from cunguan.doors.portals.shell.reading import rows
from cunguan.doors.portals.signing.begin import step_up
from cunguan.store.sqlfiles import statement

REASON_MIN, REASON_MAX = 4, 400
SESSION: Final = "console_export"


@open_to(STAFF)
def export(request: HttpRequest, name: str) -> HttpResponse:
    """Ask why, have it signed, and leave the file to the worker."""
    of = table_of(request, name)
    filters = {one.name: value for one in of.filters if (value := request.GET.get(one.name, one.default))}
    reason = " ".join(request.POST.get("reason", "").split())
    if request.method == "POST":
        if not REASON_MIN <= len(reason) <= REASON_MAX:
            messages.error(
                request, gettext("Say why the list is taken out: a few words that somebody else understands later.")
            )
            return redirect(request.get_full_path())
        request.session[SESSION] = {"list": name, "filters": filters, "reason": reason}
        return _signed(request, of, filters, reason)
    if "signed" in request.GET and (held := request.session.get(SESSION)) and held["list"] == name:
        return _signed(request, of, held["filters"], held["reason"])
    return render(request, "custodian/export.html", {"table": of, "filters": worded(of, filters)})


def worded(of: Table, filters: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what a list is narrowed by, in words."""
    labels = {one.name: gettext(one.label) for one in of.filters}
    return [(labels[name], value) for name, value in filters.items() if name in labels]


def _signed(request: HttpRequest, of: Table, filters: Mapping[str, str], reason: str) -> HttpResponse:
    """Make the export once the session has signed exactly it; else send it to be signed."""
    lines = [(gettext("List"), gettext(of.title)), *worded(of, filters), (gettext("Reason"), reason)]
    asked = step_up(request, "export", lines, back=f"{request.path}?{urlencode(filters)}")
    if asked is not None:
        return asked
    request.session.pop(SESSION, None)
    with connection.cursor() as cursor:
        cursor.execute(
            statement("console_export_add"),
            {
                "id": uuid.uuid4(),
                "maker": str(request.reader.user.pk),
                "list": of.name,
                "filters": Jsonb(dict(filters)),
                "language": get_language() or "",
                "reason": reason,
                "at": house().context.clock.now(),
            },
        )
    messages.success(request, gettext("The file is being made. You find it here for a day."))
    return redirect("custodian:exports")


@open_to(STAFF)
def exports(request: HttpRequest) -> HttpResponse:
    """Show what the reader took out; asked for by htmx, the list alone."""
    me = {"maker": str(request.reader.user.pk)}
    found = listed(
        request,
        lambda after, limit: rows("console_exports", {**me, "k0": after, "limit": limit}),
        lambda row: str(row["asked_at"]),
    )
    known = tables()
    given = {
        "list": found,
        "lines": [
            {**row, "title": known[row["list"]].title if row["list"] in known else row["list"]} for row in found.rows
        ],
        "is_waiting": any(row["state"] == "waiting" for row in found.rows),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "custodian/parts/exports.html" if part else "custodian/exports.html", given)


@open_to(STAFF)
def export_file(request: HttpRequest, name: uuid.UUID) -> HttpResponse:
    """Give a file to its maker."""
    of = _mine(request, name)
    if of["content"] is None:
        raise Http404
    heads = {
        "Content-Disposition": f'attachment; filename="{of["list"]}-{timezone.localtime(of["asked_at"]):%Y%m%d-%H%M}.csv"'
    }
    content = bytes(of["content"])
    if request.GET.get("heads") != "fields" and (table := tables().get(of["list"])) is not None:
        content = headed(table, content)
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=heads)


def headed(of: Table, content: bytes) -> bytes:
    """Return a file with the words of its columns in the reader's language before the fields' names, as `Break (id)`.

    A file is made with the fields' names alone: the worker that makes it knows no language, and a program reads it so (`?heads=fields`).
    """
    first, _, rest = content.decode().partition("\r\n")
    labels = {"currency": gettext("Currency"), **{one.field: gettext(one.label) for one in of.columns}}
    text = io.StringIO()
    csv.writer(text).writerow(_head(labels.get(name, ""), name) for name in first.removeprefix(MARK).split(","))
    return (MARK + text.getvalue() + rest).encode()


def _head(label: str, name: str) -> str:
    return f"{label} ({name})" if label else name


def _mine(request: HttpRequest, name: uuid.UUID) -> dict[str, Any]:
    given = {"id": str(name), "maker": str(request.reader.user.pk), "after": house().context.clock.now() - KEPT}
    return one("console_export_of", given)
