"""Line (银行通道): a lane's line to a bank that is spoken to by files: a Channel over a codec, a way and a desk.

When    the sender carries a payment, or asks what became of one
Does    objection: the file is written once, compared with the message, and kept; nothing has left
        send: the kept bytes are compared again with what was signed, and handed over; the same bytes each time
        query: the bank is asked where its way can ask; else it has said nothing yet, and for how long is counted
        payments: debits of its statements, for a lane that was restored
        events: none; what a bank says on its own are files, and they are the inbox's (doors/inbox)
Shape   Desk: what is kept of a payment, and who stands behind a payee's hash; made by doors/inbox/outgoing.py
Errors  a way that fails is no answer; what was kept and is not what was signed never leaves, and is told to a person
Source  domain-decisions.md 26; channels/base.py
"""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

import msgspec

from cunguan.channels.base import BankAnswer, Order, Payee, Profile, credit_transfer
from cunguan.channels.iso20022.codec import Codec, differs
from cunguan.channels.iso20022.profile import Bank
from cunguan.channels.transport.base import Listed, TransportFailed, reading
from cunguan.formats import camt, xml
from cunguan.formats.statement import Entry, Head, Wrong, minor
from cunguan.kernel.ids import order_id
from cunguan.kernel.rows import Message
from cunguan.operations.withdrawal import CreditTransfer

log = logging.getLogger(__name__)

T = TypeVar("T")
#: what is read of a file before it is known whether it is a statement
BEGIN_BYTES: Final = 2**12
#: a payment that has no end yet is asked for at twice the interval each time, up to so many looks
LOOKS_MAX: Final = 32
ASKED_MAX: Final = 10_000


class Outgoing(msgspec.Struct, frozen=True):
    """A payment's file: kept, and sent when the bank took it."""

    name: str
    content: bytes
    sent_at: datetime | None


class _Asked(msgspec.Struct, frozen=True):
    """When the bank was asked of a payment, how long it is left alone, and what it said."""

    at: float
    wait: float
    answer: BankAnswer | None
    content: bytes


_NEVER: Final = _Asked(-float("inf"), 0.0, None, b"")


class Desk(Protocol):
    """What is kept beside a line."""

    def now(self) -> datetime:
        """Return the instant, in the custodian's zone."""

    def payee(self, payee_hash: str) -> Payee | None:
        """Return who stands behind a hash; None: nobody was brought under it."""

    def is_payee(self, payee: Payee, payee_hash: str) -> bool:
        """Return whether a payee is the one of a hash."""

    def outgoing(self, payment: str) -> Outgoing | None:
        """Return the file of a payment, as it was kept."""

    def keep_outgoing(self, payment: str, order: str, content: bytes) -> Outgoing:
        """Keep the file of a payment; the one that was kept first stays."""

    def sent(self, payment: str) -> None:
        """Note that the bank took a payment's file."""

    def keep_answer(self, name: str, content: bytes) -> None:
        """Keep what the bank answered, before it is read."""

    def payments_of(self, orders: Sequence[str]) -> Mapping[str, str]:
        """Return the lane's payments by the ids a bank knows them by."""

    def accounts(self) -> Collection[str]:
        """Return the numbers of the lane's accounts at the bank."""


