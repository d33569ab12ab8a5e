"""Bands (金额档次): how many checkers an amount needs, by dated rows that two people change.

Reads   approvals_band: of a currency the set with the last date that has begun; where it has none, the set of all currencies ("")
Returns a number of checkers, beside the maker; an act without an amount needs one
Source  issue "People" 4: quorum by amount [K]
"""

from datetime import date

from cunguan.desks.approvals.models import Band


def quorum_of(amount_minor: int | None, currency: str, today: date) -> int:
    """Return how many checkers sign an act."""
    if amount_minor is None:
        return 1
    return max((band.quorum for band in bands(currency, today) if amount_minor > band.above_minor), default=1)


def bands(currency: str, today: date) -> list[Band]:
    """Return the bands of a currency that hold on a day, the lowest first."""
    for named in dict.fromkeys((currency, "")):
        begun = Band.objects.filter(currency=named, since__lte=today)
        last = begun.order_by("-since").values_list("since", flat=True).first()
        if last is not None:
            return list(begun.filter(since=last).order_by("above_minor"))
    return []
