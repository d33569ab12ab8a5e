"""Requests (待确认的授权请求): what platforms ask the client to confirm, with what he should know before he does.

When    a platform asked (POST /v1/authorisations), and he has not answered
Shape   each with all its fields in words, its fee, and of a bid the listing and its risks; confirming is signing the same instruction
        under the same id, so that the platform hears of it; declining is at once
Source  domain-decisions.md 8, 10; issue "People" 5, 8
"""

from datetime import date, datetime
from typing import Any

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from cunguan.desks.people.roles import CLIENT
from cunguan.doors.api import authorisations, shown
from cunguan.doors.api.authorisations import Authorisation
from cunguan.doors.api.context import Context
from cunguan.doors.portals.client import acting
from cunguan.doors.portals.client import mine as of
from cunguan.doors.portals.client.holdings import rate_of
from cunguan.doors.portals.client.mine import Mine
from cunguan.doors.portals.shell import reading
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.tongue import tongue
from cunguan.operations.catalogue import operation


class Row(msgspec.Struct, frozen=True):
    """A request of the list."""

    mine: Mine
    id: str
    title: str
    about: list[tuple[str, str]]
    asked_at: datetime
    expires_at: datetime


class Risks(msgspec.Struct, frozen=True):
    """What a lender should know of a listing."""

    listing: str
    amount_minor: int
    left_minor: int
    rate: str
    months: int
    raise_until: date
    is_guaranteed: bool
    is_early: bool


@open_to(CLIENT)
@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """List what waits."""
    own = {(one.lane, one.holder): one for one in of.accounts(request)}
    values = {
        "lanes": [one[0] for one in own], "holders": [one[1] for one in own], "now": house().context.clock.now(),
    }  # fmt: skip
    rows = [
        Row(
            own[row["lane"], row["owner"]],
            row["id"],
            title_of(row["kind"]),
            _about(row),
            row["asked_at"],
            row["expires_at"],
        )
        for row in reading.rows("client_requests", values)
    ]
    return render(request, "client/requests.html", {"rows": rows, "outcomes": acting.outcomes(request)})


def _about(row: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what tells one request of a kind from the next: the listing and the amounts."""
    body = msgspec.json.decode(row["body"])
    view = shown.View(row["kind"], row["platform"], False, row["currency"], _told_apart(body), None, ())
    return list(shown.rows(view, tongue()))


def _told_apart(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name == "listing" or name.endswith("_minor")}


def title_of(kind: str) -> str:
    """Return what a kind asks for, in a few words."""
    return shown.word(shown.TITLES[kind], tongue()) if kind in shown.TITLES else kind


@open_to(CLIENT)
@require_GET
def asked(request: HttpRequest, lane: int, base: int, name: str) -> HttpResponse:
    """Show one with all its fields."""
    mine = of.account(request, lane, base)
    found = _waiting(mine, name)
    view = house().call(shown.of, found)
    language = tongue()
    return render(request, "client/request.html", {
        "mine": mine, "asked": found, "title": shown.title(view, language), "means": shown.means(view, language),
        "rows": list(shown.rows(view, language)), "fee_minor": view.fee_minor, "risks": _risks(mine, view.body, found.kind),
    })  # fmt: skip


def _waiting(mine: Mine, name: str) -> Authorisation:
    async def found(context: Context) -> Authorisation | None:
        return await authorisations.find(context, mine.lane, name)

    one = house().call(found)
    if one is None or one.owner != mine.holder or one.state != "waiting":
        raise Http404
    return one


def _risks(mine: Mine, body: dict[str, Any], kind: str) -> Risks | None:
    if kind not in ("bid_hold", "claim_purchase") or not body.get("listing"):
        return None
    row = reading.row("client_listing", {"lane": mine.lane, "listing": body["listing"]})
    if row is None:
        return None
    return Risks(
        row["id"], row["amount_minor"], row["amount_minor"] - row["held_minor"] - row["lent_minor"], rate_of(row["rate_e6"]),
        row["months"], row["raise_until"], row["is_guaranteed"], row["early"],
    )  # fmt: skip


@open_to(CLIENT)
@require_POST
def sign(request: HttpRequest, lane: int, base: int, name: str) -> HttpResponse:
    """Send him to sign it."""
    mine = of.account(request, lane, base)
    found = _waiting(mine, name)
    body = msgspec.json.decode(found.body, type=operation(found.kind).body)
    return acting.confirm(request, lane, found.kind, body, reverse("client:requests"), found.id)


@open_to(CLIENT)
@require_POST
def decline(request: HttpRequest, lane: int, base: int, name: str) -> HttpResponse:
    """Say no."""
    mine = of.account(request, lane, base)
    house().call(authorisations.decline, _waiting(mine, name))
    messages.success(request, gettext("You said no. Nothing was moved."))
    return redirect("client:requests")
