"""Reversals (冲正申请): the platform says that a client was credited wrongly; two people of the custodian decide.

Source  doors/api/routes/reversals.py; domain-decisions.md 9
"""

import uuid
from collections.abc import Mapping
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cunguan.desks.people.roles import PLATFORM
from cunguan.doors.api.routes import reversals as door
from cunguan.doors.portals.platform.books import everything, listed, one
from cunguan.doors.portals.platform.currencies import currencies_of, currency_of, minor_of, only_currency
from cunguan.doors.portals.platform.reach import OPERATORS, READERS, Refused, asked, read, refusals_to, told_answer
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.lists import exported, wants_export
from cunguan.states import MACHINES
from cunguan.store import shown

FIELDS: Final = ("id", "of", "line", "holder", "amount", "reason")


@open_to(PLATFORM, roles=READERS)
def reversals(request: HttpRequest) -> HttpResponse:
    """List the platform's requests."""
    filters = {name: request.GET.get(name, "").strip() for name in ("state", "of")}
    if wants_export(request):
        head = shown.Reversal.__struct_fields__
        rows = everything(request, shown.Reversal, filters)
        return exported("reversals", head, ([getattr(row, name) for name in head] for row in rows))
    page = listed(request, shown.Reversal, filters)
    currencies = currencies_of(request, (one.holder for one in page.rows))
    return render(request, "platform/reversals.html", {
        "list": page, "rows": [(one, currencies[one.holder]) for one in page.rows],
        "states": sorted(MACHINES["adjustment"].states), "may": _may(request),
    })  # fmt: skip


@open_to(PLATFORM, roles=READERS)
def reversal(request: HttpRequest, id: str) -> HttpResponse:
    """Show one request."""
    found = one(request, shown.Reversal, id)
    given = {"one": found, "currency": currency_of(request, found.holder), "may": _may(request)}
    return render(request, "platform/reversal.html", given)


@require_http_methods(["GET", "POST"])
@open_to(PLATFORM, roles=OPERATORS)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask that a wrong credit is reversed."""
    typed = {name: request.POST.get(name, request.GET.get(name, "")).strip() for name in FIELDS}
    typed["id"] = typed["id"] or f"reversal-{uuid.uuid4().hex[:12]}"
    if request.method != "POST":
        return _form(request, typed)
    try:
        answer = asked(request, door.ask, body=_body(request, **typed))
    except Refused as refused:
        messages.error(request, str(refused))
        return _form(request, typed)
    told_answer(request, answer, _("The custodian is asked: two of its people decide."))
    return redirect("platform:reversal", id=typed["id"])


def _form(request: HttpRequest, typed: Mapping[str, str]) -> HttpResponse:
    given = {"typed": typed, "currency": only_currency(request)}
    return render(request, "platform/reversal_ask.html", given)


def _body(request: HttpRequest, *, amount: str, holder: str, **typed: str) -> door.ReversalBody:
    """Return what was typed as the API takes it: the amount in the client's currency, as people write it."""
    minor = minor_of(amount, currency_of(request, holder))
    return read(door.ReversalBody, **typed, holder=holder, amount_minor=minor)


@require_POST
@open_to(PLATFORM, roles=OPERATORS)
@refusals_to("platform:reversal", "id")
def withdraw(request: HttpRequest, id: str) -> HttpResponse:
    """Take a request back."""
    body = read(
        door.WithdrawalOfRequest, id=f"{id}:back:{uuid.uuid4().hex[:8]}", reason=request.POST.get("reason", "").strip()
    )
    answer = asked(request, door.withdraw, path={"id": id}, body=body)
    told_answer(request, answer, _("The request is taken back."))
    return redirect("platform:reversal", id=id)


def _may(request: HttpRequest) -> bool:
    return bool(OPERATORS & request.reader.roles)
