"""General hold (一般冻结): an amount is set aside with a reason and an end, for no payee.

When    the client confirms it, or an authority or two people of the custodian order it
Posts   Dr 2010 holder / Cr 2020 holder
Undone  hold_release, by general_hold_release or at its end; nothing captures it
Source  domain.md (c.3) C20; domain-decisions.md 23
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Holder


def general_hold(*, holder: Holder, amount_minor: int, opened: int) -> Posting:
    """Return the posting of one general hold; who allowed it came with the same instruction.

    general_hold
      Dr holder:L7:available                    600.00
      Cr holder:L7:held                         600.00
    """
    return Posting(holder.available, holder.held, amount_minor, opened, opened)
