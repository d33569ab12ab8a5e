"""Telling (发出通知): note something that somebody is to know of his account.

When    a door did what he should hear of: a new device, a recovery, a lower limit. What the books hold is told by a job
        (doors/jobs/notices.py)
Shape   tell(user, "new_device", device="…"): a User, or the person of a client as text
Errors  TypeError: the kind's words name a value that was not given: ours to mend
"""

from datetime import UTC, datetime
from typing import Any

from cunguan.desks.notices.kinds import kinds
from cunguan.desks.notices.models import Notice
from cunguan.desks.people.models import User
from cunguan.desks.people.roles import CLIENT


def tell(whom: User | str, kind: str, *, at: datetime | None = None, source: str = "", **values: Any) -> None:
    """Note one notice; with a source it is noted once."""
    known = kinds()[kind]
    if missing := set(known.values) - set(values):
        raise TypeError(f"a notice {kind} wants {', '.join(sorted(missing))}")
    made = Notice(
        reader=reader_of(whom), kind=kind, values=values, at=at or datetime.now(UTC), source=source,
        outgoing="waiting" if known.is_sent else "none",
    )  # fmt: skip
    Notice.objects.bulk_create([made], ignore_conflicts=bool(source))


def reader_of(whom: User | str) -> str:
    """Return what stands for a reader: a client's person, so that notices older than his first sign-in are his too."""
    if isinstance(whom, str):
        return whom
    return whom.reference if whom.kind == CLIENT else f"user:{whom.id}"
