"""Repayment (还款): the borrower's money is set aside whole, and goes on to the holders of the claims.

When    a borrower repays; both postings stand in one journal, or the steps of a run make the second
Posts   Dr 2010 borrower / Cr 2020 borrower; Dr 2020 borrower / Cr 2010 lender, one a claim
Cites   the borrower's confirmation or mandate
Source  domain-decisions.md 12, 17b; domain.md (c.3) C10, C11
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Holder


def repayment_hold(*, borrower: Holder, amount_minor: int, authority: int, opened: int) -> Posting:
    """Return the posting that sets a repayment aside.

    repayment_hold
      Dr borrower:B:available         34,333.34
      Cr borrower:B:held              34,333.34
    """
    return Posting(borrower.available, borrower.held, amount_minor, authority, opened)


def repayment(*, borrower: Holder, lender: Holder, amount_minor: int, authority: int, opened: int) -> Posting:
    """Return the posting that pays one claim.

    repayment
      Dr borrower:B:held              20,600.01
      Cr lender:L1:available          20,600.01
    """
    return Posting(borrower.held, lender.available, amount_minor, authority, opened)
