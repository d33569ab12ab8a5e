"""Channel (银行渠道): what the sender asks of a bank, and what a bank may say.

Shape   Channel: one customer's line to one bank, so that an end-to-end id is his own; no shared behaviour
        Codec: a bank spoken to by files, without its line
        Payee: name, account, bank: only here, sealed in payee_detail, and in the bytes for the bank
        BankAnswer: what the bank says of one payment; nothing heard is None, and is not an answer
Errors  what a channel raises ends the sender's run; a lost line or a silent bank is None, never an exception
Source  ISO 20022 pain.002 (status of a payment), EndToEndId; domain-decisions.md 26
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, Protocol

import msgspec

from cunguan.kernel.rows import Message
from cunguan.operations.withdrawal import CreditTransfer

#: pending: the bank has it and will tell; unknown: the bank has no such payment (which proves nothing)
Status = Literal["settled", "rejected", "returned", "pending", "unknown"]


class Profile(msgspec.Struct, frozen=True):
    """What we know of a bank.

    deduplicates   the same end-to-end id handed over twice is paid once
    finality_days  from so many days after it on, a negative status cannot turn into a payment any more
    """

    name: str
    deduplicates: bool
    finality_days: int


class Payee(msgspec.Struct, frozen=True):
    """Whom a payment goes to, or came from: an account in a name, at a bank by its BIC or clearing code, "" where the account tells."""

    name: str
    account: str
    bank: str = ""

    def __repr__(self) -> str:
        """Return nothing that a log may not hold."""
        return "Payee(…)"

    @property
    def shown(self) -> str:
        """Return how a person is shown the account.

        >>> Payee("Li Lei", "6222 0210 0101").shown
        '****0101'
        """
        return f"****{self.account.replace(' ', '')[-4:]}"


class BankAnswer(msgspec.Struct, frozen=True):
    """What a bank says of one payment.

    amount_minor  0: the bank speaks of the order, whatever its amount; its statement tells what it booked
    is_final      a rejection that cannot turn into a payment any more
    """

    end_to_end_id: str
    status: Status
    amount_minor: int
    reason: str = ""
    is_final: bool = False


class Order(msgspec.Struct, frozen=True):
    """A payment as a bank is told of it; `id` is the EndToEndId it knows the payment by (kernel/ids.py)."""

    id: str
    transfer: CreditTransfer
    payee: Payee
    created: datetime
    execute_on: date


class Codec(Protocol):
    """What a bank that is spoken to by files means by them: three names, and no sockets."""

    @property
    def profile(self) -> Profile:
        """Return what we know of the bank."""

    def encode(self, order: Order) -> bytes:
        """Return the file in which a payment leaves; ValueError where the bank cannot be told of it."""

    def decode(self, content: bytes) -> Sequence[BankAnswer]:
        """Return what a file of the bank says of payments, by the ids the bank knows them by; formats.Wrong for no such file."""


class Channel(Protocol):
    """A customer's line to a bank."""

    @property
    def profile(self) -> Profile:
        """Return what we know of the bank."""

    def objection(self, message: Message) -> str:
        """Return why the bank cannot be told of a payment, before anything is done about it; "" when it can."""

    def send(self, message: Message) -> BankAnswer | None:
        """Hand a payment over; None: the bank did not say."""

    def query(self, end_to_end_id: str) -> BankAnswer | None:
        """Ask for the status of a payment; None: the bank did not say."""

    def events(self) -> Sequence[BankAnswer]:
        """Return all that the bank said on its own, from the first on: later calls only add at the end."""

    def payments(self, since: date) -> Sequence[BankAnswer] | None:
        """Return the payments the bank has of this customer from a date on, as its statement shows; None: it did not say."""


def credit_transfer(message: Message) -> CreditTransfer:
    """Read a message of the outbox."""
    return msgspec.json.decode(message.payload, type=CreditTransfer)
