"""Red packet (营销红包): the platform's marketing money becomes a client's own.

When    the platform gives it; once credited it is never taken back
Posts   Dr 2120 / Cr 2010
Source  domain-decisions.md 14; domain.md (c.3) C18
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Holder, Pool
from cunguan.ledger.chart import pool_account


def red_packet(*, pool: Pool, holder: Holder, amount_minor: int) -> tuple[Posting, ...]:
    """Return the posting; the platform's own money, no client's authority.

    red_packet
      Dr pool:main:platform_marketing            20.00
      Cr holder:L7:available                     20.00
    """
    return (Posting(pool_account(pool.base, "2120"), holder.available, amount_minor),)
