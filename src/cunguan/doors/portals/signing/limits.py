"""Limits (限额): what a client lets out of an account, for the pages that show or change it.

Returns what is in force now, and what comes later and when; a change is the instruction client_limit, signed at /sign/
Units   minor units; 0 is no limit of this kind
Source  operations/client_limits.py
"""

from datetime import UTC, datetime

import msgspec

from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.reading import row
from cunguan.policy.step_up import amounts


class Limit(msgspec.Struct, frozen=True):
    """What is in force, and what comes later; `used_minor` of the books' last day with a withdrawal, `used_date`."""

    each_minor: int
    day_minor: int
    later_each_minor: int | None = None
    later_day_minor: int | None = None
    later_at: datetime | None = None
    used_date: str = ""
    used_minor: int = 0


def limit_of(lane: int, holder: str) -> Limit | None:
    """Return the limit of an account that the reader may see; None where it is not his."""
    account = row("signing_account", {"lane": lane, "holder": holder})
    if account is None:
        return None
    now = house().context.clock.now()
    found = row("signing_limit", {"lane": lane, "holder": holder})
    if found is None:
        known = amounts(account["currency"], now.date())
        return Limit(0 if known is None else known.b_minor, 0)
    later = datetime.fromtimestamp(found["later_at"], UTC) if found["later_at"] else None
    used = (found["used_date"].isoformat(), found["used_minor"])
    if later is not None and later <= now:
        return Limit(found["later_each_minor"], found["later_day_minor"], None, None, None, *used)
    return Limit(
        found["each_minor"], found["day_minor"], found["later_each_minor"] if later else None,
        found["later_day_minor"] if later else None, later, *used,
    )  # fmt: skip
