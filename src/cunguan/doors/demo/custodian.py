"""Custodian (存管人): the demo's plane with its bank and its clock, and what the custodian's people do.

When    a demo runs
Does    opens lanes, registers persons, moves the day: first everything under way ends, then all lanes close
Errors  DemoFailed: something did not end, or books and bank differ at the end of a day
Source  design/lanes.md rules 2 and 10; domain-decisions.md 7
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Final

from cunguan.channels.base import Channel
from cunguan.doors.demo.bank import CHANNEL, SharedBank, customer_of
from cunguan.doors.demo.books import BooksReader
from cunguan.doors.demo.caller import Caller, DemoFailed, key_id
from cunguan.doors.demo.database import DemoDatabase
from cunguan.doors.demo.progress import Progress
from cunguan.kernel.ids import close_id
from cunguan.kernel.instruction import Instruction
from cunguan.keys.sandbox import SandboxKeys
from cunguan.operations.places import BankSpec, PoolSpec
from cunguan.plane.lane import VirtualClock
from cunguan.plane.process import Process

MAKER, CHECKER = "clerk-1", "clerk-2"
METHOD, SOURCE = "four_elements", "sandbox"
#: how long a contract is for, and when a bank's letter is looked at again
CONTRACT, REVIEW = timedelta(days=3 * 365), timedelta(days=365)
WAIT_SECONDS: Final = 120
LOOK_SECONDS: Final = 0.01


class Custodian:
    """The custodian's side of a demo."""

    def __init__(self, caller: Caller, bank: SharedBank, clock: VirtualClock, books: BooksReader, today: date) -> None:
        self.caller, self.bank, self.books, self.today = caller, bank, books, today
        self._clock = clock
        self._lanes: list[int] = []
        self._review: dict[tuple[int, str], date] = {}

    # ── places ───────────────────────────────────────────────────────────────
    def open_custodian(self) -> None:
        """Open lane 0."""
        self._open(0, "custodian", "", (), ())

    def open_platform(self, lane: int, platform: str, pack: str, pools: Iterable[PoolSpec]) -> None:
        """Register a platform and open its lane; each pool gets one bank account of its name."""
        self.caller.ask(
            0,
            self.caller.make(
                0, f"platform:{platform}", "platform_registration", platform=platform, lane=lane, pack=pack,
                sandbox=True, maker=MAKER, checker=CHECKER,
            ),
        )  # fmt: skip
        specs = tuple(pools)
        self._open(lane, platform, pack, specs, tuple(self.bank_account(lane, pool.id) for pool in specs))

    def bank_account(self, lane: int, pool: str) -> BankSpec:
        """Open an account for a pool at the bank, and return what the books are told of it."""
        reference = reference_of(lane, pool)
        self.bank.open(reference, customer_of(lane))
        return BankSpec(bank_account_of(pool), pool, CHANNEL, reference)

    def _open(
        self, lane: int, platform: str, pack: str, pools: tuple[PoolSpec, ...], banks: tuple[BankSpec, ...]
    ) -> None:
        self.caller.ask(
            lane,
            self.caller.make(
                lane, f"open:{lane}", "lane_opening", platform=platform, pack=pack, sandbox=True,
                business_date=self.today, pools=pools, bank_accounts=banks, maker=MAKER, checker=CHECKER,
            ),
        )  # fmt: skip
        self._lanes.append(lane)
        for bank in banks:
            self.caller.ask(lane, self.papers(lane, bank.pool))

    def papers(self, lane: int, pool: str) -> Instruction:
        """Return the record of a pool's papers: its contract and its bank's letter, both of today."""
        self._review[lane, pool] = self.today + REVIEW
        return self.caller.make(
            lane, f"papers:{pool}:{self.today}", "pool_papers", pool=pool, bank_account=bank_account_of(pool),
            contract=f"contract:{lane}:1",
            contract_until=self.today + CONTRACT, letter=f"letter:{lane}:{pool}", review_date=self._review[lane, pool], maker=MAKER,
            checker=CHECKER,
        )  # fmt: skip

    # ── people ───────────────────────────────────────────────────────────────
    def person(self, person: str, kind: str = "person") -> Instruction:
        """Return the registration of a person."""
        return self.caller.make(
            0, f"register:{person}", "person_registration", person=person, kind=kind, method=METHOD, source=SOURCE,
            reference=f"check:{person}",
        )  # fmt: skip

    def account(
        self, lane: int, holder: str, person: str, role: str, *, pool: str = "main", kind: str = "person"
    ) -> Instruction:
        """Return the opening of an account."""
        return self.caller.make(
            lane, f"account:{holder}", "account_opening", holder=holder, person=person, pool=pool, role=role, kind=kind,
            method=METHOD, source=SOURCE, key_id=key_id(holder), evidence_kind="sandbox_ed25519",
            public_key=self.caller.public_key(holder),
        )  # fmt: skip

    # ── money from outside ───────────────────────────────────────────────────
    def deposit(self, lane: int, name: str, holder: str, amount_minor: int, *, pool: str = "main") -> Instruction:
        """Book a client's transfer at the bank, and return what the books are told of it."""
        self.bank.receive(reference_of(lane, pool), amount_minor, name)
        return self.caller.make(
            lane, name, "deposit_direct", holder=holder, bank_account=bank_account_of(pool), amount_minor=amount_minor,
            payer_matches=True, reference=name,
        )  # fmt: skip

    # ── days ─────────────────────────────────────────────────────────────────
    def close_to(self, day: date) -> None:
        """Close the day in all lanes and begin another; days between have no event and need no close."""
        for lane in self._lanes:
            close = self.caller.make(lane, close_id(self.today), "day_close", date=self.today, next_date=day)
            self.caller.send(lane, close)
        self.caller.flush()
        self.today = day
        self._clock.at = instant(day)
        self.bank.begin_day(day)
        for lane, pool in [place for place, review in self._review.items() if review <= day]:
            self.caller.ask(lane, self.papers(lane, pool))

    def wait_until_quiet(self) -> None:
        """Wait until nothing is under way: messages are answered, runs and the custodian's timer have ended."""
        self.caller.flush()
        self._wait(lambda: self.books.under_way() == 0, "something is still under way")

    def wait_until_reconciled(self) -> None:
        """Wait until the plane has heard everything the bank has done."""
        self._wait(lambda: not self.differences(), "the books and the bank differ")

    def differences(self) -> list[str]:
        """Return the bank accounts in which the bank's own balance is not the books' 1010."""
        return [
            f"{cash.reference}: the bank has {self.bank.balance(cash.reference)}, the books {cash.balance_minor}"
            for cash in self.books.cash()
            if self.bank.balance(cash.reference) != cash.balance_minor
        ]

    def _wait(self, is_so: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while not is_so():
            if time.monotonic() > deadline:
                raise DemoFailed(f"{what} after {WAIT_SECONDS} s: {self.books.under_way()}; {self.differences()}")
            time.sleep(LOOK_SECONDS)  # the housekeeper's work is seen in the books only; there is nothing to wait on


def reference_of(lane: int, pool: str) -> str:
    """Return the bank's own reference of a pool's account."""
    return f"bank-ref:{lane}:{pool}"


def bank_account_of(pool: str) -> str:
    """Return the books' name of a pool's bank account."""
    return f"bank:{pool}"


def instant(day: date) -> datetime:
    """Return nine o'clock of a day."""
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


@contextmanager
def at_work(
    database: DemoDatabase, book_bytes: int, first_day: date, seed: int, progress: Progress
) -> Iterator[Custodian]:
    """Yield a custodian whose plane runs in this process on a fresh database; lane 0 is open."""
    bank = SharedBank(today=first_day, seed=seed)
    clock = VirtualClock(instant(first_day))
    keys = SandboxKeys(sha256(f"cunguan-demo-v1 {seed}".encode()).digest())
    with (
        BooksReader(database.owner) as books,
        Process(
            database.plane, owner=f"demo:{os.getpid()}", channels=partial(_channels, bank), clock=clock,
            book_bytes=book_bytes,
        ) as process,
    ):  # fmt: skip
        custodian = Custodian(Caller(process.plane, keys, progress), bank, clock, books, first_day)
        custodian.open_custodian()
        yield custodian
        stopped = process.stopped()
    if stopped:
        raise DemoFailed(f"a lane ended by itself: {stopped}")


def _channels(bank: SharedBank, lane: int) -> Mapping[str, Channel]:
    return {CHANNEL: bank.line(customer_of(lane))} if lane else {}
