"""Suspense (挂账): money the bank shows, whose owner is not known yet or is no client any more, and its way to one.

When    a bank line names nobody, a break is parked, an item finds its owner
Posts   Dr 1010 / Cr 2210 or 2230; allocated: Dr 2210, 2220 or 2230 / Cr 2010
Undone  what was allocated wrongly is corrected by two people; a return to the source is a payout
Source  domain-decisions.md 4, 6; domain.md (c.2) B2, (e.3) BRK08
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import BankAccount, Holder, Pool, SuspenseItem
from cunguan.ledger.chart import pool_account


def money_in_suspense(
    *, bank: BankAccount, pool: Pool, code: str, amount_minor: int, opened: int
) -> tuple[Posting, ...]:
    """Return the posting of money that is here; `code` is 2210, or 2230 for a parked break.

    money_in_suspense
      Dr bank                                   600.00
      Cr pool:main:suspense_unallocated         600.00
    """
    return (Posting(bank.account, pool_account(pool.base, code), amount_minor, None, opened),)


def suspense_allocated(*, pool: Pool, item: SuspenseItem, holder: Holder, amount_minor: int) -> tuple[Posting, ...]:
    """Return the posting that gives an item, or a part of it, to the client it belongs to.

    suspense_allocated
      Dr pool:main:suspense_unallocated         600.00
      Cr holder:L7:available                    600.00
    """
    return (Posting(pool_account(pool.base, item.code), holder.available, amount_minor, None, item.seq),)
