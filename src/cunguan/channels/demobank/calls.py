"""Calls (模拟银行指令): everything that changes the demo bank, as values: what is journaled, sent, and applied.

Shape   one struct a call, told apart by its tag; Desk: the bank, and which receipts it has booked by the caller's own id
Errors  Refused: the bank cannot do it; nothing is changed, and a replay comes to the same refusal
"""

from datetime import date
from typing import Any

import msgspec

from cunguan.channels.demobank.bank import Behaviour, DemoBank, Line
from cunguan.operations.withdrawal import CreditTransfer


class Refused(Exception):
    """The bank does not do it; the message says why."""


class Open(msgspec.Struct, frozen=True, tag="open", forbid_unknown_fields=True):
    """Open an account; one that is open already for this customer stays as it is."""

    account: str
    customer: str


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


class Take(msgspec.Struct, frozen=True, tag="take", forbid_unknown_fields=True):
    """A customer hands a payment over."""

    customer: str
    transfer: CreditTransfer


CallOf = Open | Tell | Draw | Receive | BeginDay | Take


class Desk:
    """Where the calls come in."""

    def __init__(self, bank: DemoBank) -> None:
        self.bank = bank
        self._received: dict[str, tuple[Receive, Line]] = {}

    def do(self, call: CallOf) -> Any:
        """Do one call and return the bank's answer; None from `Take` is its silence."""
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
            case Take(customer, transfer):
                return self.bank.take(customer, transfer)

    def _open(self, call: Open) -> None:
        owner = self.bank.customer(call.account)
        if owner not in (None, call.customer):
            raise Refused("the account is another customer's")
        if owner is None:
            self.bank.open(call.account, call.customer)

    def _draw(self, customer: str, rule: tuple[tuple[Behaviour, int], ...]) -> None:
        if not rule or any(weight <= 0 for _, weight in rule):
            raise Refused("a rule has behaviours, each with a positive weight")
        self.bank.draw(customer, rule)

    def _receive(self, call: Receive) -> Line:
        before = self._received.get(call.id)
        if before is not None:
            if before[0] != call:
                raise Refused("this id was another receipt")
            return before[1]
        if self.bank.customer(call.account) is None:
            raise Refused("no such account")
        if call.amount_minor <= 0:
            raise Refused("a bank books positive amounts")
        line = self.bank.receive(
            call.account, call.amount_minor, call.reference, payer=call.payer, payer_hash=call.payer_hash
        )
        self._received[call.id] = (call, line)
        return line

    def _begin_day(self, day: date) -> date:
        if day > self.bank.today:
            self.bank.begin_day(day)
        return self.bank.today
