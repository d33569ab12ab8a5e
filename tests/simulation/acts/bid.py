"""Bid: lenders offer what is left of a listing, more than that, or what they have; alone or many at once."""

from cunguan.kernel.rows import Listing, Mandate
from tests.simulation.sight import LANES, Sight, client_named, money

WEIGHT = 30


def happens(see: Sight) -> list[str] | None:
    """Bid on a raising listing; now and then with a red packet, under a mandate, or several times at once."""
    listing: Listing | None = see.row(Listing, "raising")
    if listing is None:
        return None
    platform = client_named(listing.borrower).platform
    lender = see.client("lender", platform=platform)
    left, free = listing.amount_minor - listing.held_minor, see.available(lender)
    if free == 0:
        return None
    packet = see.near(see.of_pool(platform, "2120"), left // 10 + 1) if see.chance(4) else 0
    packet = min(packet, max(left - 1, 0)) if not see.chance(6) else packet
    amount = see.near(min(max(left - packet, 1), free), max(left // 2, 1), left + 1)
    mandates = see.rows(Mandate, "active", where=lambda m: (m.holder, m.type) == (lender.name, "bid"))
    mandate = see.one(mandates) if see.chance(2) else None
    tail = (f" with {money(packet)} of marketing" if packet else "") + (f" under {mandate.id}" if mandate else "")
    times = "3 times " if see.chance(8) else ""
    assert LANES[platform]
    return [f"{times}{lender.name} bids {money(amount)} on {listing.id}{tail} as {see.new('H')}"]
