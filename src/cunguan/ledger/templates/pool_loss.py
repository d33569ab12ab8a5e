"""Pool loss (资金缺口): the bank took a charge, or money is gone; the firm owes it to the pool.

When    the bank shows a debit of the pool's account that no client and no platform ordered
Posts   Dr 1030 / Cr 1010
Source  domain-decisions.md 4 (B10)
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import BankAccount, Pool


def pool_loss(*, bank: BankAccount, pool: Pool, amount_minor: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting that makes the loss the firm's and nobody else's.

    pool_loss
      Dr firm_topup_receivable                   30.00
      Cr custody_bank_account                    30.00
    """
    return (Posting(pool.firm, bank.account, amount_minor, None, opened),)
