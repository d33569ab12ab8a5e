"""Dormancy (久悬): the balance of an owner who is not found is set apart for him, and given back at any time.

When    law and instrument allow it; it is never income
Posts   Dr 2010 / Cr 2310; given back: Dr 2310 / Cr 2010
        handed to the authority, where the law says so: Dr 2310 / Cr 1010; from it again: Dr 1010 / Cr 2310
Source  domain-decisions.md 4 (B13), 29
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import BankAccount, Holder, Unclaimed


def became_unclaimed(*, holder: Holder, account: int, amount_minor: int, authority: int) -> tuple[Posting, ...]:
    """Return the posting that sets a balance apart; `account` is the holder's 2310.

    became_unclaimed
      Dr holder:L7:available                     88.00
      Cr holder:L7:unclaimed                     88.00
    """
    return (Posting(holder.available, account, amount_minor, authority, authority),)


def unclaimed_given_back(*, holder: Holder, unclaimed: Unclaimed, amount_minor: int) -> tuple[Posting, ...]:
    """Return the posting of what its owner has come back for.

    unclaimed_given_back
      Dr holder:L7:unclaimed                     88.00
      Cr holder:L7:available                     88.00
    """
    return (Posting(unclaimed.account, holder.available, amount_minor, None, unclaimed.seq),)


def unclaimed_handed_over(
    *, bank: BankAccount, unclaimed: Unclaimed, amount_minor: int, authority: int
) -> tuple[Posting, ...]:
    """Return the posting of what the authority has got, against its receipt.

    unclaimed_handed_over
      Dr holder:L7:unclaimed                     88.00
      Cr custody_bank_account                    88.00
    """
    return (Posting(unclaimed.account, bank.account, amount_minor, authority, unclaimed.seq),)


def unclaimed_handed_back(*, bank: BankAccount, unclaimed: Unclaimed, amount_minor: int) -> tuple[Posting, ...]:
    """Return the posting of what the authority has given back for the owner.

    unclaimed_handed_back
      Dr custody_bank_account                    88.00
      Cr holder:L7:unclaimed                     88.00
    """
    return (Posting(bank.account, unclaimed.account, amount_minor, None, unclaimed.seq),)
