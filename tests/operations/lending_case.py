"""Lending case: a platform with a borrower and lenders, for the tests from registration to the last repayment."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Claim, Day, Listing, PlanRow, Row, Run
from tests.operations.driver import FRIDAY, Books

MONDAY = FRIDAY + timedelta(days=3)
LANE = 1


class Loan(Books):
    """Books with one platform; listing X of borrower B, bids named bid:<lender>."""

    def __init__(self, *, pack: str = "cn_p2p", borrower: str = "B", **given: Any) -> None:
        super().__init__(**given)
        self.platform(LANE, pack=pack)
        self.pack = pack
        self.borrower = self.client(LANE, borrower, "borrower")

    def ask_listing(self, listing: str = "X", **body: Any) -> dict[str, Any]:
        """Return the body of a registration: 100,000.00 at 12 % in three parts of principal, raised till Monday."""
        return {
            "listing": listing, "pool": "main", "borrower": self.borrower, "person": f"person:{self.borrower}",
            "currency": "CNY", "pack": self.pack, "amount_minor": 10_000_000, "rate_e6": 120_000,
            "rule": "equal_principal", "months": 3, "raise_until": MONDAY, "late_rate_e6": 182_500, "grace_days": 2,
        } | body  # fmt: skip

    def register(self, listing: str = "X", **body: Any) -> Answer:
        """Ask for a registration under the id reg:<listing>."""
        return self.submit(LANE, f"reg:{listing}", "listing_registration", **self.ask_listing(listing, **body))

    def listed(self, listing: str = "X", **body: Any) -> str:
        """Register a listing that must be taken."""
        self.done(LANE, f"reg:{listing}", "listing_registration", **self.ask_listing(listing, **body))
        return listing

    def lender(self, lender: str, amount_minor: int) -> str:
        """Open a lender's account with so much money."""
        self.client(LANE, lender)
        self.give(LANE, lender, amount_minor)
        return lender

    def bid(self, lender: str, amount_minor: int, listing: str = "X", **body: Any) -> str:
        """Let a lender bid; return the hold's id."""
        hold = f"bid:{lender}:{listing}"
        self.done(LANE, hold, "bid_hold", lender=lender, listing=listing, amount_minor=amount_minor, **body)
        return hold

    def full(self, shares: Mapping[str, int], **body: Any) -> str:
        """Register a listing of exactly these bids, and let them be made."""
        listing = self.listed(amount_minor=sum(shares.values()), **body)
        for lender, amount_minor in shares.items():
            self.bid(self.lender(lender, amount_minor), amount_minor)
        return listing

    def lent(self, shares: Mapping[str, int], **body: Any) -> str:
        """Bring a listing to its disbursement."""
        listing = self.full(shares, **body)
        self.done(LANE, f"disburse:{listing}", "disbursement", listing=listing)
        return listing

    def repay(self, number: int, principal_minor: int, interest_minor: int, late_minor: int = 0, **body: Any) -> Answer:
        """Ask for a repayment of a plan row of listing X."""
        values = {
            "listing": "X", "borrower": self.borrower, "plan_row": number, "principal_minor": principal_minor,
            "interest_minor": interest_minor, "late_minor": late_minor,
        } | body  # fmt: skip
        return self.submit(LANE, values.pop("id", f"repay:{number}"), "repayment", **values)

    def run(self, run: str, *, steps: int | None = None) -> int:
        """Post the steps of a run, all or so many; return how many were posted."""
        posted = 0
        row = self.get(LANE, Run, run)
        while row.state == "running" and posted != steps:
            self.done(LANE, f"{run}:{row.next_step}", "run_step", run=run, step=row.next_step)
            row = self.get(LANE, Run, run)
            posted += 1
        return posted

    def crowd(self, count: int, *, each_minor: int = 100, lenders: int = 20, **body: Any) -> str:
        """Register a listing that so many bids of one size fill, made under mandates of some lenders."""
        listing = self.listed(amount_minor=count * each_minor, **body)
        mandates = []
        for number in range(lenders):
            lender = self.lender(f"L{number:03}", count * each_minor)
            mandates.append((lender, self.mandate(LANE, lender, "bid", count * each_minor)))
        asked = []
        for number in range(count):
            lender, mandate = mandates[number % lenders]
            body = {"lender": lender, "mandate": mandate, "listing": listing, "amount_minor": each_minor}
            asked.append(self.ask(LANE, f"bid:{number:05}", "bid_hold", **body))
        assert {answer.code for answer in self.batch(LANE, asked)} == {Code.done}
        return listing

    def put(self, row: Row) -> None:
        """Put a row as if it had been so all along."""
        self.store.tables[(LANE, type(row))][row.id] = row
        self.runners.clear()

    # ── reading ──────────────────────────────────────────────────────────────
    def business_date(self, lane: int) -> date:
        return self.get(lane, Day, "day").business_date

    def listing(self, listing: str = "X") -> Listing:
        return self.get(LANE, Listing, listing)

    def available(self, holder: str) -> int:
        return self.balance(LANE, holder, "2010")

    def held(self, holder: str) -> int:
        return self.balance(LANE, holder, "2020")

    def of_pool(self, code: str) -> int:
        return self.balance(LANE, "main", code)

    def claims(self) -> dict[str, tuple[str, int, int, int, str]]:
        """Return each claim's holder, principal, interest received, late charge received and state."""
        return {
            claim.id: (claim.holder, claim.principal_minor, claim.interest_minor, claim.late_minor, claim.state)
            for claim in self.rows(LANE, Claim)
        }

    def plan(self) -> list[PlanRow]:
        return sorted(self.rows(LANE, PlanRow), key=lambda row: row.number)

    def check(self, lane: int) -> None:
        """Assert what the driver asserts, and what holds of listings, holds and claims at every committed instant."""
        super().check(lane)
        for listing in self.rows(lane, Listing):
            self._check_listing(lane, listing)

    def _check_listing(self, lane: int, listing: Listing) -> None:
        claims = [claim for claim in self.rows(lane, Claim) if claim.listing == listing.id]
        rows = [row for row in self.rows(lane, PlanRow) if row.listing == listing.id]
        assert listing.held_minor + listing.lent_minor <= listing.amount_minor
        assert sum(claim.principal_minor for claim in claims) == listing.lent_minor - listing.repaid_minor
        assert sum(claim.interest_minor for claim in claims) == listing.interest_minor
        assert sum(claim.late_minor for claim in claims) == listing.late_minor
        assert sum(row.paid_principal_minor for row in rows) == listing.repaid_minor
        assert all(row.paid_principal_minor <= row.principal_minor for row in rows)
        assert all(row.paid_interest_minor <= row.interest_minor for row in rows)
        assert all((claim.state == "settled") is (claim.principal_minor == 0) for claim in claims)
        if listing.state in ("failed", "repaid"):
            assert listing.held_minor == 0 and not any(claim.principal_minor for claim in claims)


def later(days: int) -> date:
    """Return the day so many days after the first one."""
    return FRIDAY + timedelta(days=days)
