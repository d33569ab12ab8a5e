"""Statement: a bank's statement is read, also where nothing is new on it."""

from tests.simulation.sight import LANES, Sight

WEIGHT = 3


def happens(see: Sight) -> list[str] | None:
    """Read the statement of a platform that has receipts."""
    lanes = {lane for lane, _, _ in see.house.receipts.values()}
    platform = see.one([name for name, lane in LANES.items() if lane in lanes])
    return platform and [f"the statement of {platform} is read"]
