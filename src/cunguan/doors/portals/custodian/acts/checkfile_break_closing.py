"""Closing a difference of a check file (关闭对账文件差异): two people close what differs between a platform's file and ours.

When    who found what explains it has signed, and another has looked
Does    ends the difference as `cunguan checkfile close` does; one that these two have ended is ended
"""

from typing import Final

import msgspec
import psycopg

from cunguan.desks.approvals.permitted import BREAKS
from cunguan.doors.checking import agreeing
from cunguan.doors.portals.custodian.doing import DONE, Doing, Outcome
from cunguan.doors.portals.shell.house import house
from cunguan.kernel.codes import Code

KIND: Final = "checkfile_break_closing"
RESOURCE: Final = BREAKS
LANE: Final = "platform"
_OURS: Final = "SELECT maker, checker, closed_at FROM check_break WHERE lane = %s AND id = %s"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which difference, and why it is none any more."""

    break_id: str
    reason: str


def do(done: Doing) -> Outcome:
    """Close it."""
    with psycopg.connect(house().places.door_url, autocommit=True) as connection:
        name, reason = done.body.break_id, done.body.reason
        if agreeing.end(connection, done.lane, name, reason, done.at, done.maker, done.checker):
            return DONE
        row = connection.execute(_OURS, (done.lane, name)).fetchone()
    return DONE if row == (done.maker, done.checker, done.at) else Outcome(Code.break_not_found, name)
