"""The verifier of others (外部核验服务): a bank's or an operator's service that says whether elements belong together.

When    settings name its address: CUNGUAN_VERIFIER_URL
Shape   POST <address>/checks {"request", "elements", "name", "id_type", "id_number", "mobile", "card"}, of which only what is compared
        answer {"request", "outcome": "match" | "mismatch" | "unknown", "reference"}
Returns Verified for a match with a reference; all else that came is a no, and what did not come, or says `unknown`, is in_doubt
"""

from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import msgspec

from cunguan.desks.parties.identity import ELEMENTS, VERIFIED_DAYS, Identity, NotVerified, Verified, in_china
from cunguan.desks.parties.ports.calling import Caller
from cunguan.kernel.codes import Code

REFERENCE_MAX: Final = 200


class Answer(msgspec.Struct, frozen=True):
    """What the service says."""

    request: str
    outcome: Literal["match", "mismatch", "unknown"]
    reference: str = ""


class HttpVerifier:
    """A verifier behind HTTPS."""

    is_sandbox = False

    def __init__(self, caller: Caller, name: str = "verifier") -> None:
        self._caller, self.name = caller, name

    def check(self, identity: Identity, elements: int) -> Verified | NotVerified:
        """Compare the elements; no answer is in_doubt."""
        told = {"id_type": identity.id_type, **{name: getattr(identity, name) for name in ELEMENTS[elements]}}
        said = self._caller.ask("/checks", {"elements": elements, **told}, Answer)
        if said is None or said.outcome == "unknown" or not 0 < len(said.reference) <= REFERENCE_MAX:
            return NotVerified(Code.in_doubt, "the verifier does not answer: ask again", self.name)
        if said.outcome == "mismatch":
            return NotVerified(Code.identity_differs, "they are not of one person", self.name, said.reference)
        now = datetime.now(UTC)
        return Verified(self.name, said.reference, now, in_china(now) + timedelta(days=VERIFIED_DAYS), elements)
