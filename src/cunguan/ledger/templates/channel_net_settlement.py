"""Channel net settlement (渠道净额清算): a channel pays the deposits of a date together, less its fee.

When    the bank shows one credit for a channel and settlement date
Posts   Dr 1010 net, Dr 1030 fee / Cr 1020 gross; Dr 2015 / Cr 2010 gross, deposit by deposit
Source  domain-decisions.md 4 (B15), 5
"""

from collections.abc import Iterable

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import BankAccount, Clearing, Deposit, Holder, Pool


def channel_settled_net(
    *, bank: BankAccount, pool: Pool, clearing: Clearing, net_minor: int, fee_minor: int, opened: int
) -> tuple[Posting, ...]:
    """Return the postings of what the channel paid, and of its fee, which is the firm's to make good.

    channel_settled_net
      Dr custody_bank_account                    99.40
      Cr clearing:main:pay:2024-03-04            99.40
      Dr firm_topup_receivable                    0.60
      Cr clearing:main:pay:2024-03-04             0.60
    """
    paid = (Posting(bank.account, clearing.account, net_minor),)
    if not fee_minor:
        return paid
    return (*paid, Posting(pool.firm, clearing.account, fee_minor, None, opened))


def cleared_gross(pairs: Iterable[tuple[Deposit, Holder]]) -> tuple[Posting, ...]:
    """Return the postings that give each client the gross of his deposit.

    cleared_gross
      Dr holder:L7:uncleared                    100.00
      Cr holder:L7:available                    100.00
    """
    return tuple(
        Posting(holder.uncleared, holder.available, deposit.amount_minor, None, deposit.seq)
        for deposit, holder in pairs
    )
