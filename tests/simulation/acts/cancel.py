"""Cancel: a lender takes a bid back, whole, in part, or more than there is."""

from cunguan.kernel.rows import Hold
from tests.simulation.sight import Sight, money

WEIGHT = 7


def happens(see: Sight) -> list[str] | None:
    """Take a hold back."""
    hold = see.row(Hold, "open", where=lambda hold: hold.purpose == "bid")
    if hold is None:
        return None
    amount = see.near(hold.remaining_minor, hold.remaining_minor // 2 + 1)
    return [f"{hold.owner} takes {money(amount)} of {hold.id} back as {see.new('K')}"]
