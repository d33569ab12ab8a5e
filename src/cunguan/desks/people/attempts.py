"""Attempts (尝试次数): how often somebody may be wrong before he has to wait, and how often anything may be asked for.

When    a name, a code or a recovery is tried; a passkey is begun; an account is made
Shape   keys are HMACs by the installation's key: of a name as it was typed (whether there is such a user or not), of an address
        after FREE failures each further one doubles the wait, from FIRST to LONGEST; a day without failures forgets all
        counts stand in the database: they hold across processes and hosts, and a request that fails keeps its count
Not     passkeys: who types wrong names keeps nobody from his own passkey; a passkey is only asked for at most so often a minute
Source  OWASP authentication; NIST SP 800-63B 5.2.2; docs/adr/0047
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from cunguan.desks.people.models import Attempt

#: failures that cost no wait: of one name, of one address (many sit behind one)
FREE_OF_NAME, FREE_OF_ADDRESS = 5, 30
FIRST: Final = timedelta(seconds=30)
LONGEST: Final = timedelta(hours=1)
FORGOTTEN: Final = timedelta(days=1)
MINUTE: Final = timedelta(minutes=1)

#: one more of a key, from one when the last window is over; the row is locked until the request is answered
_COUNT = """INSERT INTO people_attempt (key, count, since) VALUES (%(key)s, 1, %(now)s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN people_attempt.since < %(floor)s THEN 1 ELSE people_attempt.count + 1 END,
    since = CASE WHEN %(slides)s OR people_attempt.since < %(floor)s THEN %(now)s ELSE people_attempt.since END
RETURNING count"""


def waits_until(keys: list[str], now: datetime) -> datetime | None:
    """Return until when nothing of these is tried; None when it may be."""
    return (
        Attempt.objects.filter(key__in=keys, until__gt=now).order_by("-until").values_list("until", flat=True).first()
    )


def failed(key: str, free: int, now: datetime) -> datetime | None:
    """Count a failure; return until when the next one has to wait, None where it need not."""
    over = _counted(key, now, FORGOTTEN, slides=True) - free
    until = now + wait(over) if over >= 0 else None
    if until is not None:
        Attempt.objects.filter(key=key).update(until=until)
    return until


def wait(over: int) -> timedelta:
    """Return how long the wait is after so many failures more than are free.

    >>> [str(wait(n)) for n in (0, 1, 4, 40)]
    ['0:00:30', '0:01:00', '0:08:00', '1:00:00']
    """
    return min(FIRST * 2 ** min(over, 20), LONGEST)


def forgive(key: str) -> None:
    """Forget the failures of a key: it was right this time."""
    Attempt.objects.filter(key=key).update(count=0, until=None)


def may(key: str, most: int, now: datetime, window: timedelta = MINUTE) -> bool:
    """Count one more of a thing; return whether it is not too often yet."""
    return _counted(key, now, window, slides=False) <= most


def _counted(key: str, now: datetime, window: timedelta, *, slides: bool) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": key, "now": now, "floor": now - window, "slides": slides})
        return int(cursor.fetchone()[0])
