"""Adjustment (冲正): the mirror of a wrong credit, by two people, with what the firm makes good beside it.

When    a client was credited with money that never came, or that is another's
Posts   never came: Dr 2010 / Cr 1010, and Dr 1030 / Cr 1010; another's: Dr 2010 / Cr 2210, and Dr 1030 / Cr 2210
Source  domain-decisions.md 9; invariant 1
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Holder, Pool


def credit_mirrored(*, holder: Holder, against: int, amount_minor: int, authority: int) -> tuple[Posting, ...]:
    """Return the posting of what is taken back from the client; `against` is the bank account, or the pool's 2210.

    credit_mirrored
      Dr holder:L7:available                     40.00
      Cr suspense_unallocated                    40.00
    """
    return (Posting(holder.available, against, amount_minor, authority, authority),)


def credit_made_good(*, pool: Pool, against: int, amount_minor: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting of what the client has used already: the firm owes it, and claims outside the pool.

    credit_made_good
      Dr firm_topup_receivable                   60.00
      Cr suspense_unallocated                    60.00
    """
    return (Posting(pool.firm, against, amount_minor, None, opened),)
