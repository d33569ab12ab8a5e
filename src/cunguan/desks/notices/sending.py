"""Sending (站外通知): the port by which a notice also goes out by text message or mail, and the sandbox behind it.

When    a kind says `IS_SENT`; the job hands each notice over once it is committed
Shape   Sender.send(Sending); what it takes may be handed over twice, never lost: `key` is the same at each try, so that whoever
        takes it twice delivers it once
        the address is the sender's to find, by the reader; his phone goes along where the house keeps it and the sender carries it
Errors  SendFailed, with a word of WHY: it is tried again
"""

import logging
from datetime import datetime
from typing import Any, Final, Protocol

import msgspec

log = logging.getLogger(__name__)

#: why a notice has not gone out, in words of ours, for what a gateway says may hold anything; wording.py says them to people
WHY: Final = frozenset({
    "not_connected", "tls_failed", "timed_out", "broken_off", "status", "wrong_answer", "not_accepted", "no_details", "no_words",
})  # fmt: skip


class SendFailed(RuntimeError):
    """The channel did not take it."""

    def __init__(self, why: str) -> None:
        assert why in WHY
        super().__init__(why)
        self.why = why


class Sending(msgspec.Struct, frozen=True):
    """A notice on its way out.

    number        of the notice; with `at` it is what no other notice has
    reader        whom it is for, by his reference; `reader_kind` and `lane` (of a platform's people) say among whom
    language      as he has chosen, "" where he has not; so `zone`
    phone         as the house keeps it, "" where it keeps none or the sender carries none
    """

    number: int
    at: datetime
    reader_kind: str
    reader: str
    lane: int | None
    kind: str
    values: dict[str, Any]
    language: str
    zone: str
    phone: str = ""

    @property
    def key(self) -> str:
        """What is the same at each try: a database that was set back gives a number a second time, but not its instant."""
        return f"notice-{self.number}-{int(self.at.timestamp() * 1000)}"


class Sender(Protocol):
    """A channel outside the portal."""

    carries_phone: bool

    async def send(self, sending: Sending) -> None:
        """Hand a notice over; raises SendFailed."""


class SandboxSender:
    """The sandbox's channel: it delivers to nobody, and writes that there was something and of which kind."""

    carries_phone = False

    async def send(self, sending: Sending) -> None:
        """Note the kind alone: neither reader nor words."""
        log.info("a notice would go out", extra={"kind": sending.kind})
