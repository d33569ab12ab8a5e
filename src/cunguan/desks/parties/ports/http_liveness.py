"""The liveness check of others (外部活体检测服务): the camera is theirs, the picture stays with them, we keep what they signed.

When    settings name its address and its key: CUNGUAN_LIVENESS_URL, CUNGUAN_LIVENESS_KEY
Shape   POST <address>/sessions {"request", "purpose", "subject"} -> {"request", "session", "url"}: the browser goes to that url
        POST <address>/verdicts {"request", "session"} -> {"request", "is_done", "is_live", "at", "said", "signature"}: `said` are
        the bytes of verdicts.py in base64, `signature` is Ed25519 over them
Returns a verdict only where the port's key signed these words about this session, purpose and subject; else in_doubt
"""

from base64 import b64decode
from datetime import datetime

import msgspec

from cunguan.desks.parties.identity import NotVerified, Session, Verdict
from cunguan.desks.parties.ports.calling import Caller, PortsWrong
from cunguan.desks.parties.ports.verdicts import is_signed, said_of
from cunguan.kernel.codes import Code


class Begun(msgspec.Struct, frozen=True):
    """A session that was begun."""

    request: str
    session: str
    url: str


class Told(msgspec.Struct, frozen=True):
    """What is known of a session."""

    request: str
    is_done: bool
    is_live: bool = False
    at: datetime | None = None
    said: bytes = b""
    signature: bytes = b""


class HttpLiveness:
    """A liveness check behind HTTPS."""

    is_sandbox = False

    def __init__(self, caller: Caller, key: str, name: str = "liveness") -> None:
        try:
            self._key = b64decode(key, validate=True)
        except ValueError:
            self._key = b""
        if len(self._key) != 32:
            raise PortsWrong("CUNGUAN_LIVENESS_KEY: the 32 bytes of the port's Ed25519 key, as base64")
        self._caller, self.name = caller, name

    def begin(self, purpose: str, subject: str) -> Session | NotVerified:
        """Begin a session."""
        begun = self._caller.ask("/sessions", {"purpose": purpose, "subject": subject}, Begun)
        if begun is None or not begun.session or not begun.url.startswith("https://"):
            return self._doubt()
        return Session(begun.session, begun.url, purpose)

    def verdict(self, session: str, purpose: str, subject: str) -> Verdict | NotVerified:
        """Return what was seen, as it was signed."""
        told = self._caller.ask("/verdicts", {"session": session}, Told)
        if told is None or not told.is_done or told.at is None or told.at.tzinfo is None:
            return self._doubt()
        expected = said_of(session, purpose, subject, told.is_live, told.at)
        if told.said != expected or not is_signed(told.said, told.signature, self._key):
            return self._doubt()
        return Verdict(session, told.is_live, told.at, told.said, told.signature)

    def _doubt(self) -> NotVerified:
        return NotVerified(Code.in_doubt, "the camera's service does not answer: ask again", self.name)
