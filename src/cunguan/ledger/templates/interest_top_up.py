"""Interest top-up (派息): the platform adds to a client's return out of its own money.

When    a pack has turned it on; off by default, for it promises a yield
Posts   Dr 2130 / Cr 2010
Source  domain.md (c.3) C19; domain-decisions.md 14
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Holder, Pool
from cunguan.ledger.chart import pool_account


def interest_top_up(*, pool: Pool, holder: Holder, amount_minor: int) -> tuple[Posting, ...]:
    """Return the posting; the platform's own money needs no client's authority.

    interest_top_up
      Dr platform_interest                       12.00
      Cr holder:L7:available                     12.00
    """
    return (Posting(pool_account(pool.base, "2130"), holder.available, amount_minor),)
