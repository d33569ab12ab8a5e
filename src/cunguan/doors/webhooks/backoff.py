"""Back-off (重试间隔): when a delivery that failed is tried again, and when no more.

Shape   a table of pauses over three days; each a little longer by a share that is derived from what is delivered, so that
        many that failed at once do not come back at once, and the same delivery always has the same times
Source  Standard Webhooks 1.0.0 "Deliverability and reliability"; RFC 9110 section 10.2.3 (Retry-After)
"""

import hashlib
from datetime import timedelta
from typing import Final

#: after the first failure, the second, …; together more than three days
PAUSES: Final = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=12),
    timedelta(hours=20),
    timedelta(hours=25),
)

#: what a receiver may ask for
RETRY_AFTER_MAX: Final = timedelta(hours=1)
NOTHING: Final = timedelta(0)


def pause(endpoint: str, event_id: str, failures: int, retry_after: timedelta = NOTHING) -> timedelta | None:
    """Return how long to wait after so many failures, counting this one; None when it is dead.

    >>> pause("main", "evt_1_7_0", 1), pause("main", "evt_1_7_0", len(PAUSES) + 1)
    (datetime.timedelta(seconds=5, microseconds=481185), None)
    """
    if failures > len(PAUSES):
        return None
    base = PAUSES[failures - 1]
    return max(base + base * _share(f"{endpoint}\n{event_id}\n{failures}") / 10, min(retry_after, RETRY_AFTER_MAX))


def _share(text: str) -> float:
    """Return a share of one that is the same for the same text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") / 2**32
