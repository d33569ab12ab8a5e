"""Legal order: a court has a person's money frozen over both platforms, lets go of some of it, or of all."""

from typing import Any

from cunguan.kernel.rows import LegalOrder
from tests.simulation.sight import Sight, money

WEIGHT = 6


def happens(see: Sight) -> list[str]:
    """Freeze, or lift; the lanes hear of it when the plane keeps house."""
    found: list[Any] = list(see.house.store.all(0, LegalOrder))
    order = see.one([order for order in found if order.state in ("waiting", "partly_filled", "in_force")])
    if order is not None and not see.chance(3):
        some = f"{money(see.near(order.amount_minor // 2, 100))} of " if see.chance(2) else ""
        said = f"court1 lifts {some}{order.id} as {see.new('l')}"
    else:
        person = see.pick.one(("Ann", "Bob", "Ben", "Coy"))
        said = f"court1 orders {money(see.near(300_000, 5_000_000, 100))} of person {person} frozen as {see.new('o')}"
    return [said, "the plane keeps house"] if see.chance(2) else [said]
