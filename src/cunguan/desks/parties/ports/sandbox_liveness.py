"""The sandbox's liveness check (沙箱活体检测): no camera; a subject's reference says what is seen. A production start refuses it.

Shape   a subject that ends with "-not-live": nobody alive; with "-no-answer": in_doubt; all else: a living person. Verdicts are
        signed as a real port's are, by a key that every sandbox has
"""

import uuid
from datetime import UTC, datetime
from typing import Final

import nacl.signing

from cunguan.desks.parties.identity import NotVerified, Session, Verdict
from cunguan.desks.parties.ports.verdicts import said_of
from cunguan.kernel.codes import Code

#: known to everybody, and good for nothing
KEY: Final = nacl.signing.SigningKey(b"cunguan sandbox liveness key 001")


class SandboxLiveness:
    """A liveness check without a camera."""

    name = "sandbox-liveness"
    is_sandbox = True

    def begin(self, purpose: str, subject: str) -> Session | NotVerified:
        """Begin a session; there is nothing to look into."""
        return Session(f"sandbox-{uuid.uuid4()}", "", purpose)

    def verdict(self, session: str, purpose: str, subject: str) -> Verdict | NotVerified:
        """Answer by the subject."""
        if subject.endswith("-no-answer"):
            return NotVerified(Code.in_doubt, "the camera's service does not answer: ask again", self.name)
        at, is_live = datetime.now(UTC), not subject.endswith("-not-live")
        said = said_of(session, purpose, subject, is_live, at)
        return Verdict(session, is_live, at, said, bytes(KEY.sign(said).signature))
