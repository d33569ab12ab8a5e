"""Corrections (更正): what two people of the custodian may take back from a client by themselves (authority M).

When    a credit was wrong: at most its amount, only what is still available, within one business day, with evidence and a
        notice to the client; what is more, or later, the firm makes good, and claims outside the pool
Reads   the committed posting of the credit, the pack's calendar
Source  domain-decisions.md 8, 9
"""

from collections.abc import Iterable
from datetime import date

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Given
from cunguan.kernel.rows import Posted
from cunguan.policy.evaluate import PACKS


def correctable(
    credit: Posted | None, amount_minor: int, available_minor: int, given: Given
) -> tuple[Code, str] | None:
    """Return why two people may not take so much of a credit back from the client, or None."""
    if credit is None:
        return Code.journal_not_found, "no committed posting credits this client so"
    if amount_minor > credit.amount_minor:
        return Code.correction_exceeds_credit, f"the credit was {credit.amount_minor}"
    if given.business_date > last_day(credit.business_date, given.pack):
        return Code.correction_too_late, f"it could be corrected until {last_day(credit.business_date, given.pack)}"
    if amount_minor > available_minor:
        return Code.insufficient_balance, f"{available_minor} is still available"
    return None


def last_day(credited: date, pack: str) -> date:
    """Return the last day on which a credit of some day may be corrected: the next working day after it."""
    return PACKS[pack].calendar.add_working_days(credited, 1)


def credit_to(postings: Iterable[Posted], account: int, *, of: int) -> Posted | None:
    """Return the posting of a journal that credits an account for what some sequence opened, or None."""
    return next((p for p in postings if p.credit == account and of in (p.seq, p.opened)), None)
