"""Close: one platform closes its day before the other does; a second close is the first one again."""

from datetime import timedelta

from tests.simulation.sight import LANES, Sight

WEIGHT = 2


def happens(see: Sight) -> list[str] | None:
    """Close the day of a platform that is not ahead of the others."""
    platform = see.pick.one(tuple(LANES))
    today = see.today(platform)
    if today > min(see.today(other) for other in LANES) or see.chance(4):
        today -= timedelta(days=1)
    return [f"{platform} closes {today}, next is {today + timedelta(days=1)}"]
