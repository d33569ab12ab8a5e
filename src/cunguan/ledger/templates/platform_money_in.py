"""Platform money in (平台自有资金转入): the platform's own money, shown by the bank, on one of its accounts.

When    the bank shows a credit from the platform's own account
Posts   Dr 1010 bank account / Cr 2120 marketing, 2130 interest or 2150 transfer
Source  domain.md (b.2): the one edge into the pool from the platform's own money
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import BankAccount, Pool
from cunguan.ledger.chart import pool_account


def platform_money_in(*, bank_account: BankAccount, pool: Pool, code: str, amount_minor: int) -> tuple[Posting, ...]:
    """Return the posting; a credit from the bank needs no authority.

    platform_money_in
      Dr custody_bank_account           1000.00
      Cr platform_marketing             1000.00
    """
    return (Posting(bank_account.account, pool_account(pool.base, code), amount_minor),)
