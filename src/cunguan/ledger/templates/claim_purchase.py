"""Claim purchase (债权认购): the buyer's price is set aside for the seller and paid to him in the same journal.

When    a buyer takes a share of a claim that is on sale
Posts   Dr 2010 buyer / Cr 2020 buyer; Dr 2020 buyer / Cr 2010 seller; Dr 2010 buyer / Cr 2110 the agreed fee
Cites   the buyer's confirmation; for the fee his confirmation of the fee schedule
Source  domain-decisions.md 12, 21; domain.md (c.3) C16
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Holder, Pool
from cunguan.ledger.chart import pool_account


def purchase_hold(*, buyer: Holder, amount_minor: int, authority: int, opened: int) -> Posting:
    """Return the posting that sets the price aside.

    purchase_hold
      Dr lender:L1:available          19,800.00
      Cr lender:L1:held               19,800.00
    """
    return Posting(buyer.available, buyer.held, amount_minor, authority, opened)


def purchase(*, buyer: Holder, seller: Holder, amount_minor: int, authority: int, opened: int) -> Posting:
    """Return the posting that pays the seller.

    purchase
      Dr lender:L1:held               19,800.00
      Cr lender:L2:available          19,800.00
    """
    return Posting(buyer.held, seller.available, amount_minor, authority, opened)


def purchase_fee(*, buyer: Holder, pool: Pool, amount_minor: int, authority: int) -> Posting:
    """Return the posting of the platform's fee.

    purchase_fee
      Dr lender:L1:available              19.80
      Cr platform_fee                     19.80
    """
    return Posting(buyer.available, pool_account(pool.base, "2110"), amount_minor, authority)
