"""Limits (提现限额): how much may leave an account by one withdrawal and in a day; lower at once, higher a day later.

Source  transparency.md part 6 "Step-up matrix"; operations/client_limits.py, whose figures stand here
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from cunguan.desks.people.roles import CLIENT
from cunguan.doors.portals.client import acting
from cunguan.doors.portals.client import mine as of
from cunguan.doors.portals.client.fields import AmountField
from cunguan.doors.portals.client.mine import Mine
from cunguan.doors.portals.shell import reading
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.kernel.instruction import Given
from cunguan.kernel.money import exponent_of
from cunguan.kernel.rows import ClientLimit
from cunguan.operations import client_limit, client_limits


class Limits(msgspec.Struct, frozen=True):
    """Limits as they stand now; 0 is none. `later_at` is None where nothing changes later."""

    each_minor: int
    day_minor: int
    left_minor: int
    used_minor: int
    later_each_minor: int
    later_day_minor: int
    later_at: datetime | None


class Form(forms.Form):
    """Other limits; an empty field or 0 is none."""

    def __init__(self, mine: Mine, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        none = _("0 is no limit of this kind.")
        self.fields["each"] = AmountField(
            mine.currency, zero=True, label=_("By one withdrawal at most"), help_text=none
        )
        self.fields["day"] = AmountField(mine.currency, zero=True, label=_("In one day at most"), help_text=none)


@open_to(CLIENT)
@require_http_methods(["GET", "POST"])
def limits(request: HttpRequest) -> HttpResponse:
    """Show the limits of an account, and take others."""
    mine = of.chosen(request)
    if mine is None:
        return render(request, "client/limits.html", {"mine": None})
    now = limits_of(mine)
    initial = {"each": plain(now.each_minor, mine.currency), "day": plain(now.day_minor, mine.currency)}
    form = Form(mine, request.POST or None, initial)
    if request.method == "POST" and form.is_valid():
        body = client_limit.Body(mine.holder, form.cleaned_data["each"], form.cleaned_data["day"])
        return acting.confirm(
            request, mine.lane, client_limit.KIND, body, f"{reverse('client:limits')}?account={mine.key}"
        )
    return render(request, "client/limits.html", {
        "mine": mine, "accounts": of.accounts(request), "form": form, "now": now, "outcomes": acting.outcomes(request),
    })  # fmt: skip


def limits_of(mine: Mine) -> Limits:
    """Return the limits of an account as they stand at this instant."""
    row = reading.row("client_payout", {"lane": mine.lane, "pool": mine.pool, "holder": mine.holder})
    assert row is not None, "an account has a pool"
    return told(mine, row)


def told(mine: Mine, row: dict[str, Any]) -> Limits:
    """Return the limits that a row of client_payout holds."""
    kept = (
        ClientLimit(**{name: row[name] for name in ClientLimit.__struct_fields__})
        if row["id"]
        else client_limits.at_first(mine.holder, mine.currency, mine.business_date)
    )
    given = Given(mine.lane, 0, mine.business_date, house().context.clock.now(), mine.pack, mine.is_sandbox)
    one = client_limits.now(kept, given)
    left = max(0, one.day_minor - one.used_minor) if one.day_minor else 0
    later = datetime.fromtimestamp(one.later_at, UTC) if one.later_at else None
    return Limits(one.each_minor, one.day_minor, left, one.used_minor, one.later_each_minor, one.later_day_minor, later)


def plain(minor: int, currency: str) -> str:
    """Return an amount as a field holds it.

    >>> plain(123_450, "CNY"), plain(5, "JPY")
    ('1234.50', '5')
    """
    exponent = exponent_of(currency)
    whole, part = divmod(minor, 10**exponent)
    return f"{whole}.{part:0{exponent}d}" if exponent else str(whole)
