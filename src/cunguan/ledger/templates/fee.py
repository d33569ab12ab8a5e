"""Fee (收费、退费): a client pays what he agreed to, or gets a fee back.

When    a fee of the schedule he confirmed is charged; two people give one back
Posts   Dr 2010 / Cr 2110; back: Dr 2110 / Cr 2010, what 2110 does not hold: Dr 1030 / Cr 2010; of a closed account 2220
Source  domain-decisions.md 11, 25, 29; domain.md (c.2) B8
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Holder, Pool
from cunguan.ledger.chart import pool_account


def fee_charged(*, holder: Holder, pool: Pool, fee_minor: int, authority: int) -> tuple[Posting, ...]:
    """Return the posting of a fee; `authority` is his word for this charge, or his consent to the schedule.

    fee_charged
      Dr holder:L7:available                      2.00
      Cr pool:main:platform_fee                   2.00
    """
    return (Posting(holder.available, pool_account(pool.base, "2110"), fee_minor, authority),)


def fee_refunded(*, pool: Pool, to: int, amount_minor: int, opened: int | None) -> tuple[Posting, ...]:
    """Return the posting of a fee that the platform gives back; `to` is 2010, or 2220 where the account is closed.

    fee_refunded
      Dr pool:main:platform_fee                   2.00
      Cr holder:L7:available                      2.00
    """
    return (Posting(pool_account(pool.base, "2110"), to, amount_minor, None, opened),)


def fee_refunded_by_firm(*, pool: Pool, to: int, amount_minor: int, opened: int) -> tuple[Posting, ...]:
    """Return the posting of the part that the platform has no money for: the firm owes it to the pool.

    fee_refunded_by_firm
      Dr pool:main:firm_topup_receivable          2.00
      Cr holder:L7:available                      2.00
    """
    return (Posting(pool.firm, to, amount_minor, None, opened),)
