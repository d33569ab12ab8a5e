"""Lend: a full listing is disbursed, its holds named or not; or the platform gives a raise up."""

from cunguan.kernel.rows import Hold, Listing
from tests.simulation.sight import Sight

WEIGHT = 14


def happens(see: Sight) -> list[str] | None:
    """Disburse a full listing; now and then one that is not full, with a hold too few, or give one up."""
    listing = see.row(Listing, "full") or (see.row(Listing, "raising") if see.chance(6) else None)
    if listing is None:
        return None
    if see.chance(8):
        return [f"{listing.id} is given up as {see.new('G')}"]
    named = ""
    if see.chance(4):
        holds = see.rows(Hold, "open", where=lambda hold: hold.listing == listing.id and hold.purpose == "bid")
        holds = holds[1:] if see.chance(3) else holds
        named = " naming " + " ".join(hold.id for hold in holds) if holds else ""
    return [f"{listing.id} is disbursed{named} as {see.new('Z')}"]
