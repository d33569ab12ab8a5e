"""Demo bank (模拟银行): holds real balances of its own and behaves, or misbehaves, as it is told.

When    demo, sandbox and tests; time is given by `begin_day`, chance by the seed: the same calls, the same bank
Shape   DemoBank: accounts of customers by the bank's own reference, payments by customer and end-to-end id
        Behaviour: what becomes of one payment; told for one id, or drawn by the seeded rule
        Paper: a file it lays out, as values (files.py makes the bytes): a status report of a payment, a notification of each
        booking as it happens, a statement of each account when its day ends, a settlement of its payment channel, T+1
        Mishap: what becomes of the next paper of a kind
Errors  a wrong message is a rejection and the same message twice is paid once, as at a bank;
        AssertionError: an account opened twice, or a day that goes back
Source  the cases of domain-decisions.md 26 and domain.md (k.3) S-04, S-05
"""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any, Literal

import msgspec

from cunguan.channels.base import BankAnswer, Profile, Status, credit_transfer
from cunguan.kernel.rows import Message
from cunguan.operations.withdrawal import CreditTransfer

CHANNEL = "demobank"
#: its payment channel: a channel of its own, which settles by credits of the bank
PAY_CHANNEL = "demopay"
PROFILE = Profile(CHANNEL, deduplicates=True, finality_days=2)


class Behaviour(msgspec.Struct, frozen=True):
    """What becomes of one payment.

    pays           it is paid in the end, if the account holds the money
    lost           so many hand-overs never arrive
    answers        the answer to the hand-over arrives
    after_days     the bank takes its time: until then the payment is pending
    callbacks      so many times the bank tells the outcome on its own
    mute_days      so long it answers no query
    returned_days  so many days after it was paid, the payee's bank sends it back
    contradicted_days  so many days after it was rejected, it is paid after all
    more_minor     so much more is booked than was ordered
    """

    pays: bool = True
    lost: int = 0
    answers: bool = True
    after_days: int = 0
    callbacks: int = 0
    mute_days: int = 0
    returned_days: int | None = None
    contradicted_days: int | None = None
    more_minor: int = 0

    @property
    def is_told(self) -> bool:
        """Whether the bank says something of the payment on its own, beside its statement."""
        return self.answers or self.callbacks > 0


SUCCESS = Behaviour()
REJECT = Behaviour(pays=False)
NO_ANSWER = Behaviour(answers=False)  # it is paid; only a query tells
NOT_HEARD = Behaviour(answers=False, lost=1)
LATE = Behaviour(answers=False, after_days=1, callbacks=1)
LATE_REJECT = Behaviour(pays=False, answers=False, after_days=1, callbacks=1)
RETURNED = Behaviour(returned_days=3)

Rule = Sequence[tuple[Behaviour, int]]  # behaviours and their weights


#: receipt: somebody paid in; payment: paid out by order; return: a payment that came back; charge: taken without order
Booking = Literal["receipt", "payment", "return", "charge"]


class Line(msgspec.Struct, frozen=True):
    """A line of an account's statement, in the order of booking; of a receipt the payer's name and account, as the bank tells it."""

    number: int
    day: date
    account: str
    credit: bool
    amount_minor: int
    reference: str
    booking: Booking
    payer: str = ""
    payer_hash: str = ""
    reason: str = ""
    payee: str = ""
    payee_account: str = ""
    currency: str = "CNY"


#: status: pain.002; notification: camt.054; statement: camt.053; settlement: of the payment channel
PaperKind = Literal["status", "notification", "statement", "settlement"]
#: lost: never laid out; twice: under another name too; again: in other bytes too; late: so many days later
Fate = Literal["lost", "twice", "again", "late"]


class Mishap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of the next paper of a kind."""

    kind: PaperKind
    fate: Fate
    days: int = 1


class StatusSeen(msgspec.Struct, frozen=True):
    """What the bank says of a payment, and since when it is so; `order`, `batch`: the message and the group it came in."""

    end_to_end_id: str
    status: Status
    reason: str
    amount_minor: int
    decided: date | None
    order: str = ""
    batch: str = ""


class DayLines(msgspec.Struct, frozen=True):
    """An account's day: the lines after `after` and up to `upto`."""

    account: str
    opening_minor: int
    closing_minor: int
    after: int
    upto: int


