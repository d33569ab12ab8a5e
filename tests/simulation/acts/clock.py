"""Clock: the clock stands still, goes on, or jumps; no business date moves by it."""

from tests.simulation.sight import Sight

WEIGHT = 3


def happens(see: Sight) -> list[str]:
    """Do one of these."""
    return [
        see.pick.one(
            ("the clock stands still", "the clock goes on", "the clock jumps 9 hours", "the clock jumps 30 hours")
        )
    ]
