"""Intercept: a client takes a withdrawal back, or two people stop it, before it was sent."""

from cunguan.kernel.rows import Withdrawal
from tests.simulation.sight import Sight

WEIGHT = 4


def happens(see: Sight) -> list[str] | None:
    """Stop a withdrawal that has not left, or ask it of one that has."""
    held = see.row(Withdrawal, "held") or (see.row(Withdrawal) if see.chance(3) else None)
    if held is None:
        return None
    if see.chance(2):
        return [f"two people intercept the withdrawal {held.id} as {see.new('t')}"]
    return [f"{held.holder} takes the withdrawal {held.id} back as {see.new('t')}"]
