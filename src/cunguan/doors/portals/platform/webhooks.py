"""Webhooks (回调通知): endpoints with what waits and what is dead, deliveries with their tries, and sending again.

Shape   a secret is in the answer to the request that made it, and on no other page; making or replacing one needs a fresh passkey
Source  doors/api/routes/webhooks.py
"""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cunguan.desks.people.roles import PLATFORM
from cunguan.doors.api.routes import webhooks as door
from cunguan.doors.portals.platform.reach import ADMINS, OPERATORS, READERS, Refused, asked, lane_of, read, refusals_to
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.lists import exported, listed, wants_export
from cunguan.doors.portals.shell.reading import rows
from cunguan.doors.portals.signing.begin import step_up

STATES: Final = ("waiting", "delivered", "dead")
EXPORT_MAX: Final = 50_000


# ── endpoints ────────────────────────────────────────────────────────────────
@open_to(PLATFORM, roles=READERS)
def webhooks(request: HttpRequest) -> HttpResponse:
    """List the endpoints; a platform has sixteen at most."""
    found = asked(request, door.some, query=door.WebhookEndpointsQuery(limit=50))
    return render(request, "platform/webhooks.html", {"rows": found.items, **_may(request)})


@open_to(PLATFORM, roles=READERS)
def webhook(request: HttpRequest, id: str) -> HttpResponse:
    """Show one endpoint with what waits and what is dead."""
    return render(request, "platform/webhook.html", {"one": asked(request, door.one, path={"id": id}), **_may(request)})


@require_http_methods(["GET", "POST"])
@open_to(PLATFORM, roles=ADMINS)
def add(request: HttpRequest) -> HttpResponse:
    """Write an endpoint down; its secret is shown once."""
    typed = {
        name: request.POST.get(name, request.GET.get(name, "")).strip()
        for name in ("id", "url", "types", "subjects", "description")
    }
    if request.method != "POST":
        return render(request, "platform/webhook_add.html", {"typed": typed})
    lines = [(_("Endpoint"), typed["id"]), (_("Address"), typed["url"]), (_("Types"), typed["types"] or "*")]
    if (asks := step_up(request, "platform_webhook_add", lines, back=_again(request, typed))) is not None:
        return asks
    try:
        made = asked(request, door.make, body=read(door.NewWebhookEndpoint, id=typed["id"], **_wanted(typed)))
    except Refused as refused:
        messages.error(request, str(refused))
        return render(request, "platform/webhook_add.html", {"typed": typed})
    return render(request, "platform/secret.html", {"one": made})


@require_POST
@open_to(PLATFORM, roles=OPERATORS)
@refusals_to("platform:webhook", "id")
def change(request: HttpRequest, id: str) -> HttpResponse:
    """Change, disable or enable an endpoint."""
    typed = {name: request.POST.get(name, "").strip() for name in ("url", "types", "subjects", "description")}
    body = read(door.WebhookEndpointChange, state=request.POST.get("state", "active"), **_wanted(typed))
    asked(request, door.change, path={"id": id}, body=body)
    messages.success(request, _("The endpoint is changed."))
    return redirect("platform:webhook", id=id)


@require_http_methods(["GET", "POST"])
@open_to(PLATFORM, roles=ADMINS)
def rotate(request: HttpRequest, id: str) -> HttpResponse:
    """Give an endpoint a new secret; the older ones go on signing for the overlap. It is shown once."""
    seen = asked(request, door.one, path={"id": id})
    hours = request.POST.get("overlap_hours", request.GET.get("overlap_hours", "24")).strip()
    if request.method != "POST":
        return render(request, "platform/webhook_rotate.html", {"one": seen, "hours": hours})
    lines = [(_("Endpoint"), id), (_("Older secrets go on for (hours)"), hours)]
    if (
        asks := step_up(request, "platform_webhook_rotate", lines, back=_again(request, {"overlap_hours": hours}))
    ) is not None:
        return asks
    try:
        made = asked(request, door.rotate, path={"id": id}, body=read(door.SecretRotation, overlap_hours=hours))
    except Refused as refused:
        messages.error(request, str(refused))
        return render(request, "platform/webhook_rotate.html", {"one": seen, "hours": hours})
    return render(request, "platform/secret.html", {"one": made})