class Line:
    """One lane's line to one bank: a Channel."""

    def __init__(self, lane: int, bank: Bank, desk: Desk) -> None:
        self._lane, self._bank, self._desk, self._codec = lane, bank, desk, Codec(bank)
        self._asked: dict[str, _Asked] = {}
        self._debits: dict[Listed, list[tuple[date | None, BankAnswer]]] = {}

    @property
    def profile(self) -> Profile:
        """Return what we know of the bank."""
        return self._bank.profile

    # ── out ──────────────────────────────────────────────────────────────────
    def objection(self, message: Message) -> str:
        """Return why the bank cannot be told of a payment; its file is kept when it can."""
        transfer = credit_transfer(message)
        outgoing = self._desk.outgoing(message.id)
        if outgoing is None:
            payee = self._desk.payee(transfer.payee_hash)
            if payee is None:
                return "name and account of its payee were never brought: see docs/banks.md, Payees"
            try:
                content = self._written(message.id, transfer, payee)
            except ValueError as wrong:
                return f"the bank cannot be told of it: {wrong}"
            if differs := self._differs(content, message.id, transfer):
                return differs
            outgoing = self._desk.keep_outgoing(message.id, order_id(self._lane, message.id), content)
        return self._differs(outgoing.content, message.id, transfer)

    def send(self, message: Message) -> BankAnswer | None:
        """Hand the kept file over; None: the bank did not say."""
        outgoing, transfer = self._desk.outgoing(message.id), credit_transfer(message)
        if outgoing is None:
            log.error("payment %s has no file: nothing was sent, and a person must look", message.id)
            return None
        if wrong := self._differs(outgoing.content, message.id, transfer):
            log.critical("payment %s was not sent: of its file, %s", message.id, wrong)
            return None
        if self._tried(lambda way: way.put(outgoing.name, outgoing.content) or True) is None:
            return None
        self._desk.sent(message.id)
        return BankAnswer(message.id, "pending", transfer.amount_minor)

    # ── what became of it ────────────────────────────────────────────────────
    def query(self, end_to_end_id: str) -> BankAnswer | None:
        """Return what the bank says of a payment; None: it did not say."""
        if not self._can_ask:
            return self._waited(end_to_end_id)
        asked = self._asked.get(end_to_end_id, _NEVER)
        now = time.monotonic()
        if now - asked.at < asked.wait:
            return asked.answer
        if len(self._asked) > ASKED_MAX:  # of payments that have their end: those that have not are asked once more
            self._asked.clear()
        content, answer = self._ask(end_to_end_id, asked.content)
        wait = min(max(2 * asked.wait, self._bank.look_seconds), LOOKS_MAX * self._bank.look_seconds)
        self._asked[end_to_end_id] = _Asked(now, wait, answer, content)
        return answer

    def events(self) -> Sequence[BankAnswer]:
        """Return nothing: what the bank says on its own comes as files."""
        return ()

    def payments(self, since: date) -> Sequence[BankAnswer] | None:
        """Return the debits of the lane's accounts in the bank's files, by our payments' ids; None: it did not say."""
        found = self._tried(lambda way: list(self._debits_since(way, since)))
        if found is None:
            return None
        known = self._desk.payments_of([one.end_to_end_id for one in found])
        return [
            msgspec.structs.replace(one, end_to_end_id=known.get(one.end_to_end_id, one.end_to_end_id)) for one in found
        ]

    # ── inside ───────────────────────────────────────────────────────────────
    def _written(self, payment: str, transfer: CreditTransfer, payee: Payee) -> bytes:
        now = self._desk.now()
        return self._codec.encode(Order(order_id(self._lane, payment), transfer, payee, now, now.date()))

    def _differs(self, content: bytes, payment: str, transfer: CreditTransfer) -> str:
        return differs(
            content, order_id(self._lane, payment), transfer,
            lambda payee: self._desk.is_payee(payee, transfer.payee_hash),
        )  # fmt: skip

    @property
    def _can_ask(self) -> bool:
        return getattr(self._bank.transport, "has_status", False)

    def _ask(self, payment: str, before: bytes) -> tuple[bytes, BankAnswer | None]:
        """Return what the bank says, as it came and as it is meant; `before`: what it said when it was asked last."""
        order = order_id(self._lane, payment)
        asked: tuple[bytes | None] | None = self._tried(lambda way: (way.status(order),))
        if asked is None:
            return before, None
        (content,) = asked
        if content is None:
            return before, BankAnswer(payment, "unknown", 0)
        if content != before:  # each word is kept, and not as often as it is repeated
            self._desk.keep_answer(f"status-{order}.xml", content)
        return content, self._read(payment, order, content)

    def _read(self, payment: str, order: str, content: bytes) -> BankAnswer | None:
        try:
            said = [answer for answer in self._codec.decode(content) if answer.end_to_end_id == order]
        except Wrong as wrong:
            log.error("the bank's answer about payment %s cannot be read: %s", payment, wrong)
            return None
        return msgspec.structs.replace(said[-1], end_to_end_id=payment) if said else None

    def _waited(self, payment: str) -> BankAnswer | None:
        """Return what can be said of a payment at a bank that cannot be asked: it tells by its files, in its time."""
        outgoing = self._desk.outgoing(payment)
        if outgoing is None:
            return None
        if outgoing.sent_at is None:  # the same bytes again harm nothing where the bank knows them again
            return BankAnswer(payment, "unknown", 0) if self.profile.deduplicates else None
        patience = timedelta(hours=self._bank.answers_within_hours)
        return BankAnswer(payment, "pending", 0) if self._desk.now() < outgoing.sent_at + patience else None

    def _debits_since(self, way: Any, since: date) -> Iterator[BankAnswer]:
        accounts = frozenset(self._desk.accounts())
        for one in way.listed(""):
            if one not in self._debits:
                self._debits[one] = list(_debits(way.get(one.name), accounts))
            yield from (answer for day, answer in self._debits[one] if day is None or day >= since)

    def _tried(self, act: Callable[[Any], T]) -> T | None:
        try:
            with self._bank.transport.transport() as way:
                return act(way)
        except TransportFailed as failed:
            log.warning("bank %s: %s", self._bank.name, failed)
            return None


def _debits(pieces: Iterator[bytes], accounts: Collection[str]) -> Iterator[tuple[date | None, BankAnswer]]:
    content = reading(pieces)
    if not xml.is_xml(content.peek(BEGIN_BYTES)):
        return
    try:
        is_ours = False
        for part in camt.read(content):
            if isinstance(part, Head):
                is_ours = part.account in accounts
            elif isinstance(part, Entry) and is_ours and not part.credit and part.status == "booked":
                yield from _debit(part)
    except Wrong as wrong:  # a pain.002, or damaged: what it holds is in another file too
        log.info("a file of the bank tells of no debits: %s", wrong)


def _debit(entry: Entry) -> Iterator[tuple[date | None, BankAnswer]]:
    for detail in entry.details:
        if detail.end_to_end_id:
            amount = entry.amount if detail.amount is None else detail.amount
            yield entry.booked_on, BankAnswer(detail.end_to_end_id, "settled", minor(amount, entry.currency))
