"""Our books: a lane for cases of other ledgers, whose accounts become clients' accounts and whose `world` is the bank.

Shape   OurBooks: one memory store behind the real runner. What an operation of ours can say is asked of that operation
        (money from and to the bank, bids, their capture and release); any other journal is handed to the book as it is,
        with nothing checked before it, so that what refuses it is the book, a state machine or the store
        `through` counts how many went which way
Units   minor units; figures of an account that may go below zero are counted from what it was given beforehand
Source  design/lanes.md rules 6, 8, 9; ledger/book.py; ledger/templates
"""

import logging
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from cunguan.kernel.canonical import canonical_json, key16
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, Posting
from cunguan.kernel.machine import MoveForbidden
from cunguan.kernel.rows import BankAccount, Clearing, Deposit, Hold, Holder, Listing
from cunguan.ledger.book import Book
from cunguan.ledger.templates.bid_hold import bid_hold
from cunguan.ledger.templates.disbursement import capture
from cunguan.ledger.templates.hold_release import hold_release
from cunguan.operations.catalogue import Operation
from cunguan.operations.lending import release
from cunguan.plane import runner
from cunguan.plane.runner import Item, replay
from cunguan.states.hold import HOLD
from cunguan.store.batch import Refused
from tests.operations.driver import Books

LANE = 1
WORLD = "world"
#: what an account without a limit is given beforehand, so that it never stands below zero with us
FUND = 10**15
#: done, refused, and what a repeated id may be: the same answer, or said to differ
Outcome = Literal["done", "refused", "same", "differs"]


class Journal(msgspec.Struct, frozen=True):
    """Postings by account, as a case says them; or one thing done with a hold."""

    lines: tuple[tuple[str, str, int], ...] = ()
    act: Literal["post", "hold", "capture", "release"] = "post"
    hold: str = ""
    amount_minor: int = 0


class OurBooks(Books):
    """A platform, its bank, and a client for every account of a case."""

    def __init__(
        self,
        accounts: Sequence[str],
        *,
        unlimited: Sequence[str] = (),
        assets: Sequence[str] = (),
        borrowers: Collection[str] = (),
    ) -> None:
        super().__init__()
        self.platform(LANE, pack="none_recorded")
        self.names = {account: f"A{number}" for number, account in enumerate(accounts) if account != WORLD}
        for account, holder in self.names.items():
            self.client(LANE, holder, "borrower" if account in borrowers else "lender", person=f"person:{holder}")
        self.assets: dict[str, str] = {}
        self.given: Counter[str] = Counter()
        self.through: Counter[str] = Counter()
        for account in unlimited:
            self.fund(account, FUND)
        for account in assets:
            self.be_asset(account)

    # ── before a case begins ─────────────────────────────────────────────────
    def fund(self, account: str, amount_minor: int) -> None:
        """Give an account money from the bank that the case does not count."""
        self.give(LANE, self.names[account], amount_minor)
        self.given[account] += amount_minor

    def be_asset(self, account: str) -> None:
        """Let an account that may not stand above zero be an asset, which for us may not stand below zero: a clearing."""
        notice = f"notice:{account}"
        self.done(
            LANE, notice, "deposit_notice", holder=self.names[account], channel=account, settle_date=self.day,
            amount_minor=1, reference="case",
        )  # fmt: skip
        clearing = self.get(LANE, Deposit, notice).clearing
        self.done(
            LANE,
            f"settle:{notice}",
            "deposit_settlement",
            deposit=notice,
            outcome="failed",
            bank_account="",
            amount_minor=1,
        )
        self.assets[clearing] = account
        self.names[account] = clearing

    def begin_with(self, account: str, amount_minor: int) -> None:
        """Give an account the money it has when the case begins."""
        if amount_minor:
            self.give(LANE, self.names[account], amount_minor)

    # ── what a case asks ─────────────────────────────────────────────────────
    def transfer(self, key: str, origin: str, to: str, amount_minor: int) -> Outcome:
        """Move money: from and to the bank by our operations, between clients by a journal."""
        if origin == WORLD and to in self.names:
            return self.operation(
                key, "deposit_direct", holder=self.names[to], bank_account="bank", amount_minor=amount_minor,
                payer_matches=True, reference="case",
            )  # fmt: skip
        return self.journal(key, Journal(((origin, to, amount_minor),)))

    def operation(self, key: str, kind: str, **body: Any) -> Outcome:
        """Ask an operation of ours."""
        self.through["operations"] += 1
        head = self.store.head(LANE).head
        try:
            answer = self.submit(LANE, key, kind, **body)
        except msgspec.ValidationError:
            return "refused"  # no door takes such a message
        if answer.seq is not None and answer.seq <= head:
            return "same"
        return _outcome(answer.code)

    def journal(self, key: str, journal: Journal, *, dry: bool = False) -> Outcome:
        """Hand a journal to the book; what the book, a machine or the store refuses has moved nothing."""
        self.through["book"] += 1
        instruction = Instruction(key, JOURNAL.kind, journal)
        item = Item(instruction, JOURNAL, canonical_json(journal), key16(key), None)
        stored = self.store.seen(LANE, [item.key16]).get(item.key16)
        if stored is not None:
            return "same" if replay(item, stored) == stored.answer() else "differs"
        here = self.runners[LANE]
        self.now += timedelta(seconds=1)
        with _heard() as refusals:
            batch, _ = here.decide([item], self.now)
        assert all(isinstance(why, (AssertionError, MoveForbidden, NoAccount)) for why in refusals), refusals
        if dry:
            here.load()
            return "done" if batch.entries[0].state == "done" else "refused"
        try:
            self.store.write(batch)
        except Refused:
            here.load()
            return "refused"
        here.book.committed(batch.number)
        self.check(LANE)
        return "done" if batch.entries[0].state == "done" else "refused"

    def bid(self, listing: str, origin: str, to: str, amount_minor: int) -> Outcome:
        """Hold money for somebody: a bid that fills a listing of his."""
        self.done(
            LANE, f"list:{listing}", "listing_registration", listing=listing, pool="main", borrower=self.names[to],
            person=f"person:{self.names[to]}", currency="CNY", pack="none_recorded", amount_minor=amount_minor, rate_e6=0,
            rule="bullet", months=1, raise_until=self.day + timedelta(days=7),
        )  # fmt: skip
        return self.operation(
            f"bid:{listing}", "bid_hold", lender=self.names[origin], listing=listing, amount_minor=amount_minor
        )

    def take_back(self, listing: str) -> Outcome:
        """Release a bid: the raise is given up, for a full listing is not left by one lender."""
        return self.operation(f"give-up:{listing}", "raise_failure", listing=listing)

    def hold_row(self, hold: str) -> Hold | None:
        """Return a hold."""
        return self.row(LANE, Hold, hold)

    # ── what a case expects ──────────────────────────────────────────────────
    def posted(self, account: str) -> int:
        """Return what stands on an account, held or not, counted from where the case began."""
        holder = self.names[account]
        if holder in self.assets:
            return -self.balance(LANE, holder, "1020")
        return self.balance(LANE, holder, "2010") + self.balance(LANE, holder, "2020") - self.given[account]

    def held(self, account: str) -> int:
        """Return what others hold for an account less what it holds itself, as the cases sign it."""
        holder = self.names[account]
        listings = {holder} | {listing.id for listing in self.rows(LANE, Listing) if listing.borrower == holder}
        incoming = sum(hold.remaining_minor for hold in self.rows(LANE, Hold) if hold.listing in listings)
        return incoming - self.balance(LANE, holder, "2020")

    def lines_since(self, seq: int) -> list[tuple[str, str, int]]:
        """Return the postings after a sequence, by the names of the case."""
        known = {name: account for account, name in self.names.items()} | {"bank": WORLD}
        owner = {number: known.get(row.owner, row.owner) for number, row in self.store.account[LANE].items()}
        return [
            (owner[posting.debit] if posting.debit > 0 else WORLD, owner[posting.credit], posting.amount_minor)
            for entry in self.store.entries[LANE] if entry.seq > seq for posting in entry.decision.postings
        ]  # fmt: skip


