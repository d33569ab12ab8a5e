"""Deposit settlement (充值清算): the channel has paid the pool, or it never will.

When    the bank's or the channel's evidence for one uncleared deposit comes in
Posts   settled: Dr 1010 / Cr 1020 and Dr 2015 / Cr 2010; failed: Dr 2015 / Cr 1020
        settled after it had failed: Dr 1010 / Cr 2210
Source  domain-decisions.md 5, 8; domain.md (c.2) B1
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Clearing, Holder, Pool
from cunguan.ledger.chart import pool_account


def deposit_settled(
    *, bank: int, clearing: Clearing, holder: Holder, amount_minor: int, opened: int
) -> tuple[Posting, ...]:
    """Return the postings that turn uncleared money into money the holder may use.

    deposit_settled
      Dr bank                                   600.00
      Cr clearing:main:demobank:2024-03-04      600.00
      Dr holder:L7:uncleared                    600.00
      Cr holder:L7:available                    600.00
    """
    return (
        Posting(bank, clearing.account, amount_minor),
        Posting(holder.uncleared, holder.available, amount_minor, None, opened),
    )


def deposit_failed(*, clearing: Clearing, holder: Holder, amount_minor: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting that takes back money which never came; it was never the client's to use.

    deposit_failed
      Dr holder:L7:uncleared                    600.00
      Cr clearing:main:demobank:2024-03-04      600.00
    """
    return (Posting(holder.uncleared, clearing.account, amount_minor, None, opened),)


def paid_after_failure(*, bank: int, pool: Pool, amount_minor: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting of money that came although its deposit had failed: the bank has it, so do the books.

    paid_after_failure
      Dr bank                                   600.00
      Cr pool:main:suspense_unallocated         600.00
    """
    return (Posting(bank, pool_account(pool.base, "2210"), amount_minor, None, opened),)
