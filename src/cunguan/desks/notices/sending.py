"""Sending (站外通知): the port by which a notice also goes out by text message or mail, and the sandbox behind it.

When    a kind says `IS_SENT`; the job hands each notice over once it is committed
Shape   Sender.send(Sending) returns whether it was taken; what it takes may be delivered twice, never lost
        the address is the sender's to find, by the reader: neither the notice nor this port holds one
Errors  SendFailed: it is tried again
"""

import logging
from typing import Any, Protocol

import msgspec

log = logging.getLogger(__name__)


class SendFailed(RuntimeError):
    """The channel did not take it."""


class Sending(msgspec.Struct, frozen=True):
    """A notice on its way out; `language` as its reader has chosen, "" where he has not."""

    number: int
    reader: str
    kind: str
    values: dict[str, Any]
    language: str


class Sender(Protocol):
    """A channel outside the portal."""

    async def send(self, sending: Sending) -> None:
        """Hand a notice over; raises SendFailed."""


class SandboxSender:
    """The sandbox's channel: it delivers to nobody, and writes that there was something and of which kind."""

    async def send(self, sending: Sending) -> None:
        """Note the kind alone: neither reader nor words."""
        log.info("a notice would go out", extra={"notice": sending.number, "kind": sending.kind})
