"""Trying again (重试通知): when a notice that the gateway did not take is tried again, and when no more.

Shape   pauses that grow to half a day; the last try is three days after the first. What is given up is shown to the custodian's people
        who send it again: that begins anew
Units   the clock's instants, given by who asks
"""

from datetime import datetime, timedelta
from typing import Final

#: after the first failure, the second, …; the last of them after all later ones
PAUSES: Final = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=12),
)
TRIED_FOR: Final = timedelta(days=3)


def next_try(tries: int, since: datetime, now: datetime) -> datetime | None:
    """Return when a notice is tried again that failed so many times, this one among them; None when it is given up.

    >>> begun = datetime(2026, 3, 2)
    >>> next_try(1, begun, begun), next_try(99, begun, begun + timedelta(hours=70)), next_try(99, begun, begun + TRIED_FOR)
    (datetime.datetime(2026, 3, 2, 0, 0, 10), datetime.datetime(2026, 3, 5, 0, 0), None)
    """
    end = since + TRIED_FOR
    return None if now >= end else min(now + PAUSES[min(tries, len(PAUSES)) - 1], end)
