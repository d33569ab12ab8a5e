"""Suspense: money comes that nobody knows the owner of, or from a stranger; later two people allocate it."""

from cunguan.kernel.rows import SuspenseItem
from tests.simulation.sight import Sight, money

WEIGHT = 6


def happens(see: Sight) -> list[str]:
    """Allocate an item, or let one come; the instruction is asked twice, as the bank's line is there already."""
    item = see.row(SuspenseItem, where=lambda item: item.left_minor > 0 and item.code == "2210")
    client, name = see.client(), see.new("i")
    if item is not None and not see.chance(3):
        return [f"two people allocate {money(see.near(item.left_minor))} of {item.id} to {client.name} as {name}"]
    amount = money(see.near(80_000, 3))
    said = f"unknown money of {amount} comes to {client.platform} as {name}"
    if see.chance(2):
        said = f"a stranger pays {amount} for {client.name} as {name}"
    return [f"the bank books {amount} at {client.platform} as {name}", said, said]
