"""Compensation (代偿): a guarantor pays the lenders what is overdue; each gets it straight from him.

When    a guarantor compensates; at once, or the steps of a run pay from what he set aside
Posts   Dr 2010 guarantor / Cr 2010 lender, one a claim; as a run Dr 2010 guarantor / Cr 2020 guarantor, then
        Dr 2020 guarantor / Cr 2010 lender
Cites   the guarantor's own confirmation
Source  domain-decisions.md 20; domain.md (c.3) C12, C13
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Holder


def compensation(*, guarantor: Holder, lender: Holder, amount_minor: int, authority: int) -> Posting:
    """Return the posting that pays one claim.

    compensation
      Dr guarantor:G:available        61,049.99
      Cr lender:L1:available          61,049.99
    """
    return Posting(guarantor.available, lender.available, amount_minor, authority)


def compensation_hold(*, guarantor: Holder, amount_minor: int, authority: int, opened: int) -> Posting:
    """Return the posting that sets a compensation aside, from which a run pays.

    compensation_hold
      Dr guarantor:G:available        67,166.66
      Cr guarantor:G:held             67,166.66
    """
    return Posting(guarantor.available, guarantor.held, amount_minor, authority, opened)


def compensation_step(*, guarantor: Holder, lender: Holder, amount_minor: int, authority: int, opened: int) -> Posting:
    """Return the posting that pays one claim from what was set aside.

    compensation_step
      Dr guarantor:G:held             61,049.99
      Cr lender:L1:available          61,049.99
    """
    return Posting(guarantor.held, lender.available, amount_minor, authority, opened)
