"""Direct deposit (线下充值): a line on the bank's statement brings money into the pool.

When    a bank line names a holder; whose it is depends on who paid it
Posts   payer is the client: Dr 1010 / Cr 2010; he is not, or nobody knows: Dr 1010 / Cr 2210;
        the account is closed: Dr 1010 / Cr 2220
Source  domain-decisions.md 5, 29; domain.md (c.2) B2
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Holder, Pool
from cunguan.ledger.chart import pool_account


def deposit_direct(*, bank: int, holder: Holder, amount_minor: int) -> tuple[Posting, ...]:
    """Return the posting of a transfer from the client himself.

    deposit_direct
      Dr bank                                   600.00
      Cr holder:L7:available                    600.00
    """
    return (Posting(bank, holder.available, amount_minor),)


def deposit_in_suspense(*, bank: int, pool: Pool, code: str, amount_minor: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting of money that is here and is not yet known to be the client's; `code` is 2210 or 2220.

    deposit_in_suspense
      Dr bank                                   600.00
      Cr pool:main:suspense_unallocated         600.00
    """
    return (Posting(bank, pool_account(pool.base, code), amount_minor, None, opened),)
