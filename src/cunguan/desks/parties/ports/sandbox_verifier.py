"""The sandbox's verifier (沙箱核验): answers by what is asked, so that every answer can be tried. A production start refuses it.

Shape   mobile ends with 0000: the elements are not of one person; with 9999: no answer (in_doubt); all else: they belong together
"""

import uuid
from datetime import UTC, datetime, timedelta

from cunguan.desks.parties.identity import VERIFIED_DAYS, Identity, NotVerified, Verified, in_china
from cunguan.kernel.codes import Code


class SandboxVerifier:
    """A verifier without a register."""

    name = "sandbox-verifier"
    is_sandbox = True

    def check(self, identity: Identity, elements: int) -> Verified | NotVerified:
        """Answer by the mobile's last digits."""
        now, evidence = datetime.now(UTC), f"sandbox:{uuid.uuid4()}"
        if identity.mobile.endswith("0000"):
            return NotVerified(Code.identity_differs, "they are not of one person", self.name, evidence)
        if identity.mobile.endswith("9999"):
            return NotVerified(Code.in_doubt, "the verifier does not answer: ask again", self.name)
        return Verified(self.name, evidence, now, in_china(now) + timedelta(days=VERIFIED_DAYS), elements)
