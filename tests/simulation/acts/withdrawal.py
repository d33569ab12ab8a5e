"""Withdrawal: a client takes money out, near what he has; the bank does with it whatever it means to do."""

from cunguan.kernel.rows import Card
from tests.scenarios.words.simulation import FATES
from tests.simulation.sight import Sight, client_named, money

WEIGHT = 16
PLAIN = ("paid at once", "paid without a word", "paid late")


def happens(see: Sight) -> list[str] | None:
    """Withdraw to a card; with a fee now and then, and a fate at the bank."""
    card = see.row(Card, "active", where=lambda card: see.available(client_named(card.holder)) > 0)
    if card is None:
        return None
    free = see.available(client_named(card.holder))
    name = see.new("W")
    fee = " with the fee withdrawal_fee" if see.chance(3) else ""
    fate = see.pick.one(PLAIN) if see.chance(3) else see.pick.one(tuple(FATES))
    said = [f"the bank means {name} to be {fate}"]
    said += [f"{card.holder} withdraws {money(see.near(free // 2, free, free // 5 + 1))}{fee} as {name}"]
    return [*said, "the plane keeps house"] if see.chance(2) else said
