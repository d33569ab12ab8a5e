"""The demo's bank: the demo bank, heard by the demo's thread and by the plane's housekeeper at once.

Shape   DemoBank with one lock around what either of them calls; its accounts stand under the custodian's references
"""

import threading
from collections.abc import Sequence
from datetime import date

from cunguan.channels.base import BankAnswer
from cunguan.channels.demobank.bank import CHANNEL, Behaviour, DemoBank, Line, customer_of
from cunguan.operations.withdrawal import CreditTransfer

__all__ = ["CHANNEL", "SharedBank", "customer_of"]


class SharedBank(DemoBank):
    """A demo bank for two threads."""

    def __init__(self, *, today: date, seed: int) -> None:
        self._lock = threading.RLock()  # a charge asks for the balance first
        super().__init__(today=today, seed=seed)

    def open(self, account: str, customer: str, balance_minor: int = 0, currency: str = "CNY") -> None:
        """Open an account under the bank's own reference."""
        with self._lock:
            super().open(account, customer, balance_minor, currency)

    def tell(self, customer: str, end_to_end_id: str, behaviour: Behaviour) -> None:
        """Say what shall become of a payment that was not handed over yet."""
        with self._lock:
            super().tell(customer, end_to_end_id, behaviour)

    def receive(
        self, account: str, amount_minor: int, reference: str, *, payer: str = "", payer_hash: str = ""
    ) -> Line:
        """Book money that somebody pays in."""
        with self._lock:
            return super().receive(account, amount_minor, reference, payer=payer, payer_hash=payer_hash)

    def charge(self, account: str, amount_minor: int, reference: str) -> Line:
        """Book money that the bank takes for itself, or somebody takes by its hand."""
        with self._lock:
            return super().charge(account, amount_minor, reference)

    def begin_day(self, day: date) -> None:
        """Move the bank's date."""
        with self._lock:
            super().begin_day(day)

    def balance(self, account: str) -> int:
        """Return what the bank itself says it holds in an account."""
        with self._lock:
            return super().balance(account)

    def take(
        self, customer: str, transfer: CreditTransfer, payee: str = "", payee_account: str = "", order: str = "",
        batch: str = "",
    ) -> BankAnswer | None:  # fmt: skip
        """Take a payment."""
        with self._lock:
            return super().take(customer, transfer, payee, payee_account, order, batch)

    def status(self, customer: str, end_to_end_id: str) -> BankAnswer | None:
        """Return what became of a payment."""
        with self._lock:
            return super().status(customer, end_to_end_id)

    def events(self, customer: str) -> Sequence[BankAnswer]:
        """Return what the bank told on its own."""
        with self._lock:
            return super().events(customer)
