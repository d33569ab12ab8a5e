"""Party decision (身份审查决定): two people clear or refuse somebody whose name is on a list like his, or end his file.

When    a screening has found a name, a check is in doubt, a relation is over
Does    writes the decision into his file in the transaction that notes the outcome: once
Refuses what his state does not take
"""

from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from django.utils.translation import gettext_noop

from cunguan.desks.approvals.permitted import ACCOUNTS
from cunguan.desks.approvals.refused import Refused
from cunguan.desks.parties import records
from cunguan.desks.parties.models import Party
from cunguan.doors.portals.custodian.doing import Doing, Outcome
from cunguan.kernel.codes import Code
from cunguan.states.party import PARTY

KIND: Final = "party_decision"
RESOURCE: Final = ACCOUNTS
HINT: Final = gettext_noop("Say in the reason how it is known that he is, or is not, the one on the list.")


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of whom, and what is decided."""

    person: str
    decision: Literal["cleared", "refused", "ended"]
    evidence: str


def check(body: dict[str, Any], reader: Any, now: datetime) -> None:
    """Refuse what cannot be so."""
    found = Party.objects.filter(pk=body["person"]).first()
    if found is None:
        raise Refused(Code.person_not_found, body["person"])
    if not PARTY.may(found.state, body["decision"]):
        raise Refused(Code.state_forbids, found.state)


def do(done: Doing) -> Outcome:
    """Write it down."""
    found = Party.objects.select_for_update().filter(pk=done.body.person).first()
    if found is None:
        return Outcome(Code.person_not_found)
    body = done.body
    return Outcome(records.decide(found, body.decision, done.maker, done.checker, done.why, body.evidence, done.at))
