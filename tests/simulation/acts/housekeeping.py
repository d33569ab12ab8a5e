"""Housekeeping: the plane does what it owes."""

from tests.simulation.sight import Sight

WEIGHT = 8


def happens(see: Sight) -> list[str]:
    """Let the plane do one round."""
    return ["the plane keeps house"]
