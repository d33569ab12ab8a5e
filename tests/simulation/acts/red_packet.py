"""Red packet: the platform gives a client some of its marketing money."""

from tests.simulation.sight import Sight, money

WEIGHT = 4


def happens(see: Sight) -> list[str]:
    """Give one, mostly of what is there."""
    client = see.client("lender")
    amount = money(see.near(see.of_pool(client.platform, "2120"), 500))
    return [f"{client.platform} gives {client.name} a red packet of {amount} as {see.new('r')}"]
