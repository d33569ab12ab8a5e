"""Clients (客户): the platform's own, by the references it gave them; who they are only masked, and only on one client's page."""

from typing import Any, Final

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop

from cunguan.desks.people.roles import PLATFORM
from cunguan.doors.api.routes import persons
from cunguan.doors.portals.platform.books import everything, listed, some
from cunguan.doors.portals.platform.reach import READERS, Refused, asked, lane_of
from cunguan.doors.portals.platform.words import bucket
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.lists import exported, wants_export
from cunguan.doors.portals.shell.reading import row
from cunguan.kernel.ids import is_id
from cunguan.states import MACHINES
from cunguan.store import shown

FILTERS: Final = ("role", "state", "person")
ROLES: Final = (gettext_noop("lender"), gettext_noop("borrower"), gettext_noop("guarantor"), gettext_noop("trustee"))
BUCKETS: Final = (
    ("available", "2010"),
    ("uncleared", "2015"),
    ("held", "2020"),
    ("outbound", "2030"),
    ("frozen", "2040"),
)
#: what can be looked at of a client beside his balances, and by which column it is his
PARTS: Final[dict[str, tuple[type[msgspec.Struct], str]]] = {
    "holds": (shown.Hold, "owner"),
    "mandates": (shown.Mandate, "holder"),
    "withdrawals": (shown.Withdrawal, "holder"),
    "cards": (shown.Card, "holder"),
}
LABELS: Final = {
    "holds": gettext_noop("Holds"), "mandates": gettext_noop("Mandates"), "withdrawals": gettext_noop("Withdrawals"),
    "cards": gettext_noop("Cards"),
}  # fmt: skip


@open_to(PLATFORM, roles=READERS)
def clients(request: HttpRequest) -> HttpResponse:
    """List the clients."""
    wanted = request.GET.get("account", "").strip()
    if wanted and is_id(wanted):
        return redirect("platform:client", id=wanted)
    filters = {name: request.GET.get(name, "").strip() for name in FILTERS}
    if wants_export(request):
        names = ("id", "person", "pool", "role", "kind", "state")
        rows = everything(request, shown.Account, filters)
        return exported("clients", ("account", *names[1:]), ([getattr(one, name) for name in names] for one in rows))
    return render(request, "platform/clients.html", {
        "list": listed(request, shown.Account, filters), "roles": ROLES, "states": sorted(MACHINES["account"].states),
    })  # fmt: skip


@open_to(PLATFORM, roles=READERS)
def client(request: HttpRequest, id: str) -> HttpResponse:
    """Show one client: balances, and one of the lists of what is his."""
    found = _found(request, id)
    part = request.GET.get("show", "holds")
    if part not in PARTS:
        raise Http404
    shape, column = PARTS[part]
    page = some(request, shape, {column: id}, request.GET.get("from", ""), 25)
    return render(request, "platform/client.html", {
        "client": found, "balances": [(bucket(code), found[name]) for name, code in BUCKETS], "part": part,
        "parts": [(name, gettext(LABELS[name])) for name in PARTS],
        "rows": page.items, "next": page.next,
    })  # fmt: skip


@open_to(PLATFORM, roles=READERS)
def details(request: HttpRequest, id: str) -> HttpResponse:
    """Show who a client is, masked: a part of his page that is fetched when it is wanted."""
    found = _found(request, id)
    try:
        kept = asked(request, persons.get, path={"person": found["person"]})
    except Http404:
        return render(request, "platform/details.html", {"id": id})
    except Refused as refused:
        return render(request, "platform/details.html", {"id": id, "why": str(refused)})
    return render(request, "platform/details.html", {"id": id, "kept": kept})


def _found(request: HttpRequest, id: str) -> dict[str, Any]:
    found = row("platform_client", {"lane": lane_of(request), "id": id}) if is_id(id) else None
    if found is None:
        raise Http404
    return found
