"""Papers: a client binds a card, confirms the fees; a platform pays marketing money in."""

from tests.simulation.sight import Sight, money

WEIGHT = 4


def happens(see: Sight) -> list[str]:
    """Do one of these."""
    client = see.client()
    kind = see.pick.one(("card", "fees", "marketing"))
    if kind == "card":
        return [f"{client.name} binds a card as {see.new('J')}"]
    if kind == "fees":
        return [f"{client.name} confirms the fees as {see.new('F')}"]
    amount = money(see.near(100_000, 7))
    said = f"the bank receives {amount} of {client.platform} for marketing as {see.new('I')}"
    return [said, f"the statement of {client.platform} is read"]
