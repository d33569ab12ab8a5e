"""Claims (债权): an overdue row is compensated and paid back, a claim is sold and bought, a payee is paid for the borrower.

When    days 2 (lent), 25 (first row), 27 (sold; compensated), 29 (paid back)
Source  domain-decisions.md 17-21; tests/scenarios/s31_the_lender_before_the_guarantor.txt, sale_of_a_claim.txt
"""

from cunguan.doors.demo.chapters.chapter import Chapter, Check, Desk, balance, state
from cunguan.doors.demo.market import YUAN
from cunguan.kernel.codes import Code

BORROWER, GUARANTOR, INSIDER, TRUSTEE = "claims-borrower", "claims-guarantor", "claims-insider", "claims-trustee"
FIRST, SECOND, BUYER = "claims-lender-1", "claims-lender-2", "claims-buyer"
GUARANTEED, SOLD, BY_TRUSTEE = "claims-guaranteed", "claims-sold", "claims-by-trustee"


def _people(river: Desk) -> None:
    river.let_in("lender", FIRST, SECOND, BUYER)
    river.let_in("borrower", BORROWER)
    river.let_in("guarantor", GUARANTOR, INSIDER, kind="company")
    river.let_in("trustee", TRUSTEE, kind="company")
    river.pay_in("claims-in-1", FIRST, 13_000 * YUAN)
    river.pay_in("claims-in-2", SECOND, 8_000 * YUAN)
    river.pay_in("claims-in-3", BUYER, 5_000 * YUAN)


def lend(river: Desk, _: Desk) -> None:
    """Guarantee one loan, make another, and pay a third one to the borrower's supplier."""
    _people(river)
    river.listing(GUARANTEED, BORROWER, 10_000 * YUAN, 1, "bullet")
    river.two(
        "claims-related", "related_party", person=f"person-{INSIDER}", relation="affiliate", related=True,
        reason="as registered",
    )  # fmt: skip
    river.refused(
        Code.platform_may_not_guarantee, "claims-guarantee-0", "guarantee", guarantor=INSIDER, listing=GUARANTEED
    )
    river.do("claims-guarantee-1", "guarantee", guarantor=GUARANTOR, listing=GUARANTEED)
    river.listing(SOLD, BORROWER, 10_000 * YUAN, 3, "equal_principal")
    for listing in (GUARANTEED, SOLD):
        river.bid(f"{listing}-1", FIRST, listing, 6_000 * YUAN)
        river.bid(f"{listing}-2", SECOND, listing, 4_000 * YUAN)
        river.lend(listing)
    _pay_the_supplier(river)


def _pay_the_supplier(river: Desk) -> None:
    river.listing(BY_TRUSTEE, BORROWER, 1_000 * YUAN, 1, "bullet", opens=False)
    for name, amount_minor in (("claims-payee-1", 700 * YUAN), ("claims-payee-2", 300 * YUAN)):
        river.do(
            name, "trustee_payee", listing=BY_TRUSTEE, borrower=BORROWER, trustee=TRUSTEE, amount_minor=amount_minor
        )
    river.two("claims-review", "trustee_payee_review", payee="claims-payee-1", passed=True, reason="the contract")
    river.do("claims-revoke", "trustee_payee_revoke", borrower=BORROWER, payee="claims-payee-2")
    river.do("claims-opens", "raise_opening", listing=BY_TRUSTEE)
    river.bid(f"{BY_TRUSTEE}-1", FIRST, BY_TRUSTEE, 1_000 * YUAN)
    river.lend(BY_TRUSTEE)


def first_row(river: Desk, _: Desk) -> None:
    """Pay the first row of the loan whose claim will be sold."""
    river.repay(SOLD, BORROWER, 1, 333_334, 10_000)


def sell(river: Desk, _: Desk) -> None:
    """Sell half a claim; take one offer back, let one run out; let the guarantor pay an overdue row in part."""
    for name, claim, seller, share_minor in (
        ("claims-sale-1", f"{SOLD}-2", SECOND, 133_333),
        ("claims-sale-2", f"{SOLD}-1", FIRST, 10_000),
        ("claims-sale-3", f"{BY_TRUSTEE}-1", FIRST, 10_000),
    ):
        river.do(
            name, "claim_sale", seller=seller, claim=claim, share_minor=share_minor, floor_minor=share_minor - 3_333,
            accrued="added", until=river.today,
        )  # fmt: skip
    # five of the thirty days of row 2 are over: of its 66.67 the share, a fifth of the loan left, has earned 2.22
    river.do(
        "claims-purchase", "claim_purchase", buyer=BUYER, sale="claims-sale-1", share_minor=133_333,
        price_minor=130_222, accrued_minor=222,
    )  # fmt: skip
    river.do("claims-sale-back", "claim_sale_cancel", seller=FIRST, sale="claims-sale-2")
    river.pay_in("claims-in-4", GUARANTOR, 6_000 * YUAN)
    river.do(
        "claims-compensation", "compensation", listing=GUARANTEED, guarantor=GUARANTOR, plan_row=1,
        principal_minor=5_000 * YUAN, interest_minor=60 * YUAN, late_minor=0,
    )  # fmt: skip
    river.stands(balance(1, GUARANTOR, "2010", 940 * YUAN))


def pay_back(river: Desk, _: Desk) -> None:
    """Let the borrower pay the lenders first, then the guarantor."""
    river.pay_in("claims-in-5", BORROWER, 12_000 * YUAN)
    river.repay(GUARANTEED, BORROWER, 1, 5_000 * YUAN, 40 * YUAN)
    river.do("claims-end", "claim_end", claim=f"{GUARANTEED}-1")
    river.do(
        "claims-recourse", "guarantor_repayment", listing=GUARANTEED, borrower=BORROWER, plan_row=1,
        principal_minor=5_000 * YUAN, interest_minor=60 * YUAN, late_minor=0,
    )  # fmt: skip
    river.repay(BY_TRUSTEE, BORROWER, 1, 1_000 * YUAN, 10 * YUAN)
    river.repay(SOLD, BORROWER, 2, 333_333, 6_667)
    river.repay(SOLD, BORROWER, 3, 333_333, 3_333)


CHAPTER = Chapter(
    title=("claims", "债权"),
    says=(
        "a guarantor paid 5,060.00 of an overdue row and had it back after the lenders; half a claim was sold at 1,302.22; "
        "700.00 of a loan went to a supplier",
        "逾期一期由担保人代偿5,060.00元，先还出借人、后还担保人；半笔债权以1,302.22元转让；700.00元受托支付给供应商",
    ),
    acts=((2, lend), (25, first_row), (27, sell), (29, pay_back)),
    checks=(
        balance(1, GUARANTOR, "2010", 6_000 * YUAN),
        balance(1, TRUSTEE, "2010", 700 * YUAN),
        state("listing", 1, GUARANTEED, "repaid"),
        state("listing", 1, SOLD, "repaid"),
        state("claim_sale", 1, "claims-sale-1", "sold"),
        state("claim_sale", 1, "claims-sale-3", "expired"),
        state("trustee_payee", 1, "claims-payee-1", "paid"),
        Check(
            "SELECT coalesce(sum(principal_minor + recourse_interest_minor), 0) FROM claim "
            f"WHERE lane = 1 AND listing = '{GUARANTEED}'",
            "0",
        ),
    ),
)
