"""Loss: the bank takes a charge out of the pool; the firm makes it good, at once or later."""

from cunguan.kernel.rows import Shortfall
from tests.simulation.sight import LANES, Sight, money

WEIGHT = 4


def happens(see: Sight) -> list[str] | None:
    """Make a shortfall good, or let the bank take something."""
    short = see.row(Shortfall, where=lambda row: row.made_good_minor < row.amount_minor)
    if short is not None and not see.chance(4):
        return _good(see, short)
    platform = see.pick.one(tuple(LANES))
    if see.house.bank.balance(f"ref:{LANES[platform]}") < 1_000:
        return None
    name = see.new("f")
    said = f"{platform} loses 1.23, bank_charge as {name}"
    return [f"the bank takes 1.23 from {platform} as {name}", said, said]


def made_good(see: Sight) -> list[str]:
    """Let the firm make every shortfall good."""
    short = see.rows(Shortfall, where=lambda row: row.made_good_minor < row.amount_minor)
    return [said for row in short for said in _good(see, row)]


def _good(see: Sight, short: Shortfall) -> list[str]:
    platform = next(p for p, lane in LANES.items() if see.house.row(lane, Shortfall, short.id) is not None)
    name, amount = see.new("f"), money(short.amount_minor - short.made_good_minor)
    said = f"the firm makes {amount} of {short.id} good as {name}"
    return [f"the bank books {amount} at {platform} as {name}", said, said]
