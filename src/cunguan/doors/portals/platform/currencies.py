"""Currencies (币种): which currency an amount of the platform's is in, so that people read and write amounts and no minor units.

When    a page shows or takes an amount that the API tells in minor units without its currency
Shape   a client's currency is his pool's; sums over all pools have a currency only where all pools have the same one
Errors  Refused: no such client or bank account; what was written is no amount of its currency
"""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cunguan.doors.portals.platform.reach import Refused, lane_of
from cunguan.doors.portals.shell.amounts import AmountWrong, read_amount
from cunguan.doors.portals.shell.reading import rows


def currencies_of(request: HttpRequest, holders: Iterable[str]) -> dict[str, str]:
    """Return the currencies of clients by their accounts."""
    found = rows("check_currencies", {"lane": lane_of(request), "ids": sorted(set(holders))})
    return {one["id"]: one["currency"] for one in found}


def currency_of(request: HttpRequest, holder: str) -> str:
    """Return the currency of one client's account."""
    found = currencies_of(request, [holder]).get(holder)
    if found is None:
        raise Refused(_("You have no client with this account."))
    return found


def only_currency(request: HttpRequest) -> str:
    """Return the currency of all the platform's pools, "" where they have several."""
    found = {pool["currency"] for pool in rows("recon_pools", {"lane": lane_of(request)})}
    return found.pop() if len(found) == 1 else ""


def minor_of(text: str, currency: str) -> int:
    """Return what somebody wrote in minor units."""
    try:
        return read_amount(text, currency)
    except AmountWrong as wrong:
        raise Refused(str(wrong)) from None
