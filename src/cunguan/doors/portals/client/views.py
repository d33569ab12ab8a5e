"""The first page of this portal (总览): what the client has with each platform, and what moved last."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cunguan.desks.people.roles import CLIENT
from cunguan.doors.portals.client import moved, words
from cunguan.doors.portals.client.mine import BUCKETS, Mine, accounts
from cunguan.doors.portals.shell.gate import open_to

#: movements that the first page shows
NEWEST = 5


@open_to(CLIENT)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the overview."""
    mine = accounts(request)
    first = next((one for one in mine if one.is_open), None)
    return render(request, "client/home.html", {
        "accounts": [(one, balances(one)) for one in mine], "sums": _sums(mine), "first": first,
        "newest": moved.movements(first, moved.Filter(), None, NEWEST) if first else [],
    })  # fmt: skip


def balances(mine: Mine) -> list[tuple[str, str, str, int]]:
    """Return the five balances: name, word, what it means, amount."""
    return [(name, str(words.BALANCES[name][0]), str(words.BALANCES[name][1]), getattr(mine, name)) for name in BUCKETS]


def _sums(mine: list[Mine]) -> list[tuple[str, int]]:
    """Return all that is his, by currency."""
    every: dict[str, int] = {}
    for one in mine:
        every[one.currency] = every.get(one.currency, 0) + one.total_minor
    some = {currency: minor for currency, minor in every.items() if minor} or every
    return sorted(some.items())
