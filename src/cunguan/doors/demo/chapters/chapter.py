"""Chapter (章): a short part of the story, told on some of its days, and what the books must say of it at the end.

When    on fixed working days, counted from 0, before the ordinary business of the day
Shape   Chapter: titles and one line in English and in Chinese, acts by working day, checks read from the books
        Desk: one platform's side of a chapter; whatever it moves at the bank it books at the bank first
Units   amounts in fen; `YUAN` of them make a yuan
Errors  DemoFailed: an answer that was not expected
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import msgspec

from cunguan.channels.demobank.bank import Behaviour
from cunguan.doors.demo.bank import customer_of
from cunguan.doors.demo.books import BooksReader
from cunguan.doors.demo.caller import DemoFailed
from cunguan.doors.demo.custodian import CHECKER, MAKER, bank_account_of, reference_of
from cunguan.doors.demo.market import CURRENCY, PACK, Client, Market, Venue
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction

STATE: Final = "SELECT state FROM {} WHERE lane = {} AND id = '{}'"
BALANCE: Final = """
    SELECT coalesce(sum(balance), 0) FROM account JOIN balance USING (lane, account)
    WHERE lane = {} AND owner = '{}' AND code = '{}'"""


class Check(NamedTuple):
    """One thing that must stand in the books: a statement and the text of what it reads."""

    statement: str
    expected: str


class Chapter(msgspec.Struct, frozen=True):
    """One chapter; `title` and `says` in English and in Chinese."""

    title: tuple[str, str]
    says: tuple[str, str]
    acts: tuple[tuple[int, Callable[["Desk", "Desk"], None]], ...]
    checks: tuple[Check, ...]


def state(table: str, lane: int, subject: str, expected: str) -> Check:
    """Return the check of a row's state."""
    return Check(STATE.format(table, lane, subject), expected)


def balance(lane: int, owner: str, code: str, expected_minor: int) -> Check:
    """Return the check of a balance."""
    return Check(BALANCE.format(lane, owner, code), str(expected_minor))


def missing(books: BooksReader, check: Check) -> str:
    """Return what the books have instead, or nothing."""
    rows = books.ask(check.statement)
    found = str(rows[0][0]) if rows else "nothing"
    return "" if found == check.expected else f"expected {check.expected}, found {found}: {check.statement.strip()}"


