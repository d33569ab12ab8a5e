"""Withdrawal return (退汇): the payee's bank sends the money back, days after it was paid.

When    a credit on the pool's account refers to a withdrawal that was paid
Posts   Dr 1010 / Cr 2220, and in the same journal Dr 2220 / Cr 2010; a closed account: the first alone
Source  domain-decisions.md 29; domain.md (c.2) B6
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import BankAccount, Holder, Pool
from cunguan.ledger.chart import pool_account


def withdrawal_returned(*, bank: BankAccount, pool: Pool, amount_minor: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting of the money that came back.

    withdrawal_returned
      Dr bank                                   600.00
      Cr pool:main:suspense_returned            600.00
    """
    return (Posting(bank.account, pool_account(pool.base, "2220"), amount_minor, None, opened),)


def withdrawal_recredited(*, pool: Pool, holder: Holder, amount_minor: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting that gives it to its owner again.

    withdrawal_recredited
      Dr pool:main:suspense_returned            600.00
      Cr holder:L7:available                    600.00
    """
    return (Posting(pool_account(pool.base, "2220"), holder.available, amount_minor, None, opened),)
