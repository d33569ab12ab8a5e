"""Breakdown: the plane dies between two steps of what follows, a batch fails, or nobody hears of a commit."""

from tests.simulation.sight import Sight

WEIGHT = 10


def happens(see: Sight) -> list[str]:
    """Arm a fault; what follows runs into it. Every third time the plane is keeping house then."""
    kind = see.pick.one(("dies", "dies", "dies", "fails", "silent", "stops"))
    if kind == "stops":
        return ["the writer stops"]
    said = {"fails": "the next batch fails", "silent": "the next commit is not heard of"}.get(kind)
    said = said or f"the plane dies after {see.pick.one((1, 2, 3, 4, 5, 7, 9))} steps"
    return [said, "the plane keeps house"] if see.chance(3) else [said]
