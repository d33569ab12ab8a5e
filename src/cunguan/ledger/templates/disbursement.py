"""Disbursement (放款): the lenders' holds, and the red packets beside them, become the borrower's money.

When    a full listing is disbursed, at once or step by step
Posts   Dr 2020 lender / Cr 2010 borrower; Dr 2125 platform / Cr 2010 borrower; Dr 2010 borrower / Cr 2110;
        Dr 2010 borrower / Cr 2010 trustee
Cites   the lender's authority for the bid; for the fee the borrower's confirmation of the fee schedule; for a trustee
        payee the borrower's naming of him
Source  domain-decisions.md 12, 14, 16; domain.md (c.3) C7
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Hold, Holder, Pool
from cunguan.ledger.chart import pool_account


def capture(*, hold: Hold, borrower: Holder, amount_minor: int) -> Posting:
    """Return the posting that pays one bid out.

    capture
      Dr lender:L1:held               60,000.00
      Cr borrower:B:available         60,000.00
    """
    return Posting(hold.account, borrower.available, amount_minor, hold.authority, hold.seq)


def marketing_capture(*, hold: Hold, borrower: Holder, amount_minor: int) -> Posting:
    """Return the posting that pays one red packet out; the platform's own money, no client's authority.

    marketing_capture
      Dr platform_marketing_held         100.00
      Cr borrower:B:available            100.00
    """
    return Posting(hold.account, borrower.available, amount_minor, None, hold.seq)


def disbursement_fee(*, borrower: Holder, pool: Pool, amount_minor: int, authority: int) -> Posting:
    """Return the posting of the platform's fee.

    disbursement_fee
      Dr borrower:B:available          2,000.00
      Cr platform_fee                  2,000.00
    """
    return Posting(borrower.available, pool_account(pool.base, "2110"), amount_minor, authority)


def trustee_payment(*, borrower: Holder, trustee: Holder, amount_minor: int, authority: int) -> Posting:
    """Return the posting that pays a third payee the borrower named (受托支付).

    trustee_payment
      Dr borrower:B:available         50,000.00
      Cr trustee:T:available          50,000.00
    """
    return Posting(borrower.available, trustee.available, amount_minor, authority)
