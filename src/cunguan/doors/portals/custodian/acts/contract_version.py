"""Contract version (存管合同版本): two people put a version of a platform's contract in force, or end it.

When    the contract was signed, changed or terminated
Does    writes the version into the platform's file in the transaction that notes the outcome: once; the one before is superseded
        the books go by it when its pools' papers are recorded (pool_papers)
Refuses a version that says nothing of liability, fees, termination or liquidation, or ends before it begins
"""

from datetime import date, datetime
from typing import Any, Final

import msgspec
from django.utils.translation import gettext_noop

from cunguan.desks.approvals.permitted import PLATFORMS
from cunguan.desks.approvals.refused import Refused
from cunguan.desks.parties import platforms
from cunguan.desks.parties.models import PlatformFile
from cunguan.doors.portals.custodian.doing import Doing, Outcome
from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id

KIND: Final = "contract_version"
RESOURCE: Final = PLATFORMS
LANE: Final = "platform"
TERMS: Final = ("liability", "fees", "termination", "liquidation")
HINT: Final = gettext_noop("Afterwards record the papers of each bank account: the books go by those.")


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The document, how long it holds, and what it says of the four things that must be agreed."""

    document: str
    document_sha256: str
    valid_from: date
    valid_until: date
    liability: str
    fees: str
    termination: str
    liquidation: str


def check(body: dict[str, Any], reader: Any, now: datetime) -> None:
    """Refuse what cannot be so."""
    if not is_id(body["document"]):
        raise Refused(Code.id_malformed, body["document"])
    if len(body["document_sha256"]) != 64 or set(body["document_sha256"]) - set("0123456789abcdef"):
        raise Refused(Code.details_missing, "document_sha256")
    if body["valid_until"] < body["valid_from"] or body["valid_until"] < now.date().isoformat():
        raise Refused(Code.period_malformed)
    if empty := [name for name in TERMS if not body[name].strip()]:
        raise Refused(Code.details_missing, ", ".join(empty))


def do(done: Doing) -> Outcome:
    """Put it in force."""
    if not PlatformFile.objects.filter(pk=done.lane).exists():
        return Outcome(Code.platform_not_found)
    terms = msgspec.structs.asdict(done.body)
    return Outcome(platforms.agree(done.lane, terms, done.maker, done.checker, done.at))
