"""Break closing (关闭对账差错): two people close a break of the daily reconciliation, by an entry that was posted or by evidence.

When    who found what explains it has signed, and another has looked
Does    writes the move and the state as `cunguan break close` does; one that these two have closed so is closed
Errors  as doors/reconciliation/handling.py refuses
"""

from typing import Final, Literal

import msgspec
import psycopg
from django.utils.translation import gettext_noop

from cunguan.desks.approvals.permitted import BREAKS
from cunguan.doors.portals.custodian.doing import DONE, Doing, Outcome
from cunguan.doors.portals.shell.house import house
from cunguan.doors.reconciliation import handling
from cunguan.kernel.codes import Code

KIND: Final = "break_closing"
RESOURCE: Final = BREAKS
LANE: Final = "both"
HINTS: Final = {
    "break_id": gettext_noop("As the list of breaks shows it, without the lane."),
    "reference": gettext_noop("The instruction that posted the entry, or where the evidence is found."),
}


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which break, and what closes it."""

    break_id: str
    event: Literal["entry_posted", "evidence_noted"]
    reference: str
    note: str


def do(done: Doing) -> Outcome:
    """Close it."""
    body = done.body
    said = handling.Act(
        done.lane,
        body.break_id,
        body.event,
        maker=done.maker,
        checker=done.checker,
        note=body.note,
        reference=body.reference,
    )
    with psycopg.connect(house().places.door_url, autocommit=True) as connection:
        code, why = handling.act(connection, said, done.at)
        if code is Code.state_forbids and _is_ours(handling.moves(connection, done.lane, body.break_id), done):
            return DONE
    return Outcome(code, why)


def _is_ours(moves: list[handling.Moved], done: Doing) -> bool:
    return any((one.maker, one.checker, one.at) == (done.maker, done.checker, done.at) for one in moves)
