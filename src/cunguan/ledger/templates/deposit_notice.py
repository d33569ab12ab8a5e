"""Deposit notice (充值在途): the channel says paid; the money is owed by the channel and is in nobody's reach.

When    a channel reports a payment before it settles with the pool
Posts   Dr 1020 channel and settlement date / Cr 2015 holder
Undone  deposit_settlement, settled or failed
Source  domain-decisions.md 1(b), 5; domain.md (c.2) B1
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Holder


def deposit_notice(*, clearing: int, holder: Holder, amount_minor: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting of one uncleared deposit.

    deposit_notice
      Dr clearing:main:demobank:2024-03-04      600.00
      Cr holder:L7:uncleared                    600.00
    """
    return (Posting(clearing, holder.uncleared, amount_minor, None, opened),)
