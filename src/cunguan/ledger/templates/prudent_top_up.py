"""Prudent top-up (审慎补足): the firm's own money in the pool, dated and with its reason.

When    the firm keeps more in the pool than is owed; it goes back as a payout, only while cover holds after it
Posts   Dr 1010 / Cr 3010
Source  domain-decisions.md 4 (B11); invariant 15
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import BankAccount, Pool
from cunguan.ledger.chart import pool_account


def prudent_top_up(*, bank: BankAccount, pool: Pool, amount_minor: int) -> tuple[Posting, ...]:
    """Return the posting of the firm's own money that comes in.

    prudent_top_up
      Dr custody_bank_account                    20.00
      Cr custodian_own                           20.00
    """
    return (Posting(bank.account, pool_account(pool.base, "3010"), amount_minor),)
