"""Withdrawal (提现): money leaves the client's reach before a message leaves the house.

When    a withdrawal is accepted
Posts   Dr 2010 / Cr 2030 principal; Dr 2010 / Cr 2020 fee: two buckets, because they come back separately
Undone  withdrawal_result rejected; consumed by withdrawal_result settled
Source  domain-decisions.md 8, 25; domain.md (c.2) B3
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Holder


def withdrawal_hold(*, holder: Holder, amount_minor: int, authority: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting of the principal.

    withdrawal_hold
      Dr holder:L7:available                    600.00
      Cr holder:L7:outbound                     600.00
    """
    return (Posting(holder.available, holder.outbound, amount_minor, authority, opened),)


def withdrawal_fee_hold(*, holder: Holder, fee_minor: int, authority: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting of the fee, which nobody has earned yet; `authority` is the client's consent to the fees.

    withdrawal_fee_hold
      Dr holder:L7:available                      2.00
      Cr holder:L7:held                           2.00
    """
    return (Posting(holder.available, holder.held, fee_minor, authority, opened),)
