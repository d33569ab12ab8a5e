"""Contract end (终止存管合同): two people end the version of a platform's contract that is in force.

When    it was terminated, by either side
Does    ends it in the transaction that notes the outcome: once; its pools take deposits until their papers in the books are ended too
Refuses a version that is not in force
"""

from datetime import date, datetime
from typing import Any, Final

import msgspec
from django.utils.translation import gettext_noop

from cunguan.desks.approvals.permitted import PLATFORMS
from cunguan.desks.approvals.refused import Refused
from cunguan.desks.parties import platforms
from cunguan.doors.portals.custodian.doing import Doing, Outcome
from cunguan.kernel.codes import Code

KIND: Final = "contract_end"
RESOURCE: Final = PLATFORMS
LANE: Final = "platform"
HINT: Final = gettext_noop("Record the papers of each bank account with the same last day: the books go by those.")


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which version, and from which day on."""

    version: int
    ends_on: date


def check(body: dict[str, Any], reader: Any, now: datetime) -> None:
    """Refuse what cannot be so."""
    if body["version"] < 1:
        raise Refused(Code.details_missing, "version")


def do(done: Doing) -> Outcome:
    """End it."""
    return Outcome(platforms.terminate(done.lane, done.body.version, done.body.ends_on))
