"""Statements (对账单): a month, or any range of dates, on the page and as PDF.

When    the client wants to keep or hand in what happened in his account
Reads   the months since the account's lane was opened; a period ends with the lane's business date at the latest
Returns the page; the PDF, where typst is installed
"""

from datetime import date, timedelta
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from cunguan.desks.people.roles import CLIENT
from cunguan.doors.portals.client import paper as papers
from cunguan.doors.portals.client.accounts import history
from cunguan.doors.portals.client.days import seqs_on
from cunguan.doors.portals.client.mine import Mine, account, accounts, chosen
from cunguan.doors.portals.client.receipts import as_file, no_paper
from cunguan.doors.portals.shell.gate import open_to

#: a longer period is asked for in parts
DAYS_MAX: Final = 366


@open_to(CLIENT)
@require_GET
def statements(request: HttpRequest) -> HttpResponse:
    """Show the months, and a form for any range."""
    mine = chosen(request)
    if mine is None:
        return render(request, "client/statements.html", {"mine": None})
    return render(request, "client/statements.html", {
        "mine": mine, "accounts": accounts(request), "months": history(mine)[::-1], "wrong": request.GET.get("wrong") == "period",
        "days": DAYS_MAX,
    })  # fmt: skip


@open_to(CLIENT)
@require_GET
def paper(request: HttpRequest, lane: int, base: int) -> HttpResponse:
    """Give a statement as PDF."""
    mine = account(request, lane, base)
    period = _period(mine, request)
    if period is None:
        text = gettext("Say a first and a last day of at most %(days)d days, none of which is still to come.") % {
            "days": DAYS_MAX
        }
        return render(request, "client/not_yet.html", {"why": text}, status=422)
    first, last = period
    after, upto = seqs_on(lane, [first - timedelta(days=1), last])
    try:
        made = papers.of_period(mine, after, upto, first, last)
    except ImportError as missing:
        return no_paper(request, missing)
    return as_file(made, f"statement-{mine.key}-{first}-{last}.pdf")


def _period(mine: Mine, request: HttpRequest) -> tuple[date, date] | None:
    """Return the days that were asked for: a month as ?month=2026-03, or ?from= and ?until=; None for what is no period."""
    month = request.GET.get("month", "")
    try:
        if month:
            first = date.fromisoformat(f"{month}-01")
            last = min((first + timedelta(days=31)).replace(day=1) - timedelta(days=1), mine.business_date)
        else:
            first, last = (date.fromisoformat(request.GET.get(name, "")) for name in ("from", "until"))
    except (ValueError, OverflowError):
        if month:
            raise Http404 from None
        return None
    is_one = date.min < first <= last <= mine.business_date and (last - first).days < DAYS_MAX
    return (first, last) if is_one else None
