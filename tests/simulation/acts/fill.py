"""Fill: lenders with money enough raise a listing to its last cent, so that it can be lent."""

from cunguan.kernel.rows import Listing
from tests.simulation.sight import Sight, client_named, money

WEIGHT = 18


def happens(see: Sight) -> list[str] | None:
    """Give two lenders what is missing, and let them bid it."""
    listing: Listing | None = see.row(Listing, "raising", where=lambda row: row.amount_minor < 5_000_000)
    if listing is None:
        return None
    platform = client_named(listing.borrower).platform
    left = listing.amount_minor - listing.held_minor
    said = []
    for part in (left // 3, left - left // 3):
        lender = see.client("lender", platform=platform)
        if part and lender.person != client_named(listing.borrower).person:
            said.append(f"the bank receives {money(part)} for {lender.name} as {see.new('D')}")
            said.append(f"the statement of {platform} is read")
            said.append(f"{lender.name} bids {money(part)} on {listing.id} as {see.new('H')}")
    return [*said, f"{listing.id} is disbursed as {see.new('Z')}"] if see.chance(2) else said
