"""Charge-back (拒付): a channel takes a deposit back that was money of the client's already.

When    the bank shows the debit; then the client pays, the channel gives it back, or the firm bears it
Posts   Dr 1040 / Cr 1010; as far as two people take it back from what is still there: Dr 2010 / Cr 1010
        the debt ends: Dr 2010 / Cr 1040 by the client, Dr 1010 / Cr 1040 by the channel, Dr 3010 / Cr 1040 by the firm
Source  domain-decisions.md 5, 8, 9
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import BankAccount, ClientDebt, Holder, Pool
from cunguan.ledger.chart import pool_account


def charged_back(*, bank: BankAccount, account: int, amount_minor: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting of what the client owes from now on; `account` is his 1040.

    charged_back
      Dr holder:C:client_debt                    50.00
      Cr custody_bank_account                    50.00
    """
    return (Posting(account, bank.account, amount_minor, None, opened),)


def uncredited(*, bank: BankAccount, holder: Holder, amount_minor: int, authority: int) -> tuple[Posting, ...]:
    """Return the posting that two people answer for: the credit is taken back from what is still available of it.

    uncredited
      Dr holder:C:available                      10.00
      Cr custody_bank_account                    10.00
    """
    return (Posting(holder.available, bank.account, amount_minor, authority),)


def debt_repaid(*, holder: Holder, debt: ClientDebt, amount_minor: int, authority: int) -> tuple[Posting, ...]:
    """Return the posting of what the client pays of his debt.

    debt_repaid
      Dr holder:C:available                      50.00
      Cr holder:C:client_debt                    50.00
    """
    return (Posting(holder.available, debt.account, amount_minor, authority, debt.seq),)


def debt_recovered(*, bank: BankAccount, debt: ClientDebt, amount_minor: int) -> tuple[Posting, ...]:
    """Return the posting of what the channel gives back: the charge-back did not stand.

    debt_recovered
      Dr custody_bank_account                    50.00
      Cr holder:C:client_debt                    50.00
    """
    return (Posting(bank.account, debt.account, amount_minor, None, debt.seq),)


def debt_borne(*, pool: Pool, debt: ClientDebt, amount_minor: int) -> tuple[Posting, ...]:
    """Return the posting of what the firm bears with the money it has paid in for it.

    debt_borne
      Dr custodian_own                           50.00
      Cr holder:C:client_debt                    50.00
    """
    return (Posting(pool_account(pool.base, "3010"), debt.account, amount_minor, None, debt.seq),)
