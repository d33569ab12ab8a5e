"""Guarantor repayment (还代偿款): the borrower pays his guarantors back what they paid for him.

When    the lenders of the listing have nothing to ask any more
Posts   Dr 2010 borrower / Cr 2010 guarantor, one a claim
Cites   the borrower's confirmation or mandate
Source  domain-decisions.md 19; domain.md (c.3) C14
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Holder


def guarantor_repayment(*, borrower: Holder, guarantor: Holder, amount_minor: int, authority: int) -> Posting:
    """Return the posting that pays one claim of a guarantor.

    guarantor_repayment
      Dr borrower:B:available         67,166.66
      Cr guarantor:G:available        67,166.66
    """
    return Posting(borrower.available, guarantor.available, amount_minor, authority)
