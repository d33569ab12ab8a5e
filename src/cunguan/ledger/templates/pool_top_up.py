"""Pool top-up (补足缺口): money makes a shortfall good, in whole or in part.

When    the firm pays in, gets back what was lost, or uses what it has paid in before
Posts   own money or recovered: Dr 1010 / Cr 1030; own money for a client's debt: Dr 1010 / Cr 3010
        paid in before: Dr 3010 / Cr 1030
Source  domain-decisions.md 1, 4 (B10), 5
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import BankAccount, Pool
from cunguan.ledger.chart import pool_account


def pool_topped_up(*, bank: BankAccount, pool: Pool, amount_minor: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting of money that came in for what the firm owes.

    pool_topped_up
      Dr custody_bank_account                    30.00
      Cr firm_topup_receivable                   30.00
    """
    return (Posting(bank.account, pool.firm, amount_minor, None, opened),)


def pool_topped_up_for_debt(*, bank: BankAccount, pool: Pool, amount_minor: int) -> tuple[Posting, ...]:
    """Return the posting of own money that stands in the pool for a client's debt until he pays it.

    pool_topped_up_for_debt
      Dr custody_bank_account                    50.00
      Cr custodian_own                           50.00
    """
    return (Posting(bank.account, pool_account(pool.base, "3010"), amount_minor),)


def pool_topped_up_from_own(*, pool: Pool, amount_minor: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting that uses own money, paid in before, for what the firm owes.

    pool_topped_up_from_own
      Dr custodian_own                           30.00
      Cr firm_topup_receivable                   30.00
    """
    return (Posting(pool_account(pool.base, "3010"), pool.firm, amount_minor, None, opened),)
