"""Pool interest (存管账户利息): interest the bank pays on a pool, and where it goes.

When    the bank credits it; then two people share it out, or the bank takes it back
Posts   Dr 1010 / Cr 2240; shared: Dr 2240 / Cr 2010 each; returned: Dr 2240 / Cr 1010
Source  domain-decisions.md 4 (B12)
"""

from collections.abc import Iterable

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import BankAccount, Holder, Pool
from cunguan.ledger.chart import pool_account


def pool_interest(*, bank: BankAccount, pool: Pool, amount_minor: int) -> tuple[Posting, ...]:
    """Return the posting of interest that came in.

    pool_interest
      Dr custody_bank_account                     7.00
      Cr pool_interest                            7.00
    """
    return (Posting(bank.account, pool_account(pool.base, "2240"), amount_minor),)


def pool_interest_shared(*, pool: Pool, shares: Iterable[tuple[Holder, int]]) -> tuple[Posting, ...]:
    """Return the postings that give each holder his share; who gets nothing has no posting.

    pool_interest_shared
      Dr pool_interest                            4.20
      Cr holder:L1:available                      4.20
    """
    account = pool_account(pool.base, "2240")
    return tuple(Posting(account, holder.available, share_minor) for holder, share_minor in shares if share_minor)


def pool_interest_returned(*, bank: BankAccount, pool: Pool, amount_minor: int) -> tuple[Posting, ...]:
    """Return the posting of interest that the bank has taken back.

    pool_interest_returned
      Dr pool_interest                            7.00
      Cr custody_bank_account                     7.00
    """
    return (Posting(pool_account(pool.base, "2240"), bank.account, amount_minor),)
