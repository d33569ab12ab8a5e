"""Unconfirmed: a platform leaves days unconfirmed, so that new bids stop; soon they are confirmed, or two people end it."""

from cunguan.kernel.rows import BidStop
from tests.simulation.sight import LANES, Sight

WEIGHT = 3


def happens(see: Sight) -> list[str] | None:
    """End a stop, and only now and then begin one: a week without bids shows little."""
    platform = see.client("lender").platform
    stop = see.house.row(LANES[platform], BidStop, "bids")
    if stop is not None and stop.state == "stopped":
        ends = (f"the days of {platform} are confirmed", f"two people let {platform} take bids as {see.new('v')}")
        return [see.pick.one(ends)]
    if not see.chance(3):
        return None
    return [f"{platform} left {see.day(platform, -3)} to {see.day(platform, -1)} unconfirmed"]
