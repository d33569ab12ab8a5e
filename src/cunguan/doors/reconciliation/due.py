"""Due (对账待办): which dates are to be run, because they are over and were not, or because there is more to read of them now.

When    the job looks; a late statement, a confirm or a lane that closed its day makes a date due again
Reads   dates back to LOOK_BACK; on an installation that has never run one, the last that is over alone
"""

from datetime import date, timedelta
from typing import Final

from cunguan.doors.reconciliation.ground import Connection, ask
from cunguan.doors.reconciliation.keeping import seen
from cunguan.doors.reconciliation.run import stops
from cunguan.kernel.ids import outgoing_stop_id
from cunguan.kernel.instruction import Instruction
from cunguan.operations import outgoing_stop
from cunguan.reconciliation.daily import Day

LOOK_BACK: Final = timedelta(days=30)


def due(connection: Connection) -> list[date]:
    """Return the dates to be run, oldest first."""
    ((newest, first),) = ask(connection, "recon_newest")
    if newest is None:
        return []
    since = max(newest - LOOK_BACK, (first or newest) - timedelta(days=1))
    rows = ask(connection, "recon_due", since=since)
    return [day for day, before in rows if before is None or before != seen(connection, day)]


def to_stop(day: Day) -> list[tuple[int, Instruction]]:
    """Return what to ask of the plane: a stop for each break of a control account, under an id of its own."""
    return [(lane, _stop(day.date, one)) for lane, breaks in stops(day).items() for one in breaks]


def _stop(day: date, one: str) -> Instruction:
    reason = f"{one}: a control account is not the sum of its rows, or a journal is not whole"
    return Instruction(outgoing_stop_id(one), outgoing_stop.KIND, outgoing_stop.Body(one, day, reason))
