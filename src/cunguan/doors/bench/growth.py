"""Growth (账务增长): a book of any number of postings, made by the lane from lawful instructions, as a platform would.

Shape   one cycle is one loan of 500 lenders: 1,000 deposits, 500 bids under mandates, one disbursement, twelve
        repayments to all lenders: 7,512 postings, 1,000 of them on the pool's 1010. Nothing is copied or made up: each
        posting was decided by its operation, and `cunguan prove` accepts the book
Units   minor units
"""

import itertools
from collections.abc import Iterator
from typing import Any

import msgspec

from cunguan.doors.bench import callers, ground
from cunguan.kernel.instruction import Instruction
from cunguan.ledger.schedule import plan
from cunguan.operations.catalogue import operation
from cunguan.plane.across import Plane
from cunguan.plane.lane import Lane

LENDERS = 10_000
#: they get money at the beginning and are never touched again
IDLE = 200
LOAN, MONTHS, DEPOSITS, BID = 500, 12, 1_000, 1_200
RATE_E6 = 60_000
CYCLE = DEPOSITS + LOAN + LOAN + MONTHS * (LOAN + 1)
CALLERS = 4_000
BORROWER = "B1"


def lenders() -> list[str]:
    """Return the lenders that lend."""
    return [f"L{n}" for n in range(LENDERS)]


def idle() -> list[str]:
    """Return the lenders that only once paid in."""
    return [f"idle{n}" for n in range(IDLE)]


def begin(plane: Plane) -> None:
    """Open the platform, its clients and their mandates."""
    ground.open_platform(plane)
    ground.open_clients(plane, [*lenders(), *idle()], "lender")
    ground.open_clients(plane, [BORROWER], "borrower")
    ground.give_money(plane, [*lenders(), *idle(), BORROWER])
    ground.grant_mandates(plane, lenders(), "bid")
    ground.grant_mandates(plane, [BORROWER], "repayment")


class Loans:
    """The loans of one book, in the order of their numbers."""

    def __init__(self, plane: Plane) -> None:
        self._plane, self._numbers = plane, itertools.count()
        self.postings = 0

    def grow(self, postings: int) -> callers.Load:
        """Add loans until so many postings more are there; return how long that took."""
        before = self.postings
        seconds, latencies = 0.0, list[float]()
        while self.postings - before < postings:
            listings = [
                f"X{next(self._numbers)}" for _ in range(min(20, -(-(postings - self.postings + before) // CYCLE)))
            ]
            ground.open_listings(self._plane, listings, BORROWER, LOAN * BID, rate_e6=RATE_E6, months=MONTHS)
            load = callers.run(self._lane.enqueue, itertools.chain.from_iterable(map(_loan, listings)), CALLERS)
            seconds, latencies = seconds + load.seconds, latencies + load.latencies
            self.postings += CYCLE * len(listings)
        return callers.Load(seconds, latencies)

    @property
    def _lane(self) -> Lane:
        lane = self._plane.lanes[1]
        assert isinstance(lane, Lane)
        return lane


def _loan(listing: str) -> Iterator[Instruction]:
    """Yield one loan's instructions, in order."""
    number, names = int(listing[1:]), lenders()
    those = [names[(number * LOAN * 7 + n * 7) % LENDERS] for n in range(LOAN)]
    for n in range(DEPOSITS):
        holder = those[n % LOAN]
        yield _made(f"{listing}:in:{n}", "deposit_direct", holder=holder, bank_account=ground.BANK, amount_minor=100 + n,
                    payer_matches=True, reference=listing)  # fmt: skip
    for n, lender in enumerate(those):
        yield _made(f"{listing}:bid:{n}", "bid_hold", lender=lender, listing=listing, amount_minor=BID,
                    mandate=f"mandate:{lender}")  # fmt: skip
    yield _made(f"{listing}:disburse", "disbursement", listing=listing)
    for row in plan("bullet", LOAN * BID, RATE_E6, MONTHS, ground.DAY):
        yield _made(f"{listing}:repay:{row.number}", "repayment", listing=listing, borrower=BORROWER, plan_row=row.number,
                    principal_minor=row.principal_minor, interest_minor=row.interest_minor,
                    mandate=f"mandate:{BORROWER}")  # fmt: skip


def _made(instruction_id: str, kind: str, /, **body: Any) -> Instruction:
    return Instruction(instruction_id, kind, msgspec.convert(body, operation(kind).body))
