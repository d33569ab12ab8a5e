"""Platform decision (平台准入决定): two people accept a platform after due diligence, send the report back, refuse it, or end its file.

When    a report was brought, or a review is due
Does    writes the decision into the platform's file in the transaction that notes the outcome: once
Refuses what the file's state does not take
"""

from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from cunguan.desks.approvals.permitted import PLATFORMS
from cunguan.desks.approvals.refused import Refused
from cunguan.desks.parties import platforms
from cunguan.desks.parties.models import PlatformFile
from cunguan.doors.portals.custodian.doing import Doing, Outcome
from cunguan.kernel.codes import Code
from cunguan.states.platform_file import PLATFORM_FILE

KIND: Final = "platform_decision"
RESOURCE: Final = PLATFORMS
LANE: Final = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is decided, and where the papers of it lie."""

    of_platform: int
    decision: Literal["accepted", "sent_back", "refused", "ended"]
    evidence: str


def check(body: dict[str, Any], reader: Any, now: datetime) -> None:
    """Refuse what cannot be so."""
    file = PlatformFile.objects.filter(pk=body["of_platform"]).first()
    if file is None:
        raise Refused(Code.platform_not_found, str(body["of_platform"]))
    if not PLATFORM_FILE.may(file.state, body["decision"]):
        raise Refused(Code.state_forbids, file.state)


def do(done: Doing) -> Outcome:
    """Write it down."""
    body = done.body
    if body.of_platform != done.lane:
        return Outcome(Code.details_differ)
    return Outcome(
        platforms.decide(done.lane, body.decision, done.why, body.evidence, done.maker, done.checker, done.at)
    )
