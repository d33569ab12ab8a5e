"""Payout (付款): money leaves the pool that is no client's withdrawal.

When    fees, unused money, a partner's share, a return to the source or a legal taking is paid; the bank's word decides
Posts   set aside: Dr where it stood / Cr 2155 or 2030; paid: Dr 2155, 2030, 2210, 2220, 2230 or 3010 / Cr 1010;
        rejected or cancelled: back to where it stood; sent back days later: Dr 1010 / Cr where it stood, or 2220
Source  invariant 8; domain-decisions.md 4 (B11, B14), 28; domain.md (c.2) B9
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import BankAccount, Payout, Pool
from cunguan.ledger.chart import pool_account


def payout_set_aside(*, payout: Payout) -> tuple[Posting, ...]:
    """Return the posting of money that waits for its message to leave.

    payout_set_aside
      Dr pool:main:platform_fee                 600.00
      Cr pool:main:platform_outbound            600.00
    """
    return (Posting(payout.came_from, payout.account, payout.amount_minor, payout.authority, payout.seq),)


def payout_paid(*, payout: Payout, bank: BankAccount, opened: int) -> tuple[Posting, ...]:
    """Return the posting of money that has left; `opened` is what brought it to the account it leaves.

    payout_paid
      Dr pool:main:platform_outbound            600.00
      Cr bank                                   600.00
    """
    return (Posting(payout.account, bank.account, payout.amount_minor, payout.authority, opened),)


def payout_given_back(*, payout: Payout) -> tuple[Posting, ...]:
    """Return the posting of money that did not leave: back to where it stood.

    payout_given_back
      Dr pool:main:platform_outbound            600.00
      Cr pool:main:platform_fee                 600.00
    """
    return (Posting(payout.account, payout.came_from, payout.amount_minor, None, payout.seq),)


def payout_came_back(*, payout: Payout, bank: BankAccount) -> tuple[Posting, ...]:
    """Return the posting of money its payee's bank sent back: it stands where it stood before.

    payout_came_back
      Dr bank                                   600.00
      Cr pool:main:platform_fee                 600.00
    """
    return (Posting(bank.account, payout.came_from or payout.account, payout.amount_minor),)


def payout_in_suspense(*, payout: Payout, bank: BankAccount, pool: Pool, opened: int) -> tuple[Posting, ...]:
    """Return the posting of money that was sent back and has no account of its own any more.

    payout_in_suspense
      Dr bank                                   600.00
      Cr pool:main:suspense_returned            600.00
    """
    return (Posting(bank.account, pool_account(pool.base, "2220"), payout.amount_minor, None, opened),)
