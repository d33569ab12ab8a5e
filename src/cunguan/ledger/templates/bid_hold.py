"""Bid hold (投标冻结): set a lender's money, and marketing money beside it, aside for one listing.

When    a bid is accepted while the listing is raising
Posts   Dr 2010 lender / Cr 2020 lender; Dr 2120 platform / Cr 2125 platform
Undone  bid_release (撤标, 流标); consumed by disbursement (放款)
Source  domain-decisions.md 14; domain.md (c.3) C3
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Holder, Pool
from cunguan.ledger.chart import pool_account


def bid_hold(*, lender: Holder, amount_minor: int, authority: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting of one bid hold.

    bid_hold
      Dr lender:L7:available             600.00
      Cr lender:L7:held                  600.00
    """
    return (Posting(lender.available, lender.held, amount_minor, authority, opened),)


def marketing_hold(*, pool: Pool, amount_minor: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting that holds a red packet; the platform's own money, moved within its owner.

    marketing_hold
      Dr platform_marketing              100.00
      Cr platform_marketing_held         100.00
    """
    return (Posting(pool_account(pool.base, "2120"), pool_account(pool.base, "2125"), amount_minor, None, opened),)