class Desk:
    """A platform and its custodian, as the acts of a chapter see them."""

    def __init__(self, market: Market, venue: Venue) -> None:
        self.market, self.venue, self.lane, self.pool = market, venue, venue.lane, venue.pool
        self._caller, self._custodian = market.caller, market.custodian

    @property
    def today(self) -> date:
        """The open business date."""
        return self._custodian.today

    def later(self, days: int) -> date:
        """Return the date so many days from now."""
        return self.today + timedelta(days=days)

    @property
    def before(self) -> date:
        """The business date before this one."""
        return max(day for day in self.market.days if day < self.today)

    # ── instructions ─────────────────────────────────────────────────────────
    def make(self, name: str, kind: str, /, **body: Any) -> Instruction:
        """Return an instruction to this platform's lane."""
        return self._caller.make(self.lane, name, kind, **body)

    def do(self, name: str, kind: str, /, **body: Any) -> Answer:
        """Have something done."""
        return self._caller.ask(self.lane, self.make(name, kind, **body))

    def two(self, name: str, kind: str, /, **body: Any) -> Answer:
        """Have something done by two people of the custodian."""
        return self.do(name, kind, maker=MAKER, checker=CHECKER, **body)

    def refused(self, code: Code, name: str, kind: str, /, **body: Any) -> None:
        """Ask for what must be refused."""
        self._caller.ask(self.lane, self.make(name, kind, **body), code)

    def at_once(self, *instructions: Instruction) -> None:
        """Hand in together what nothing may come between: the custodian's own timer sends payments within a moment."""
        self._caller.wave(self.lane, instructions)

    def custodian(self, name: str, kind: str, /, **body: Any) -> None:
        """Have two people do something in the custodian's own lane, and wait until every platform has heard of it."""
        self._caller.ask(0, self._caller.make(0, name, kind, maker=MAKER, checker=CHECKER, **body))
        self.settle()

    def settle(self) -> None:
        """Wait until all messages and payments have been answered."""
        self._custodian.wait_until_quiet()

    def stands(self, check: Check) -> None:
        """Look in the books for what must stand there now, and will not stand there at the end."""
        wrong = missing(self._custodian.books, check)
        if wrong:
            raise DemoFailed(wrong)

    # ── people ───────────────────────────────────────────────────────────────
    def let_in(self, role: str, *holders: str, kind: str = "person", person: str = "") -> None:
        """Let clients open accounts, bind cards, confirm the fees; `person` when it is known on another platform too."""
        clients = [Client(holder, person or f"person-{holder}", role, kind) for holder in holders]
        self.market.let_in(self.venue, clients)

    def register(self, person: str) -> None:
        """Register a person who opens no account by himself."""
        self._caller.ask(0, self._custodian.person(person))

    def public_key(self, holder: str) -> bytes:
        """Return the public half of a client's key."""
        return self._caller.public_key(holder)

    def pay_in(self, name: str, holder: str, amount_minor: int, **how: Any) -> None:
        """Let somebody transfer money for a client."""
        self.comes(name, "deposit_direct", amount_minor, holder=holder, **{"payer_matches": True, **how})

    def withdrawal(self, name: str, holder: str, amount_minor: int, card: str = "") -> Instruction:
        """Return a client's withdrawal, to the card he came with or another."""
        card = card or f"card:{holder}"
        return self.make(
            name, "withdrawal", holder=holder, card=card, bank_account=self.bank_account, amount_minor=amount_minor,
            payee_hash=card.replace("card:", "payee:"),
        )  # fmt: skip

    def withdraw(self, name: str, holder: str, amount_minor: int, card: str = "") -> None:
        """Let a client withdraw."""
        self._caller.ask(self.lane, self.withdrawal(name, holder, amount_minor, card))

    def new_key(self, holder: str, key_id: str) -> bytes:
        """Make a client another key, with which he confirms from now on, and return its public half."""
        return self._caller.take_key(holder, key_id)

    # ── the bank ─────────────────────────────────────────────────────────────
    @property
    def bank_account(self) -> str:
        """The books' name of the pool's bank account."""
        return bank_account_of(self.pool)

    def receive(self, name: str, amount_minor: int) -> None:
        """Let the bank book money that comes in."""
        self._custodian.bank.receive(reference_of(self.lane, self.pool), amount_minor, name)

    def charge(self, name: str, amount_minor: int) -> None:
        """Let the bank book money that it or a channel takes."""
        self._custodian.bank.charge(reference_of(self.lane, self.pool), amount_minor, name)

    def comes(self, name: str, kind: str, amount_minor: int, **body: Any) -> None:
        """Let money come in at the bank, and tell the books what it is."""
        self.receive(name, amount_minor)
        self.do(name, kind, bank_account=self.bank_account, amount_minor=amount_minor, reference=name, **body)

    def goes(self, name: str, kind: str, amount_minor: int, **body: Any) -> None:
        """Let money be taken at the bank, and tell the books why."""
        self.charge(name, amount_minor)
        self.do(name, kind, bank_account=self.bank_account, amount_minor=amount_minor, reference=name, **body)

    def bank_does(self, payment: str, behaviour: Behaviour) -> None:
        """Say what shall become of a payment."""
        self._custodian.bank.tell(customer_of(self.lane), payment, behaviour)

    # ── loans ────────────────────────────────────────────────────────────────
    def listing(self, name: str, borrower: str, amount_minor: int, months: int, rule: str, **how: Any) -> None:
        """Register a listing at 12 % a year, without late charge and fee; its raise begins at once unless told otherwise."""
        self.do(
            f"register:{name}", "listing_registration", listing=name, pool=self.pool, borrower=borrower,
            person=f"person-{borrower}", currency=CURRENCY, pack=PACK, amount_minor=amount_minor, rate_e6=120_000,
            rule=rule, months=months, raise_until=self.later(7), late_rate_e6=0, **how,
        )  # fmt: skip

    def bid(self, name: str, lender: str, listing: str, amount_minor: int) -> None:
        """Let a lender bid."""
        self.do(name, "bid_hold", lender=lender, listing=listing, amount_minor=amount_minor)

    def lend(self, listing: str) -> None:
        """Disburse a full listing."""
        self.do(f"disburse:{listing}", "disbursement", listing=listing)

    def repay(self, listing: str, borrower: str, row: int, principal_minor: int, interest_minor: int) -> None:
        """Let a borrower pay a row from what he has, by his own word."""
        self.do(
            f"repay:{listing}:{row}", "repayment", listing=listing, borrower=borrower, plan_row=row,
            principal_minor=principal_minor, interest_minor=interest_minor,
        )  # fmt: skip
