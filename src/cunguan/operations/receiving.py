"""Receiving (收款): the checks that every credit from outside passes, in one place.

When    money comes to a holder: a deposit, a settlement, a return
Returns the code of what stands against it, or None; a lock never does (domain-decisions.md 29)
"""

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Holder
from cunguan.ledger.book import BALANCE_MAX


def creditable(holder: Holder | None) -> Code | None:
    """Return why a holder's account takes no credit, or None."""
    if holder is None:
        return Code.account_not_found
    if holder.state == "closed":
        return Code.account_closed
    if holder.state == "refused":
        return Code.account_not_active
    return None


def fits(amount_minor: int, balances_minor: tuple[int, ...]) -> bool:
    """Test that none of the balances outgrows what an account can hold.

    >>> fits(1, (0, BALANCE_MAX - 2)), fits(1, (0, BALANCE_MAX - 1))
    (True, False)
    """
    return max(balances_minor) + amount_minor < BALANCE_MAX
