"""Account (我的账户): one account of the client: its five balances, what makes each of them up, and how it went.

When    the client opens an account from the first page
Reads   balances, what stands open, and what came and went by month; the line and the bars stand as a table too
"""

from datetime import date, timedelta
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from cunguan.desks.people.roles import CLIENT
from cunguan.doors.portals.client import mine as of
from cunguan.doors.portals.client import moved
from cunguan.doors.portals.client.days import seqs_on
from cunguan.doors.portals.client.mine import Mine
from cunguan.doors.portals.client.views import balances
from cunguan.doors.portals.shell import charts, reading
from cunguan.doors.portals.shell.gate import open_to

MONTHS: Final = 12
OPEN_MAX: Final = 100


class Month(msgspec.Struct, frozen=True):
    """A month: what came, what went, and what was there at its end."""

    label: str
    month: str
    came: int
    went: int
    closing: int


@open_to(CLIENT)
@require_GET
def account(request: HttpRequest, lane: int, base: int) -> HttpResponse:
    """Show one account."""
    mine = of.account(request, lane, base)
    months, open_ = history(mine), _open(request, mine)
    return render(request, "client/account.html", {
        "mine": mine, "balances": [(*one, open_.get(one[0], [])) for one in balances(mine)], "months": months,
        "line": charts.line(gettext("Balance at the end of each month"), [charts.Point(one.label, one.closing) for one in months]),
        "bars": charts.bars(gettext("Money in and out by month"), [charts.Bar(one.label, one.came, one.went) for one in months]),
    })  # fmt: skip


def _open(request: HttpRequest, mine: Mine) -> dict[str, list[dict[str, Any]]]:
    """Return what makes up each balance that is not available."""
    values = {
        "lane": mine.lane, "holder": mine.holder, "person": request.reader.reference, "currency": mine.currency,
        "limit": OPEN_MAX,
    }  # fmt: skip
    found: dict[str, list[dict[str, Any]]] = {}
    for row in reading.rows("client_open", values):
        found.setdefault(row["bucket"], []).append(row)
    return found


def history(mine: Mine) -> list[Month]:
    """Return the last months, the oldest first; one that began before anything was posted is left out."""
    firsts = _firsts(mine.business_date)
    bounds = [seq + 1 for seq in seqs_on(mine.lane, [first - timedelta(days=1) for first in firsts])]
    values = {"lane": mine.lane, "base": mine.base, "bounds": bounds, "first": bounds[0], "upto": moved.LAST}
    by_part = {row["part"]: row for row in reading.rows("client_flow", values)}
    made, closing = [], mine.total_minor
    for part in range(len(firsts), 0, -1):
        # months before the lane's first batch all begin at the same sequence: what happened is in the last of them
        came, went = (int(by_part[part][name]) if part in by_part else 0 for name in ("came", "went"))
        month = firsts[part - 1]
        made.append(Month(formats.date_format(month, "YEAR_MONTH_FORMAT"), f"{month:%Y-%m}", came, went, closing))
        closing -= came - went
    return _since_first(made[::-1])


def _firsts(day: date) -> list[date]:
    """Return the first days of the last months, the oldest first.

    >>> [str(one) for one in _firsts(date(2026, 3, 31))[-3:]]
    ['2026-01-01', '2026-02-01', '2026-03-01']
    """
    count = day.year * 12 + day.month - 1
    return [date((count - n) // 12, (count - n) % 12 + 1, 1) for n in reversed(range(MONTHS)) if (count - n) // 12 > 0]


def _since_first(months: list[Month]) -> list[Month]:
    """Leave out the months before the first in which there was anything, but show one in any case."""
    for n, one in enumerate(months):
        if one.came or one.went or one.closing:
            return months[max(n - 1, 0) :]
    return months[-1:]
