"""Listings (标的): what was raised, lent and repaid, and each one's plan."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cunguan.desks.people.roles import PLATFORM
from cunguan.doors.portals.platform.books import everything, listed, plan, some
from cunguan.doors.portals.platform.reach import READERS, lane_of
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.lists import exported, wants_export
from cunguan.doors.portals.shell.reading import row, rows
from cunguan.kernel.ids import is_id
from cunguan.states import MACHINES
from cunguan.store import shown

FILTERS: Final = ("state", "borrower")
HEAD: Final = (
    "id", "pool", "borrower", "state", "amount_minor", "raised_minor", "lent_minor", "repaid_minor", "outstanding_minor",
    "rate_e6", "months", "raise_until",
)  # fmt: skip
PLAN_MAX: Final = 600


@open_to(PLATFORM, roles=READERS)
def listings(request: HttpRequest) -> HttpResponse:
    """List the listings."""
    filters = {name: request.GET.get(name, "").strip() for name in FILTERS}
    if wants_export(request):
        found = everything(request, shown.Listing, filters)
        return exported("listings", HEAD, ([getattr(one, name) for name in HEAD] for one in found))
    currencies, page = _currencies(request), listed(request, shown.Listing, filters)
    return render(request, "platform/listings.html", {
        "list": page, "rows": [(one, currencies[one.pool]) for one in page.rows], "states": sorted(MACHINES["listing"].states),
    })  # fmt: skip


@open_to(PLATFORM, roles=READERS)
def listing(request: HttpRequest, id: str) -> HttpResponse:
    """Show one listing with its plan and its creditors."""
    found = row("platform_listing", {"lane": lane_of(request), "id": id}) if is_id(id) else None
    if found is None:
        raise Http404
    creditors = some(request, shown.Claim, {"listing": id}, request.GET.get("from", ""), 25)
    return render(request, "platform/listing.html", {
        "listing": found, "currency": found["currency"], "plan": plan(request, id, 0, PLAN_MAX), "claims": creditors.items,
        "next": creditors.next, "rate": rate(found["rate_e6"]),
    })  # fmt: skip


def rate(e6: int) -> str:
    """Return millionths a year in hundredths.

    >>> rate(120_000), rate(123_456)
    ('12.00', '12.3456')
    """
    parts = f"{e6 // 10_000}.{e6 % 10_000:04d}"
    return parts[:-2] if parts.endswith("00") else parts


def _currencies(request: HttpRequest) -> dict[str, str]:
    return {pool["id"]: pool["currency"] for pool in rows("recon_pools", {"lane": lane_of(request)})}
