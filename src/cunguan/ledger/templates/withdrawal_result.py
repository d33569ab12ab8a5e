"""Withdrawal result (提现结果): the bank has paid, or it will not.

When    the bank's evidence for that very withdrawal comes in
Posts   settled: Dr 2030 / Cr 1010 and fee Dr 2020 / Cr 2110; rejected: Dr 2030 / Cr 2010 and fee Dr 2020 / Cr 2010
Source  domain-decisions.md 8, 25; domain.md (c.2) B3, B6
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import BankAccount, Hold, Holder, Pool
from cunguan.ledger.chart import pool_account


def withdrawal_paid(*, holder: Holder, bank: BankAccount, amount_minor: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting of money that has left; the bank's evidence stands for an authority here.

    withdrawal_paid
      Dr holder:L7:outbound                     600.00
      Cr bank                                   600.00
    """
    return (Posting(holder.outbound, bank.account, amount_minor, None, opened),)


def withdrawal_refused(*, holder: Holder, amount_minor: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting of money that did not leave: back to its owner.

    withdrawal_refused
      Dr holder:L7:outbound                     600.00
      Cr holder:L7:available                    600.00
    """
    return (Posting(holder.outbound, holder.available, amount_minor, None, opened),)


def withdrawal_fee_earned(*, pool: Pool, hold: Hold, fee_minor: int) -> tuple[Posting, ...]:
    """Return the posting of the fee of a withdrawal that was paid.

    withdrawal_fee_earned
      Dr holder:L7:held                           2.00
      Cr pool:main:platform_fee                   2.00
    """
    return (Posting(hold.account, pool_account(pool.base, "2110"), fee_minor, hold.authority, hold.seq),)


def withdrawal_fee_released(*, holder: Holder, hold: Hold, fee_minor: int) -> tuple[Posting, ...]:
    """Return the posting of a fee that nobody earned: back to its owner.

    withdrawal_fee_released
      Dr holder:L7:held                           2.00
      Cr holder:L7:available                      2.00
    """
    return (Posting(hold.account, holder.available, fee_minor, None, hold.seq),)
