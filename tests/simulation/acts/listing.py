"""Listing: a borrower asks for money, near his caps or in small; one person asks on both platforms."""

from tests.simulation.sight import Sight, money

WEIGHT = 9
AMOUNTS = (300_002, 90_001, 600_000)


def happens(see: Sight) -> list[str]:
    """Register a listing."""
    client = see.client("borrower")
    amount = see.pick.one((15_000_000, 20_000_000, 30_000_000)) if see.chance(3) else see.pick.one(AMOUNTS)
    rule = see.pick.one(("equal_principal", "bullet", "equal_instalment"))
    until = see.day(client.platform, see.pick.one((7, 9, 5, 2)))
    fee = ", fee platform_fee" if see.chance(2) else ""
    late = ", late 18.25 %" if see.chance(2) else ""
    early = ", early" if see.chance(3) else ""
    months = see.pick.one((1, 2, 3))
    terms = f"{money(amount)} at {see.pick.one(('12 %', '0 %', '7.7777 %'))} for {months} months, {rule}, until {until}"
    listing = see.new("X")
    return [f"{client.name} lists {listing}: {terms}{fee}{late}{early} as {listing}"]
