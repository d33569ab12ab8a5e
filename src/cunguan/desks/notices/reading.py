"""Reading (查看通知): a reader's notices, the newest first, and that he has read them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cunguan.desks.notices.models import Notice
from cunguan.desks.notices.telling import reader_of
from cunguan.desks.people.models import User

#: more than so many are shown as "99+"
COUNT_MAX: Final = 100


def notices_of(user: User, before: int | None, limit: int, kind: str = "") -> Sequence[Notice]:
    """Return a page of his notices, the newest first."""
    found = Notice.objects.filter(reader=reader_of(user))
    if before is not None:
        found = found.filter(id__lt=before)
    if kind:
        found = found.filter(kind=kind)
    return list(found.order_by("-id")[:limit])


def mark_read(user: User, upto: int, now: datetime) -> int:
    """Note that he has read all up to one; return how many that were. What came after he looked stays unread."""
    return Notice.objects.filter(reader=reader_of(user), read_at__isnull=True, id__lte=upto).update(read_at=now)