class NoAccount(LookupError):
    """A journal names an account that nobody opened."""


@contextmanager
def _heard() -> Iterator[list[BaseException]]:
    """Collect why the runner quarantines, so that only what our books refuse counts as refused."""
    found: list[BaseException] = []

    def hear(record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            found.append(record.exc_info[1])
        return False

    runner.log.addFilter(hear)
    try:
        yield found
    finally:
        runner.log.removeFilter(hear)


def _outcome(code: Code) -> Outcome:
    if code is Code.done:
        return "done"
    return "differs" if code.name.startswith("exists_with_different") else "refused"


# ── the journal of a case: what it says is posted, and nobody has looked at it ─
def _load(instruction: Instruction, book: Book, given: Given) -> dict[str, Any]:
    body: Any = instruction.body
    names = {name for debit, credit, _ in body.lines for name in (debit, credit)}
    facts: dict[str, Any] = {
        name: book.get(BankAccount, "bank") if name == WORLD else book.get(Holder, name) or book.get(Clearing, name)
        for name in sorted(names)
    }
    if body.hold:
        hold = facts["hold"] = book.get(Hold, body.hold)
        if hold is not None:
            facts["owner"], facts["payee"] = book.get(Holder, hold.owner), book.get(Holder, hold.listing)
    return facts


def _decide(instruction: Instruction, facts: dict[str, Any], given: Given) -> Decision:
    body: Any = instruction.body
    if body.act == "hold":
        [(origin, to, amount_minor)] = body.lines
        owner: Holder = facts[origin]
        hold = Hold(
            body.hold, owner.id, owner.held, "bid", to, amount_minor, 0, 0, date.max, given.seq, given.seq, "open"
        )
        postings = bid_hold(lender=owner, amount_minor=amount_minor, authority=given.seq, opened=given.seq)
        return Decision(Code.done, postings=postings, adds=(hold,))
    if body.act == "post":
        return Decision(Code.done, postings=tuple(_posting(facts, *line) for line in body.lines))
    hold, amount_minor = facts["hold"], body.amount_minor or facts["hold"].remaining_minor
    if body.act == "release":
        posting = hold_release(hold=hold, owner=facts["owner"], amount_minor=amount_minor)
        return Decision(Code.done, postings=(posting,), changes=(release(hold, amount_minor),))
    event = "captured_in_full" if amount_minor == hold.remaining_minor else "captured_in_part"
    taken = replace(hold, captured_minor=hold.captured_minor + amount_minor, state=HOLD.after(hold.state, event))
    return Decision(
        Code.done,
        postings=(capture(hold=hold, borrower=facts["payee"], amount_minor=amount_minor),),
        changes=(taken,),
    )


def _posting(facts: dict[str, Any], origin: str, to: str, amount_minor: int) -> Posting:
    return Posting(_account(facts[origin]), _account(facts[to]), amount_minor)


def _account(place: Holder | BankAccount | Clearing | None) -> int:
    if place is None:
        raise NoAccount
    return place.available if isinstance(place, Holder) else place.account


JOURNAL = Operation("journal_of_a_case", 1, "platform", Journal, _load, _decide, None, None, None, "")
