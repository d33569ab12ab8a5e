"""Lending case: a platform with a borrower and lenders, for the tests from registration to the last repayment."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Claim, ClaimSale, Day, Listing, PlanRow, Row, Run
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

    def related(self, person: str, *, related: bool = True, **body: Any) -> Answer:
        """Write down that a person is, or is no longer, the platform's own."""
        values = {"person": person, "relation": "affiliate", "related": related, "reason": "register", "maker": "m1",
                  "checker": "c1"} | body  # fmt: skip
        return self.submit(LANE, values.pop("id", f"related:{person}:{related}"), "related_party", **values)

    def guarantor(self, guarantor: str = "G", amount_minor: int = 0, listing: str = "X", **client: Any) -> str:
        """Open a guarantor's account with so much money, and let him guarantee the listing."""
        self.client(LANE, guarantor, "guarantor", **client)
        if amount_minor:
            self.give(LANE, guarantor, amount_minor)
        self.done(LANE, f"guarantee:{guarantor}:{listing}", "guarantee", guarantor=guarantor, listing=listing)
        return guarantor

    def guaranteed(self, shares: Mapping[str, int], *, money: int = 0, **body: Any) -> str:
        """Bring a listing with a guarantor, who has so much money, to its disbursement."""
        listing = self.full(shares, **body)
        self.guarantor("G", money, listing)
        self.done(LANE, f"disburse:{listing}", "disbursement", listing=listing)
        return listing

    def _of_row(self, kind: str, number: int, amounts: tuple[int, ...], **body: Any) -> Answer:
        principal_minor, interest_minor, late_minor = (*amounts, 0, 0)[:3]
        values = {"listing": "X", "plan_row": number, "principal_minor": principal_minor,
                  "interest_minor": interest_minor, "late_minor": late_minor} | body  # fmt: skip
        return self.submit(LANE, values.pop("id", f"{kind}:{number}"), kind, **values)

    def compensate(self, number: int, *amounts: int, **body: Any) -> Answer:
        """Ask for a compensation of a plan row of listing X: principal, interest, late charge."""
        return self._of_row("compensation", number, amounts, **{"guarantor": "G"} | body)

    def pay_back(self, number: int, *amounts: int, **body: Any) -> Answer:
        """Ask for a repayment to the guarantors of a plan row of listing X."""
        return self._of_row("guarantor_repayment", number, amounts, **{"borrower": self.borrower} | body)

    def offer(self, claim: str, share_minor: int, floor_minor: int, **body: Any) -> Answer:
        """Ask for a sale of a claim, till ten days from now."""
        values = {"seller": self.get(LANE, Claim, claim).holder, "claim": claim, "share_minor": share_minor,
                  "floor_minor": floor_minor, "accrued": "included",
                  "until": self.business_date(LANE) + timedelta(days=10)} | body  # fmt: skip
        return self.submit(LANE, values.pop("id", f"sale:{claim}"), "claim_sale", **values)

    def buy(
        self, sale: str, buyer: str, share_minor: int, price_minor: int, accrued_minor: int = 0, **body: Any
    ) -> Answer:
        """Ask for a purchase."""
        values = {"buyer": buyer, "sale": sale, "share_minor": share_minor, "price_minor": price_minor,
                  "accrued_minor": accrued_minor} | body  # fmt: skip
        return self.submit(LANE, values.pop("id", f"buy:{buyer}"), "claim_purchase", **values)

    def name_payee(self, trustee: str, amount_minor: int, listing: str = "X", **body: Any) -> Answer:
        """Ask for a trustee payee of a listing."""
        values = {
            "listing": listing,
            "borrower": self.borrower,
            "trustee": trustee,
            "amount_minor": amount_minor,
        } | body
        return self.submit(LANE, values.pop("id", f"payee:{trustee}"), "trustee_payee", **values)

    def review_payee(self, payee: str, *, passed: bool = True, **body: Any) -> Answer:
        """Ask for the review of a trustee payee."""
        values = {"payee": payee, "passed": passed, "reason": "contract seen", "maker": "m1", "checker": "c1"} | body
        return self.submit(LANE, values.pop("id", f"review:{payee}:{passed}"), "trustee_payee_review", **values)

    def recourse(self) -> dict[str, tuple[str, int, int, int, str]]:
        """Return each guarantor's claim: holder, principal, recourse for interest and for late charge, state."""
        return {
            claim.id: (claim.holder, claim.principal_minor, claim.recourse_interest_minor, claim.recourse_late_minor,
                       claim.state)
            for claim in self.rows(LANE, Claim) if claim.rank == 2
        }  # fmt: skip

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
        assert sum(claim.interest_minor - claim.recourse_interest_minor for claim in claims) == listing.interest_minor
        assert sum(claim.late_minor - claim.recourse_late_minor for claim in claims) == listing.late_minor
        assert sum(row.paid_principal_minor for row in rows) == listing.repaid_minor
        assert all(row.paid_principal_minor <= row.principal_minor for row in rows)
        assert all(row.paid_interest_minor <= row.interest_minor for row in rows)
        self._check_guarantors(claims, rows)
        assert all(
            (claim.state in ("active", "on_sale"))
            is (claim.principal_minor + claim.recourse_interest_minor + claim.recourse_late_minor > 0)
            for claim in claims
        )
        sales = [sale for sale in self.rows(lane, ClaimSale) if sale.listing == listing.id and sale.state == "open"]
        by_id = {claim.id: claim for claim in claims}
        assert sorted(sale.claim for sale in sales) == [claim.id for claim in claims if claim.state == "on_sale"]
        assert all(sale.left_minor <= by_id[sale.claim].principal_minor for sale in sales)
        if listing.state in ("failed", "repaid"):
            assert listing.held_minor == 0 and not any(claim.principal_minor for claim in claims)

    def _check_guarantors(self, claims: list[Claim], rows: list[PlanRow]) -> None:
        """What guarantors may ask is what stands on the plan; the parts of the loan are all there, whoever has them."""
        behind = [claim for claim in claims if claim.rank == 2]
        assert sum(claim.principal_minor for claim in behind) == sum(row.compensated_principal_minor for row in rows)
        assert sum(claim.recourse_interest_minor for claim in behind) == sum(
            row.compensated_interest_minor for row in rows
        )
        assert sum(claim.recourse_late_minor for claim in behind) == sum(row.compensated_late_minor for row in rows)
        assert sum(claim.carried_interest_minor for claim in claims) == 0 == sum(c.carried_late_minor for c in claims)
        for row in rows:
            assert row.paid_principal_minor + row.compensated_principal_minor <= row.principal_minor
            assert row.paid_interest_minor + row.compensated_interest_minor <= row.interest_minor


def later(days: int) -> date:
    """Return the day so many days after the first one."""
    return FRIDAY + timedelta(days=days)