class ChannelOrder(msgspec.Struct, frozen=True):
    """What a client paid through the payment channel."""

    order: str
    account: str
    gross_minor: int
    fee_minor: int
    settle_date: date
    is_net: bool


class Settling(msgspec.Struct, frozen=True):
    """What the payment channel pays to an account for a date."""

    account: str
    settle_date: date
    reference: str
    orders: tuple[ChannelOrder, ...]

    @property
    def paid_minor(self) -> int:
        """What comes to the account."""
        return sum(one.gross_minor - (one.fee_minor if one.is_net else 0) for one in self.orders)


class Paper(msgspec.Struct, frozen=True):
    """A file that was laid out; `copy` 1: the same bytes once more, 2: the same in other bytes."""

    number: int
    day: date
    kind: PaperKind
    of: StatusSeen | Line | DayLines | Settling
    of_day: date
    copy: int = 0


class _Account(msgspec.Struct):
    customer: str
    balance_minor: int
    currency: str
    opening_minor: int = 0
    opening_line: int = 0


class _Payment(msgspec.Struct):
    customer: str
    transfer: CreditTransfer
    behaviour: Behaviour
    since: date
    decided: date | None = None
    status: Status = "pending"
    reason: str = ""
    payee: str = ""
    payee_account: str = ""
    order: str = ""
    batch: str = ""


