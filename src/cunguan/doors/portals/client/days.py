"""Days (业务日): up to which sequence a lane had come at the end of business dates.

Reads   by the role `door`: a date has no place in an order behind the wall (client_day_ends.sql); the answer is about nobody
"""

from collections.abc import Sequence
from datetime import date

from cunguan.doors.api import sql
from cunguan.doors.portals.shell.house import house


def seqs_on(lane: int, days: Sequence[date]) -> list[int]:
    """Return the last sequence up to each date, in the order of the dates asked for."""
    found = house().call(sql.rows, "client_day_ends", {"lane": lane, "days": list(days)})
    at = {one["day"]: int(one["seq"]) for one in found}
    return [at[day] for day in days]
