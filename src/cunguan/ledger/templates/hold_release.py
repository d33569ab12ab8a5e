"""Hold release (解冻): what was set aside returns to its owner, to nobody else.

When    a bid is cancelled (撤标), a raise fails (流标), or a hold's time is over
Posts   Dr 2020 owner / Cr 2010 owner; Dr 2125 platform / Cr 2120 platform
Undoes  bid_hold, repayment hold, fee hold. It cites what opened the hold; it needs no authority
Source  domain-decisions.md 8, 13, 14; invariant 7
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Hold, Holder, Pool
from cunguan.ledger.chart import pool_account


def hold_release(*, hold: Hold, owner: Holder, amount_minor: int) -> Posting:
    """Return the posting that gives held money back.

    hold_release
      Dr lender:L7:held                  600.00
      Cr lender:L7:available             600.00
    """
    return Posting(hold.account, owner.available, amount_minor, None, hold.seq)


def marketing_release(*, hold: Hold, pool: Pool, amount_minor: int) -> Posting:
    """Return the posting that gives a red packet back to the platform.

    marketing_release
      Dr platform_marketing_held         100.00
      Cr platform_marketing              100.00
    """
    return Posting(hold.account, pool_account(pool.base, "2120"), amount_minor, None, hold.seq)
