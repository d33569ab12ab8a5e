"""Platform transfer (平台内部划转): the platform's own money moves between its accounts, or to a partner's share.

When    the platform asks for it; no client's money is touched
Posts   Dr 2150 / Cr 2120 or 2130; Dr 2110 / Cr 2160
Source  domain.md (b.2): 2150 only feeds 212x and 213x; (c.2) B9
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Partner, Pool
from cunguan.ledger.chart import pool_account


def platform_transfer(*, pool: Pool, code: str, amount_minor: int) -> tuple[Posting, ...]:
    """Return the posting from the transfer account to the one that needs the money.

    platform_transfer
      Dr pool:main:platform_transfer            600.00
      Cr pool:main:platform_marketing           600.00
    """
    return (Posting(pool_account(pool.base, "2150"), pool_account(pool.base, code), amount_minor),)


def partner_share(*, pool: Pool, partner: Partner, amount_minor: int) -> tuple[Posting, ...]:
    """Return the posting of a partner's share of the fees.

    partner_share
      Dr pool:main:platform_fee                 600.00
      Cr partner:G1:partner                     600.00
    """
    return (Posting(pool_account(pool.base, "2110"), partner.account, amount_minor),)
