"""Sale of a claim: a lender offers his claim or a part of it, another one buys, or the offer is taken back."""

from cunguan.kernel.rows import Claim, ClaimSale
from tests.simulation.sight import Sight, client_named, money

WEIGHT = 10


def happens(see: Sight) -> list[str] | None:
    """Buy what is on sale, take it back, or offer something."""
    sale = see.row(ClaimSale, "open")
    if sale is not None and not see.chance(4):
        return _buy(see, sale)
    claim = see.row(Claim, "active", where=lambda claim: claim.principal_minor > 0)
    if claim is None:
        return None
    share, until = (
        see.near(claim.principal_minor),
        see.day(client_named(claim.holder).platform, see.pick.one((5, 1, 20))),
    )
    terms = f"{money(share)} of claim {claim.id} for {money(share // 2 + 1)} until {until}"
    return [f"{claim.holder} offers {terms} as {see.new('s')}"]


def _buy(see: Sight, sale: ClaimSale) -> list[str]:
    platform = client_named(sale.seller).platform
    if see.chance(5):
        return [f"{sale.seller} takes the sale {sale.id} back as {see.new('k')}"]
    buyer = see.client("lender", platform=platform)
    share = see.near(sale.left_minor, sale.left_minor // 2 + 1)
    price = see.near(share, share + 100)
    said = [
        f"the bank receives {money(price)} for {buyer.name} as {see.new('D')}",
        f"the statement of {platform} is read",
    ]
    bought = f"{buyer.name} buys {money(share)} of {sale.id} for {money(price)} as {see.new('b')}"
    return [*(said if see.available(buyer) < price else ()), bought]
