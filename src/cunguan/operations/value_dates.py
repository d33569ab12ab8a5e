"""Value dates (起息日): the day a correction is about; it is posted in the open day all the same.

When    something is booked later than it happened: a closed day cannot receive postings
Returns the code of what stands against the wished value date, or None; it is stored on the journal
Source  invariant 32; design/lanes.md rule 10
"""

from datetime import date, timedelta

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Given

#: how far back a correction may be about; assumed, a year's books are closed by then
VALUE_DAYS_MAX = 366


def value_dated(value_date: date | None, given: Given, since: date | None = None) -> Code | None:
    """Return why a value date cannot be, or None; `since` is the day of what is corrected, when that is known."""
    if value_date is None:
        return None
    if value_date > given.business_date:
        return Code.date_not_next
    if value_date < (since or given.business_date - timedelta(days=VALUE_DAYS_MAX)):
        return Code.value_date_closed
    return None
