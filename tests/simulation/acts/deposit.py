"""Deposit: money comes to the bank for a client; the books hear of it when the statement is read, once or often."""

from tests.simulation.sight import Sight, money

WEIGHT = 12


def happens(see: Sight) -> list[str]:
    """Let the bank receive money; mostly the statement is read at once, now and then later or twice."""
    client = see.client()
    said = [f"the bank receives {money(see.near(3_000_000, 500_000, 60_001))} for {client.name} as {see.new('D')}"]
    if see.chance(4):
        return said
    return said + [f"the statement of {client.platform} is read"] * (2 if see.chance(5) else 1)
