"""Succession (继承): a dead client's money goes to his heirs, account to account, never out of the pool.

When    two people of the custodian have the instrument and have identified the heir
Posts   Dr 2010 deceased / Cr 2010 heir
Source  domain-decisions.md 8, 31 (A12)
"""

from cunguan.kernel.instruction import Posting
from cunguan.kernel.rows import Holder


def succession(*, deceased: Holder, heir: Holder, amount_minor: int, authority: int) -> tuple[Posting, ...]:
    """Return the posting of an heir's part; `authority` is the instrument's.

    succession
      Dr holder:L7:available                    600.00
      Cr holder:H1:available                    600.00
    """
    return (Posting(deceased.available, heir.available, amount_minor, authority),)
