"""Mandates (长期授权): what a platform may ask in the client's name: grant, look how much was used, take back at once.

Source  domain.md (c.1) A7, A8; issue "People" 5
"""

from datetime import date
from typing import Any, Final

import msgspec
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cunguan.desks.people.roles import CLIENT
from cunguan.doors.portals.client import acting
from cunguan.doors.portals.client import mine as of
from cunguan.doors.portals.client.fields import AmountField, DayField, choice
from cunguan.doors.portals.client.mine import Mine
from cunguan.doors.portals.shell import reading
from cunguan.doors.portals.shell.gate import open_to
from cunguan.kernel.dates import add_months
from cunguan.operations import mandate_grant, mandate_revoke
from cunguan.policy.evaluate import PACKS
from cunguan.states.mandate import MANDATE

#: type -> a word and what it lets the platform do
TYPES: Final[dict[str, tuple[Promise, Promise]]] = {
    "bid": (_("Bids"), _("It may bid for you. What is bid is set aside, and you may lose what is lent.")),
    "repayment": (_("Repayments"), _("It may pay what you owe on your loans when it is due.")),
    "withdrawal": (_("Withdrawals"), _("It may send money to your own card, and nowhere else.")),
}
STATES: Final[dict[str, Promise]] = {
    "active": _("in force"), "exhausted": _("used up"), "expired": _("over"), "revoked": _("revoked"),
}  # fmt: skip


class Row(msgspec.Struct, frozen=True):
    """A standing authority; `percent` is how much of its cap was used."""

    lane: int
    base: int
    id: str
    platform: str
    currency: str
    type: str
    cap_minor: int
    used_minor: int
    until: date
    listing: str
    state: str
    is_over: bool

    @property
    def word(self) -> str:
        """What it is for."""
        return str(TYPES[self.type][0])

    @property
    def meaning(self) -> str:
        """What it lets the platform do."""
        return str(TYPES[self.type][1])

    @property
    def state_word(self) -> str:
        """Its state."""
        return str(STATES["expired" if self.is_over and self.state == "active" else self.state])

    @property
    def may_revoke(self) -> bool:
        """Whether it can still be taken back."""
        return MANDATE.may(self.state, "revoked") and not self.is_over

    @property
    def percent(self) -> int:
        """How much of the cap was used."""
        return min(100, self.used_minor * 100 // self.cap_minor)


class Form(forms.Form):
    """A new standing authority."""

    def __init__(self, mine: Mine, types: list[str], data: Any = None) -> None:
        super().__init__(data)
        months = PACKS[mine.pack].params.get("mandate_months", mandate_grant.MONTHS)
        self.fields["type"] = choice(_("What for"), [(name, TYPES[name][0]) for name in types])
        self.fields["cap"] = AmountField(
            mine.currency,
            label=_("At most, all together"),
            help_text=_("What is bid under it counts until it comes back to you."),
        )
        self.fields["until"] = DayField(
            mine.business_date, add_months(mine.business_date, months), label=_("Last day"),
            help_text=_("You can take it back on any day before."),
        )  # fmt: skip


@open_to(CLIENT)
@require_GET
def mandates(request: HttpRequest) -> HttpResponse:
    """List all of them, over all platforms."""
    return render(request, "client/mandates.html", {
        "accounts": of.accounts(request), "rows": _rows(request), "outcomes": acting.outcomes(request),
    })  # fmt: skip


def _rows(request: HttpRequest) -> list[Row]:
    own = {(one.lane, one.holder): one for one in of.accounts(request)}
    values = {"lanes": [one[0] for one in own], "holders": [one[1] for one in own]}
    return [_row(row, own[row["lane"], row["holder"]]) for row in reading.rows("client_mandates", values)]


def _row(row: dict[str, Any], mine: Mine) -> Row:
    return Row(
        row["lane"], mine.base, row["id"], mine.platform, mine.currency, row["type"], row["cap_minor"], row["used_minor"], row["until"],
        row["listing"], row["state"], row["until"] < mine.business_date,
    )  # fmt: skip


@open_to(CLIENT)
@require_http_methods(["GET", "POST"])
def grant(request: HttpRequest) -> HttpResponse:
    """Ask for what a new one says, and send him to sign it."""
    mine = of.chosen(request)
    if mine is None:
        return render(request, "client/mandate_grant.html", {"mine": None})
    types = allowed(mine)
    form = Form(mine, types, request.POST or None) if types else None
    if request.method == "POST" and form is not None and form.is_valid():
        told = form.cleaned_data
        body = mandate_grant.Body(mine.holder, told["type"], told["cap"], told["until"])
        return acting.confirm(request, mine.lane, mandate_grant.KIND, body, reverse("client:mandates"))
    return render(request, "client/mandate_grant.html", {
        "mine": mine, "accounts": of.accounts(request), "form": form, "types": [TYPES[name] for name in types],
    })  # fmt: skip


def allowed(mine: Mine) -> list[str]:
    """Return the types his role may grant under the pack of the platform."""
    params = PACKS[mine.pack].params
    return [
        name
        for name, (roles, is_allowed) in mandate_grant.TYPES.items()
        if mine.role in roles and params.get(f"mandate_{name}", is_allowed) and mine.state == "active"
    ]


@open_to(CLIENT)
@require_POST
def revoke(request: HttpRequest, lane: int, base: int) -> HttpResponse:
    """Send him to sign that one is taken back."""
    mine = of.account(request, lane, base)
    name = request.POST.get("mandate", "")
    if not any((row.lane, row.base, row.id) == (lane, base, name) and row.may_revoke for row in _rows(request)):
        raise Http404
    body = mandate_revoke.Body(mine.holder, name)
    return acting.confirm(request, lane, mandate_revoke.KIND, body, reverse("client:mandates"))