class DemoBank:
    """A bank with some customers."""

    def __init__(self, *, today: date, seed: int = 0, rule: Rule = ((SUCCESS, 1),), profile: Profile = PROFILE) -> None:
        self.today, self.profile = today, profile
        self.lines: list[Line] = []
        self._seed, self._rule = seed, tuple(rule)
        self._rules: dict[str, Rule] = {}
        self._accounts: dict[str, _Account] = {}
        self._payments: dict[tuple[str, str], _Payment] = {}
        self._whose: dict[str, str] = {}
        self._told: dict[tuple[str, str], Behaviour] = {}
        self._lost: dict[tuple[str, str], int] = {}
        self._events: dict[str, list[BankAnswer]] = {}
        self.papers: list[Paper] = []
        self._mishaps: dict[tuple[str, PaperKind], list[Mishap]] = {}
        self._late: list[tuple[date, PaperKind, Any, date]] = []
        self._channel: list[ChannelOrder] = []

    # ── what a test or the demo arranges ─────────────────────────────────────
    def open(self, account: str, customer: str, balance_minor: int = 0, currency: str = "CNY") -> None:
        """Open an account under the bank's own reference."""
        assert account not in self._accounts, f"account {account} is open already"
        self._accounts[account] = _Account(customer, balance_minor, currency, balance_minor, len(self.lines))

    def tell(self, customer: str, end_to_end_id: str, behaviour: Behaviour) -> None:
        """Say what shall become of a payment that was not handed over yet."""
        self._told[(customer, end_to_end_id)] = behaviour

    def draw(self, customer: str, rule: Rule) -> None:
        """Say by which weights the behaviour of a customer's later payments is drawn."""
        self._rules[customer] = tuple(rule)

    def receive(
        self, account: str, amount_minor: int, reference: str, *, payer: str = "", payer_hash: str = ""
    ) -> Line:
        """Book money that somebody pays in."""
        assert amount_minor > 0, "a bank books positive amounts"
        return self._book(account, True, amount_minor, reference, "receipt", payer, payer_hash)

    def charge(self, account: str, amount_minor: int, reference: str) -> Line:
        """Book money that the bank takes for itself, or somebody takes by its hand."""
        assert 0 < amount_minor <= self.balance(account), "a bank takes no more than is there"
        return self._book(account, False, amount_minor, reference, "charge")

    def mishap(self, customer: str, mishap: Mishap) -> None:
        """Say what shall become of a customer's next paper of a kind."""
        self._mishaps.setdefault((customer, mishap.kind), []).append(mishap)

    def pay_by_channel(
        self, order: str, account: str, amount_minor: int, fee_minor: int, *, is_net: bool
    ) -> ChannelOrder:
        """Let a client pay through the payment channel, which settles on the next day."""
        assert amount_minor > fee_minor >= 0, "a channel pays something"
        paid = ChannelOrder(order, account, amount_minor, fee_minor, self.today + timedelta(days=1), is_net)
        self._channel.append(paid)
        return paid

    def begin_day(self, day: date) -> None:
        """End the day, move the bank's date, and do what falls due until then, in the order of the hand-overs."""
        assert day >= self.today, "a bank's date does not go back"
        if day > self.today:
            self._end_day()
        self.today = day
        self._lay_late()
        self._settle()
        for payment in self._payments.values():
            if payment.status == "pending" and self._due(payment.since, payment.behaviour.after_days):
                self._decide(payment)
            if payment.status == "rejected" and self._passed(payment, payment.behaviour.contradicted_days):
                self._contradict(payment)
            if payment.status == "settled" and self._passed(payment, payment.behaviour.returned_days):
                self._return(payment)

    # ── what can be read ─────────────────────────────────────────────────────
    def balance(self, account: str) -> int:
        """Return what the bank itself says it holds in an account."""
        return self._accounts[account].balance_minor

    def statement(self, account: str) -> list[Line]:
        """Return the lines of an account."""
        return [line for line in self.lines if line.account == account]

    def lines_after(self, account: str, number: int, limit: int) -> list[Line]:
        """Return the lines of an account after a line's number, oldest first."""
        return list(islice((line for line in self.lines[number:] if line.account == account), limit))

    def has(self, customer: str, end_to_end_id: str) -> bool:
        """Return whether a payment was taken."""
        return (customer, end_to_end_id) in self._payments

    def reject_order(self, order: str, reason: str) -> None:
        """Say that a file of orders cannot be read."""
        self._laid("status", StatusSeen("", "rejected", reason, 0, self.today, order), self.today)

    def accounts(self, customer: str) -> dict[str, int]:
        """Return a customer's accounts and what the bank holds in them."""
        return {name: one.balance_minor for name, one in self._accounts.items() if one.customer == customer}

    def customer(self, account: str) -> str | None:
        """Return whose an account is; None: there is none."""
        found = self._accounts.get(account)
        return found.customer if found is not None else None

    def rule(self, customer: str) -> Rule:
        """Return by which weights a customer's payments are drawn."""
        return self._rules.get(customer, self._rule)

    def told(self, customer: str) -> dict[str, Behaviour]:
        """Return what was told of single payments of a customer."""
        return {payment: behaviour for (whose, payment), behaviour in self._told.items() if whose == customer}

    def line(self, customer: str) -> "DemoLine":
        """Return a customer's line to this bank."""
        return DemoLine(self, customer)

    # ── what a customer's line asks ──────────────────────────────────────────
    def take(
        self, customer: str, transfer: CreditTransfer, payee: str = "", payee_account: str = "", order: str = "",
        batch: str = "",
    ) -> BankAnswer | None:  # fmt: skip
        """Take a payment; one that is here already is paid once, where the profile says so."""
        key = (customer, transfer.end_to_end_id)
        payment = self._payments.get(key)
        if payment is not None:
            if not self.profile.deduplicates and payment.status == "settled":
                self._pay(payment)
            return self._answer(payment)
        behaviour = self._told.get(key) or self._drawn(key)
        if self._lost.get(key, 0) < behaviour.lost:
            self._lost[key] = self._lost.get(key, 0) + 1
            return None
        payment = self._payments[key] = _Payment(
            customer,
            transfer,
            behaviour,
            self.today,
            payee=payee,
            payee_account=payee_account,
            order=order,
            batch=batch,
        )
        self._whose[transfer.end_to_end_id] = customer
        if behaviour.after_days == 0:
            self._decide(payment)
        if behaviour.answers:
            self._report(payment)
        return self._answer(payment) if behaviour.answers else None

    def status(self, customer: str, end_to_end_id: str) -> BankAnswer | None:
        """Return what became of a payment."""
        payment = self._payments.get((customer, end_to_end_id))
        if payment is None:
            return BankAnswer(end_to_end_id, "unknown", 0)
        if not self._due(payment.since, payment.behaviour.mute_days):
            return None
        return self._answer(payment)

    def status_seen(self, end_to_end_id: str) -> StatusSeen | None:
        """Return what the bank has of a payment, whether it speaks of it or not; None: there is no such payment."""
        payment = self._payments.get((self._whose.get(end_to_end_id, ""), end_to_end_id))
        return self._seen(payment) if payment is not None else None

    def is_mute(self, end_to_end_id: str) -> bool:
        """Return whether the bank says nothing of a payment, even when it is asked."""
        payment = self._payments.get((self._whose.get(end_to_end_id, ""), end_to_end_id))
        return payment is not None and not self._due(payment.since, payment.behaviour.mute_days)

    def currency(self, account: str) -> str:
        """Return in what an account is kept."""
        return self._accounts[account].currency

    def events(self, customer: str) -> Sequence[BankAnswer]:
        """Return what the bank told a customer on its own."""
        return tuple(self._events.get(customer, ()))

    def payments(self, customer: str, since: date) -> Sequence[BankAnswer]:
        """Return what a customer has handed over from a date on."""
        return tuple(self._answer(payment) for payment in self._payments.values()
                     if payment.customer == customer and payment.since >= since)  # fmt: skip

    # ── inside ───────────────────────────────────────────────────────────────
    def _drawn(self, key: tuple[str, str]) -> Behaviour:
        # By hash, not by a generator: what becomes of a payment does not depend on the payments before it.
        digest = hashlib.sha256(f"{self._seed}\n{key[0]}\n{key[1]}".encode()).digest()
        rule = self.rule(key[0])
        place = int.from_bytes(digest[:8], "big") % sum(weight for _, weight in rule)
        for behaviour, weight in rule:
            if place < weight:
                return behaviour
            place -= weight
        raise AssertionError("the place is below the sum of the weights")

    def _due(self, since: date, days: int) -> bool:
        return self.today >= since + timedelta(days=days)

    def _passed(self, payment: _Payment, days: int | None) -> bool:
        return days is not None and payment.decided is not None and self._due(payment.decided, days)

    def _decide(self, payment: _Payment) -> None:
        payment.reason = self._objection(payment)
        payment.decided = self.today
        if payment.reason:
            payment.status = "rejected"
        else:
            payment.status = "settled"
            self._pay(payment)
        for _ in range(payment.behaviour.callbacks):
            self._say(payment)
            self._report(payment)

    def _objection(self, payment: _Payment) -> str:
        account = self._accounts.get(payment.transfer.bank_account)
        if account is None or account.customer != payment.customer:
            return "no such account"
        if not payment.behaviour.pays:
            return "the payee's account is closed"
        if payment.transfer.amount_minor + payment.behaviour.more_minor > account.balance_minor:
            return "insufficient funds"
        return ""

    def _contradict(self, payment: _Payment) -> None:
        transfer = payment.transfer
        account = self._accounts.get(transfer.bank_account)
        if account is None or account.customer != payment.customer or transfer.amount_minor > account.balance_minor:
            return  # what it may not pay, it does not pay by mistake either
        payment.status, payment.reason, payment.decided = "settled", "", self.today
        self._pay(payment)
        self._say(payment)
        self._report(payment)

    def _return(self, payment: _Payment) -> None:
        transfer = payment.transfer
        payment.status, payment.reason = "returned", "the payee's bank returned it"
        line = self._line(
            transfer.bank_account, True, transfer.amount_minor, transfer.end_to_end_id, "return", reason=payment.reason
        )
        self._notify(line)
        self._say(payment)

    def _pay(self, payment: _Payment) -> None:
        transfer, behaviour = payment.transfer, payment.behaviour
        line = self._line(
            transfer.bank_account, False, transfer.amount_minor + behaviour.more_minor, transfer.end_to_end_id, "payment",
            payee=payment.payee, payee_account=payment.payee_account,
        )  # fmt: skip
        if behaviour.is_told:
            self._notify(line)

    def _say(self, payment: _Payment) -> None:
        self._events.setdefault(payment.customer, []).append(self._answer(payment))

    def _answer(self, payment: _Payment) -> BankAnswer:
        is_final = (
            payment.status == "rejected"
            and payment.decided is not None
            and self._due(payment.decided, self.profile.finality_days)
        )
        transfer = payment.transfer
        return BankAnswer(transfer.end_to_end_id, payment.status, transfer.amount_minor, payment.reason, is_final)

    def _book(
        self, account: str, credit: bool, amount_minor: int, reference: str, booking: Booking, payer: str = "",
        payer_hash: str = "",
    ) -> Line:  # fmt: skip
        line = self._line(account, credit, amount_minor, reference, booking, payer=payer, payer_hash=payer_hash)
        self._notify(line)
        return line

    def _line(
        self, account: str, credit: bool, amount_minor: int, reference: str, booking: Booking, **more: str
    ) -> Line:
        of = self._accounts[account]
        of.balance_minor += amount_minor if credit else -amount_minor
        line = Line(
            len(self.lines) + 1, self.today, account, credit, amount_minor, reference, booking, currency=of.currency, **more
        )  # fmt: skip
        self.lines.append(line)
        return line

    # ── papers ───────────────────────────────────────────────────────────────
    def _notify(self, line: Line) -> None:
        self._lay(self._accounts[line.account].customer, "notification", line)

    def _report(self, payment: _Payment) -> None:
        self._lay(payment.customer, "status", self._seen(payment))

    def _seen(self, payment: _Payment) -> StatusSeen:
        transfer = payment.transfer
        return StatusSeen(
            transfer.end_to_end_id, payment.status, payment.reason, transfer.amount_minor, payment.decided, payment.order,
            payment.batch,
        )  # fmt: skip

    def _end_day(self) -> None:
        """Lay out the statements of the day that ends."""
        for name, account in self._accounts.items():
            day = DayLines(name, account.opening_minor, account.balance_minor, account.opening_line, len(self.lines))
            self._lay(account.customer, "statement", day)
            account.opening_minor, account.opening_line = account.balance_minor, len(self.lines)

    def _settle(self) -> None:
        """Let the payment channel pay what it owes by now: one credit an account and date, and the file that says for whom."""
        due = [one for one in self._channel if one.settle_date <= self.today]
        self._channel = [one for one in self._channel if one.settle_date > self.today]
        for account, day in dict.fromkeys((one.account, one.settle_date) for one in due):
            orders = tuple(one for one in due if (one.account, one.settle_date) == (account, day))
            settling = Settling(account, day, f"{PAY_CHANNEL}:{day.isoformat()}", orders)
            self._book(account, True, settling.paid_minor, settling.reference, "receipt", PAY_CHANNEL)
            self._lay(self._accounts[account].customer, "settlement", settling)

    def _lay(self, customer: str, kind: PaperKind, of: Any) -> None:
        mishaps = self._mishaps.get((customer, kind))
        mishap = mishaps.pop(0) if mishaps else None
        if mishap is None:
            self._laid(kind, of, self.today)
        elif mishap.fate == "late":
            self._late.append((self.today + timedelta(days=mishap.days), kind, of, self.today))
        elif mishap.fate != "lost":
            self._laid(kind, of, self.today)
            self._laid(kind, of, self.today, copy=1 if mishap.fate == "twice" else 2)

    def _lay_late(self) -> None:
        due = [one for one in self._late if one[0] <= self.today]
        self._late = [one for one in self._late if one[0] > self.today]
        for _, kind, of, day in due:
            self._laid(kind, of, day)

    def _laid(self, kind: PaperKind, of: Any, of_day: date, copy: int = 0) -> None:
        self.papers.append(Paper(len(self.papers) + 1, self.today, kind, of, of_day, copy))


def customer_of(lane: int) -> str:
    """Return under which name a lane is known to the bank: what the bank tells one lane, no other hears."""
    return f"custodian for lane {lane}"


class DemoLine:
    """One customer's line to the demo bank: a Channel."""

    def __init__(self, bank: DemoBank, customer: str) -> None:
        self._bank, self._customer = bank, customer

    @property
    def profile(self) -> Profile:
        """Return what we know of the bank."""
        return self._bank.profile

    def objection(self, message: Message) -> str:
        """Return nothing: in this process the payee's hash is all the bank wants."""
        return ""

    def send(self, message: Message) -> BankAnswer | None:
        """Hand a payment over."""
        return self._bank.take(self._customer, credit_transfer(message))

    def query(self, end_to_end_id: str) -> BankAnswer | None:
        """Ask for the status of a payment."""
        return self._bank.status(self._customer, end_to_end_id)

    def events(self) -> Sequence[BankAnswer]:
        """Return what the bank said on its own, from the first on."""
        return self._bank.events(self._customer)

    def payments(self, since: date) -> Sequence[BankAnswer]:
        """Return the payments the bank has of this customer from a date on."""
        return self._bank.payments(self._customer, since)
