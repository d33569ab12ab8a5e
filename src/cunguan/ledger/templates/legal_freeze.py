"""Legal freeze (司法冻结): a client's money stands under an authority's order, and goes back to him when it is lifted.

When    an order reaches what he has available, or a credit comes in while the order waits for more
Posts   frozen: Dr 2010 / Cr 2040; given back: Dr 2040 / Cr 2010
Source  domain-decisions.md 28; domain.md (c.1) A11
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Freeze, Holder


def legal_freeze(*, holder: Holder, amount_minor: int, authority: int) -> Posting:
    """Return the posting of money that an order freezes; its authority is the order's, as this lane has it.

    legal_freeze
      Dr holder:L7:available                    500.00
      Cr holder:L7:frozen                       500.00
    """
    return Posting(holder.available, holder.frozen, amount_minor, authority, authority)


def legal_release(*, freeze: Freeze, holder: Holder, amount_minor: int) -> Posting:
    """Return the posting of money that an order lets go: back to its owner.

    legal_release
      Dr holder:L7:frozen                       500.00
      Cr holder:L7:available                    500.00
    """
    return Posting(freeze.account, holder.available, amount_minor, None, freeze.seq)
