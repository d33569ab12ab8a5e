"""Opening import (期初导入): the balances that a signed certificate says clients had with the old custodian.

When    a platform comes from another custodian, and the bank shows the money here
Posts   Dr 1010 / Cr 2010, holder by holder
Source  domain-decisions.md 31
"""

from collections.abc import Iterable

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import BankAccount, Holder


def opening_import(*, bank: BankAccount, balances: Iterable[tuple[Holder, int]]) -> tuple[Posting, ...]:
    """Return the postings; who had nothing has none.

    opening_import
      Dr custody_bank_account                   312.00
      Cr holder:L1:available                    312.00
    """
    return tuple(
        Posting(bank.account, holder.available, amount_minor) for holder, amount_minor in balances if amount_minor
    )
