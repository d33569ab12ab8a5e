"""Mandate: a client gives a standing authority, with a cap and a day; or takes one back while it is in use."""

from cunguan.kernel.rows import Mandate
from tests.simulation.sight import Sight, money

WEIGHT = 7


def happens(see: Sight) -> list[str]:
    """Grant or revoke a mandate."""
    active = see.row(Mandate, "active")
    if active is not None and see.chance(3):
        return [f"{active.holder} revokes {active.id} as {see.new('R')}"]
    type, role = see.pick.one((("bid", "lender"), ("bid", "lender"), ("repayment", "borrower")))
    client = see.client(role)
    until = see.day(client.platform, see.pick.one((30, 3, 1, 0)))
    return [f"{client.name} mandates {type} up to {money(see.near(900_000, 100_000))} until {until} as {see.new('A')}"]
