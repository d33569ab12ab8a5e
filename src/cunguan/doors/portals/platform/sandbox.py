"""Sandbox (沙箱): let somebody pay in, let the bank misbehave, let time go by; where no real money is, and nowhere else.

Source  doors/api/routes/sandbox.py: the same controls as at the API
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from cunguan.desks.people.roles import PLATFORM
from cunguan.doors.api.routes import sandbox as door
from cunguan.doors.portals.platform.currencies import minor_of
from cunguan.doors.portals.platform.reach import OPERATORS, READERS, Refused, asked, here, lane_of, read, refusals_to
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.reading import rows
from cunguan.doors.portals.shell.templatetags.shell import when

#: what the bank does with a payment, by the API's name of it
BEHAVIOURS: Final[dict[str, str]] = {
    "pays":          gettext_noop("It pays"),
    "rejects":       gettext_noop("It refuses"),
    "no_answer":     gettext_noop("It pays and does not answer; only asking tells"),
    "not_heard":     gettext_noop("The order does not arrive, and is handed over again"),
    "late":          gettext_noop("It pays days later, and tells then"),
    "late_rejects":  gettext_noop("It refuses days later, and tells then"),
    "returns":       gettext_noop("It pays, and the money comes back days later"),
    "answers_twice": gettext_noop("It pays and tells so twice more"),
    "mute":          gettext_noop("It pays and answers no question for days"),
    "contradicts":   gettext_noop("It refuses, and pays all the same days later"),
    "books_more":    gettext_noop("It books a minor unit more than was ordered"),
}  # fmt: skip


def is_sandbox(request: HttpRequest) -> bool:
    """Return whether this installation is a sandbox, and the reader's platform one of its."""
    return bool(settings.IS_SANDBOX) and here(request).is_sandbox


def in_sandbox(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a view a page that elsewhere does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, **values: Any) -> HttpResponse:
        if not is_sandbox(request):
            raise Http404
        return view(request, **values)

    return guarded


@open_to(PLATFORM, roles=READERS)
@in_sandbox
def sandbox(request: HttpRequest) -> HttpResponse:
    """Show the controls, and how the bank stands."""
    try:
        bank, why = asked(request, door.bank), ""
    except Refused as refused:
        bank, why = None, str(refused)
    accounts = _accounts(request)
    return render(request, "platform/sandbox.html", {
        "here": here(request), "bank": bank, "why": why, "behaviours": [(name, _(BEHAVIOURS[name])) for name in door.BEHAVIOURS],
        "accounts": accounts, "balances": _balances(bank, accounts), "id": f"console-{uuid.uuid4().hex[:12]}",
        "may": bool(OPERATORS & request.reader.roles),
    })  # fmt: skip


@require_POST
@open_to(PLATFORM, roles=OPERATORS)
@in_sandbox
@refusals_to("platform:sandbox")
def receive(request: HttpRequest) -> HttpResponse:
    """Let somebody pay in."""
    typed = {name: request.POST.get(name, "").strip() for name in ("id", "bank_account", "holder")}
    minor = minor_of(request.POST.get("amount", ""), _currency(request, typed["bank_account"]))
    body = read(door.ReceiptBody, **typed, amount_minor=minor, payer_matches=request.POST.get("stranger") is None)
    found = asked(request, door.receive, body=body)
    messages.success(
        request, _("The bank has booked it; the books have it in a moment as %(deposit)s.") % {"deposit": found.deposit}
    )
    return redirect("platform:sandbox")


def _accounts(request: HttpRequest) -> list[dict[str, Any]]:
    return rows("platform_bank_accounts", {"lane": lane_of(request)})


def _balances(bank: door.BankSeen | None, accounts: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    """Return what is on the platform's accounts, as the bank says."""
    at_bank = bank.accounts if bank is not None else {}
    return [(one["id"], at_bank[one["reference"]], one["currency"]) for one in accounts if one["reference"] in at_bank]


def _currency(request: HttpRequest, account: str) -> str:
    """Return the currency of a bank account."""
    found = next((one["currency"] for one in _accounts(request) if one["id"] == account), None)
    if found is None:
        raise Refused(_("You have no such bank account."))
    return str(found)


@require_POST
@open_to(PLATFORM, roles=OPERATORS)
@in_sandbox
@refusals_to("platform:sandbox")
def behave(request: HttpRequest) -> HttpResponse:
    """Tell the bank what shall become of payments."""
    days = request.POST.get("days", "").strip() or None
    behaviour = {"behaviour": request.POST.get("behaviour", ""), "weight": 1, **({"days": days} if days else {})}
    asked(request, door.behave, body=read(
        door.BankBody, behaviours=[behaviour], payment=request.POST.get("payment", "").strip() or None,
    ))  # fmt: skip
    messages.success(request, _("The bank will do so."))
    return redirect("platform:sandbox")


@require_POST
@open_to(PLATFORM, roles=OPERATORS)
@in_sandbox
@refusals_to("platform:sandbox")
def clock(request: HttpRequest) -> HttpResponse:
    """Let time go by."""
    body = read(door.ClockBody, business_date=request.POST.get("business_date", "").strip())
    found = asked(request, door.move, body=body)
    messages.success(request, _("It is %(date)s now.") % {"date": when(found.business_date)})
    return redirect("platform:sandbox")
