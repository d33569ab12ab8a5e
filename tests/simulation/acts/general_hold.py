"""General hold: a client sets money aside, or two people hold some of it; it comes back to its owner, by word or by time."""

from cunguan.kernel.rows import Hold
from tests.simulation.sight import Sight, money

WEIGHT = 6


def happens(see: Sight) -> list[str] | None:
    """Hold something, or give some of it back."""
    hold = see.row(Hold, "open", where=lambda hold: hold.purpose == "general")
    if hold is not None and not see.chance(3):
        return [f"two people give {money(see.near(hold.remaining_minor))} of {hold.id} back as {see.new('u')}"]
    client = see.client()
    free = see.available(client)
    if not free:
        return None
    amount, until = money(see.near(free // 3 + 1, free)), see.day(client.platform, see.pick.one((4, 1, 30)))
    name = see.new("h")
    if see.chance(2):
        return [f"{client.name} sets {amount} aside until {until} as {name}"]
    return [f"two people hold {amount} of {client.name} until {until} as {name}"]