@require_POST
@open_to(PLATFORM, roles=OPERATORS)
@refusals_to("platform:webhook", "id")
def test(request: HttpRequest, id: str) -> HttpResponse:
    """Send a test event."""
    planned = asked(request, door.test, path={"id": id})
    messages.success(request, _("The test goes out as %(delivery)s.") % {"delivery": planned.delivery})
    return redirect("platform:webhook", id=id)


@require_POST
@open_to(PLATFORM, roles=OPERATORS)
@refusals_to("platform:webhook", "id")
def drive_dead(request: HttpRequest, id: str) -> HttpResponse:
    """Send all dead deliveries again, some at once."""
    driven = asked(request, door.redeliver_dead, path={"id": id})
    messages.success(request, _("%(count)s deliveries go out again.") % {"count": driven.count})
    return redirect("platform:webhook", id=id)


@require_POST
@open_to(PLATFORM, roles=OPERATORS)
@refusals_to("platform:webhook", "id")
def replay(request: HttpRequest, id: str) -> HttpResponse:
    """Tell a range of events again."""
    until = request.POST.get("until", "").strip() or None
    body = read(door.ReplayBody, **{"from": request.POST.get("from", "").strip(), "until": until})
    found = asked(request, door.replay, path={"id": id}, body=body)
    messages.success(
        request, _("Events %(first)s to %(last)s are told again.") % {"first": found.first_seq, "last": found.last_seq}
    )
    return redirect("platform:webhook", id=id)


@require_POST
@open_to(PLATFORM, roles=ADMINS)
@refusals_to("platform:webhook", "id")
def delete(request: HttpRequest, id: str) -> HttpResponse:
    """Delete an endpoint; its id is not given again."""
    asked(request, door.delete, path={"id": id})
    messages.success(request, _("The endpoint is deleted."))
    return redirect("platform:webhooks")


# ── deliveries ───────────────────────────────────────────────────────────────
@open_to(PLATFORM, roles=READERS)
def deliveries(request: HttpRequest) -> HttpResponse:
    """List deliveries, newest first."""
    filters = {name: request.GET.get(name, "").strip() for name in ("state", "endpoint")}

    def some(before: Any, limit: int) -> list[dict[str, Any]]:
        values = {name: value or None for name, value in filters.items()}
        found = rows("platform_deliveries", {"lane": lane_of(request), "before": before, "limit": limit, **values})
        return [{**one, "name": f"{one['endpoint']}:{one['seq']}:{one['number']}"} for one in found]

    if wants_export(request):
        head = ("endpoint", "seq", "number", "type", "subject", "state", "attempts", "planned_at", "ended_at")
        return exported("deliveries", head, ([one[name] for name in head] for one in some(None, EXPORT_MAX)))
    return render(request, "platform/deliveries.html", {
        "list": listed(request, some, lambda one: one["delivery"], filters), "states": STATES,
    })  # fmt: skip


@open_to(PLATFORM, roles=READERS)
def delivery(request: HttpRequest, id: str) -> HttpResponse:
    """Show one delivery with its tries."""
    return render(
        request, "platform/delivery.html", {"one": asked(request, door.delivery, path={"id": id}), **_may(request)}
    )


@require_POST
@open_to(PLATFORM, roles=OPERATORS)
@refusals_to("platform:delivery", "id")
def redeliver(request: HttpRequest, id: str) -> HttpResponse:
    """Send one again, whatever became of it."""
    asked(request, door.redeliver, path={"id": id})
    messages.success(request, _("It goes out again."))
    return redirect("platform:delivery", id=id)


def _wanted(typed: dict[str, str]) -> dict[str, Any]:
    return {
        "url": typed["url"], "types": typed["types"].split() or ["*"], "subjects": typed["subjects"].split() or ["*"],
        "description": typed["description"],
    }  # fmt: skip


def _again(request: HttpRequest, typed: dict[str, str]) -> str:
    """Return where to come back to from signing: the same form, with what was typed."""
    return f"{request.path}?{urlencode(typed)}"


def _may(request: HttpRequest) -> dict[str, bool]:
    roles = request.reader.roles
    return {"may": bool(OPERATORS & roles), "is_admin": bool(ADMINS & roles)}
