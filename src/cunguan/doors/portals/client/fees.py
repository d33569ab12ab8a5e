"""Fees (收费标准): the schedules of a platform in words, and the client's agreement to a version of one.

Source  domain-decisions.md 11: nothing is charged but by a version the client confirmed
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cunguan.desks.people.roles import CLIENT
from cunguan.doors.portals.client import acting, fee_terms
from cunguan.doors.portals.client import mine as of
from cunguan.doors.portals.shell.gate import open_to
from cunguan.operations import fee_consent


@open_to(CLIENT)
@require_GET
def fees(request: HttpRequest) -> HttpResponse:
    """Show the schedules, and which version he agreed to."""
    mine = of.chosen(request)
    if mine is None:
        return render(request, "client/fees.html", {"mine": None})
    return render(request, "client/fees.html", {
        "mine": mine, "accounts": of.accounts(request), "terms": fee_terms.terms(mine), "outcomes": acting.outcomes(request),
    })  # fmt: skip


@open_to(CLIENT)
@require_POST
def agree(request: HttpRequest, lane: int, base: int) -> HttpResponse:
    """Send him to sign a version."""
    mine = of.account(request, lane, base)
    schedule, version = request.POST.get("schedule", ""), request.POST.get("version", "")
    for one in fee_terms.terms(mine):
        if (one.schedule, str(one.version)) == (schedule, version) and one.may_confirm:
            body = fee_consent.Body(mine.holder, one.schedule, one.version)
            back = f"{reverse('client:fees')}?account={mine.key}"
            return acting.confirm(request, mine.lane, fee_consent.KIND, body, back)
    raise Http404
