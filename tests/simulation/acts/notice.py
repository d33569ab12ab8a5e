"""Notice: a channel says that a client has paid; the money comes later, or never, or after the channel said never."""

from cunguan.kernel.rows import Deposit
from tests.simulation.sight import Sight, money

WEIGHT = 8


def happens(see: Sight) -> list[str]:
    """Announce a deposit, or end one that was announced."""
    waiting = see.row(Deposit, "uncleared")
    if waiting is None or see.chance(2):
        client = see.client()
        due = see.day(client.platform, see.pick.one((1, 2)))
        channel = see.pick.one(("quick", "slow"))
        return [f"{channel} says {client.name} paid {money(see.near(400_000, 70_001))}, due {due} as {see.new('N')}"]
    if see.chance(4):
        said = [f"deposit {waiting.id} fails"]
        late = [f"the bank is paid for deposit {waiting.id}", f"deposit {waiting.id} settles"]
        return said + late if see.chance(3) else said
    return [f"the bank is paid for deposit {waiting.id}", f"deposit {waiting.id} settles"]
