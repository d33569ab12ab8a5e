"""Calls (模拟银行指令): everything that changes the demo bank, as values: what is journaled, sent, and applied.

Shape   one struct a call, told apart by its tag; Desk: the bank, and which receipts it has booked by the caller's own id
Errors  Refused: the bank cannot do it; nothing is changed, and a replay comes to the same refusal
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import msgspec

from cunguan.channels.demobank.bank import Behaviour, ChannelOrder, DemoBank, Line, Mishap
from cunguan.operations.withdrawal import CreditTransfer

#: whose payments are of an account that nobody has: they are rejected
NOBODY: Final = "nobody"


class Refused(Exception):
    """The bank does not do it; the message says why."""


class Open(msgspec.Struct, frozen=True, tag="open", forbid_unknown_fields=True):
    """Open an account; one that is open already for this customer stays as it is."""

    account: str
    customer: str
    currency: str = "CNY"


class Tell(msgspec.Struct, frozen=True, tag="tell", forbid_unknown_fields=True):
    """Say what shall become of one payment."""

    customer: str
    end_to_end_id: str
    behaviour: Behaviour


class Draw(msgspec.Struct, frozen=True, tag="draw", forbid_unknown_fields=True):
    """Say by which weights the behaviour of a customer's later payments is drawn."""

    customer: str
    rule: tuple[tuple[Behaviour, int], ...]


class Receive(msgspec.Struct, frozen=True, tag="receive", forbid_unknown_fields=True):
    """Somebody pays in; the same `id` is booked once."""

    id: str
    account: str
    amount_minor: int
    reference: str
    payer: str = ""
    payer_hash: str = ""


class BeginDay(msgspec.Struct, frozen=True, tag="begin_day", forbid_unknown_fields=True):
    """Move the bank's date; a day that has begun stays."""

    day: date


class Handed(msgspec.Struct, frozen=True):
    """A payment of a file of orders, as the bank reads it."""

    transfer: CreditTransfer
    payee: str
    payee_account: str
    batch: str


class Hand(msgspec.Struct, frozen=True, tag="hand", forbid_unknown_fields=True):
    """A customer hands a file of orders over; the same file again is the same. `fault`: why it cannot be read."""

    name: str
    digest: str
    order: str
    payments: tuple[Handed, ...] = ()
    fault: str = ""


class Charge(msgspec.Struct, frozen=True, tag="charge", forbid_unknown_fields=True):
    """The bank takes money without an order; the same `id` is booked once."""

    id: str
    account: str
    amount_minor: int
    reference: str


class Mislay(msgspec.Struct, frozen=True, tag="mislay", forbid_unknown_fields=True):
    """Say what shall become of a customer's next paper of a kind."""

    customer: str
    mishap: Mishap


class PayByChannel(msgspec.Struct, frozen=True, tag="pay_by_channel", forbid_unknown_fields=True):
    """A client pays through the payment channel; `order` is our deposit, paid once."""

    order: str
    account: str
    amount_minor: int
    fee_minor: int = 0
    is_net: bool = True


CallOf = Open | Tell | Draw | Receive | BeginDay | Hand | Charge | Mislay | PayByChannel


class Desk:
    """Where the calls come in."""

    def __init__(self, bank: DemoBank) -> None:
        self.bank = bank
        self._booked: dict[str, tuple[Receive | Charge, Line]] = {}
        self._handed: dict[str, str] = {}
        self._paid: dict[str, tuple[PayByChannel, ChannelOrder]] = {}

    def do(self, call: CallOf) -> Any:
        """Do one call and return the bank's answer; False from `Hand` is its silence."""
        match call:
            case Open():
                return self._open(call)
            case Tell(customer, payment, behaviour):
                return self.bank.tell(customer, payment, behaviour)
            case Draw(customer, rule):
                return self._draw(customer, rule)
            case Receive():
                return self._receive(call)
            case BeginDay(day):
                return self._begin_day(day)
            case Hand():
                return self._hand(call)
            case Charge():
                return self._charge(call)
            case Mislay(customer, mishap):
                return self.bank.mishap(customer, mishap)
            case PayByChannel():
                return self._pay(call)

    def _open(self, call: Open) -> None:
        owner = self.bank.customer(call.account)
        if owner not in (None, call.customer):
            raise Refused("the account is another customer's")
        if owner is None:
            self.bank.open(call.account, call.customer, currency=call.currency)

    def _draw(self, customer: str, rule: tuple[tuple[Behaviour, int], ...]) -> None:
        if not rule or any(weight <= 0 for _, weight in rule):
            raise Refused("a rule has behaviours, each with a positive weight")
        self.bank.draw(customer, rule)

    def _receive(self, call: Receive) -> Line:
        return self._once(
            call, "another receipt",
            lambda: self.bank.receive(
                call.account, call.amount_minor, call.reference, payer=call.payer, payer_hash=call.payer_hash
            ),
        )  # fmt: skip

    def _charge(self, call: Charge) -> Line:
        known = self.bank.customer(call.account) is not None
        if known and call.id not in self._booked and call.amount_minor > self.bank.balance(call.account):
            raise Refused("a bank takes no more than is there")
        return self._once(
            call, "another booking", lambda: self.bank.charge(call.account, call.amount_minor, call.reference)
        )

    def _once(self, call: Receive | Charge, other: str, book: Callable[[], Line]) -> Line:
        before = self._booked.get(call.id)
        if before is not None:
            if before[0] != call:
                raise Refused(f"this id was {other}")
            return before[1]
        self._check(call.account, call.amount_minor)
        line = book()
        self._booked[call.id] = (call, line)
        return line

    def _check(self, account: str, amount_minor: int) -> None:
        if self.bank.customer(account) is None:
            raise Refused("no such account")
        if amount_minor <= 0:
            raise Refused("a bank books positive amounts")

    def _hand(self, call: Hand) -> bool:
        if self._handed.get(call.name, call.digest) != call.digest:
            raise Refused("a file of this name was other bytes")
        if call.name in self._handed:
            return True
        if call.fault:
            self.bank.reject_order(call.order, call.fault)
            self._handed[call.name] = call.digest
            return True
        answers = [self._take(call, one) for one in call.payments]
        if all(self.bank.has(self._payer(one), one.transfer.end_to_end_id) for one in call.payments):
            self._handed[call.name] = call.digest  # else some of it never arrived: it may be handed over again
        return all(answers)

    def _take(self, call: Hand, one: Handed) -> bool:
        answer = self.bank.take(
            self._payer(one), one.transfer, one.payee, one.payee_account, call.order, one.batch
        )  # fmt: skip
        return answer is not None

    def _payer(self, one: Handed) -> str:
        return self.bank.customer(one.transfer.bank_account) or NOBODY

    def _pay(self, call: PayByChannel) -> ChannelOrder:
        before = self._paid.get(call.order)
        if before is not None:
            if before[0] != call:
                raise Refused("this order was another payment")
            return before[1]
        self._check(call.account, call.amount_minor)
        if not 0 <= call.fee_minor < call.amount_minor:
            raise Refused("the channel's fee is less than what is paid")
        paid = self.bank.pay_by_channel(
            call.order, call.account, call.amount_minor, call.fee_minor, is_net=call.is_net
        )  # fmt: skip
        self._paid[call.order] = (call, paid)
        return paid

    def _begin_day(self, day: date) -> date:
        if day > self.bank.today:
            self.bank.begin_day(day)
        return self.bank.today
