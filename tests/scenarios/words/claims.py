"""Words of guarantees and compensation, trustee payees, and the sale of claims.

B registers L: AMOUNT at RATE for N months, RULE, until DATE      without opening it          L opens
person N is the platform's own at P                               two people write it down    ... not any more
G guarantees L
G compensates row N of L: AMOUNT + AMOUNT[ + AMOUNT late] [on behalf of the borrower]
B pays the guarantors of row N of L back: AMOUNT + AMOUNT[ + AMOUNT late] [under M]
B names T as payee of AMOUNT of L                                 B takes the payee N back
payee N passes its review                                         payee N does not pass its review
S offers AMOUNT of claim C for AMOUNT until DATE[, accrued interest added]
S takes the sale N back            sale N runs out
B buys AMOUNT of N for AMOUNT[, of which AMOUNT is accrued][, fee ITEM]
claim C is closed by the platform
runs begin above N details, N a step
recourse on L: G AMOUNT + AMOUNT[ + AMOUNT late], ...             principal, interest, late charge, by guarantor
"""

from collections import Counter
from typing import Any

from cunguan.kernel.money import format_minor, parse_minor
from cunguan.kernel.rows import Claim, ClaimSale, Holder, TrusteePayee
from cunguan.operations import runs
from tests.scenarios.language import SUBJECTS, sentence

CURRENCY = "CNY"
SUBJECTS.update({"claim": Claim, "sale": ClaimSale, "payee": TrusteePayee})


def _minor(amount: str | None) -> int:
    return parse_minor(amount or "0.00", CURRENCY)


@sentence("runs begin above {atomic#} details, {items#} a step")
def small_runs(script: Any, atomic: str, items: str) -> None:
    runs.ATOMIC_ITEMS, runs.STEP_ITEMS = int(atomic), int(items)


# ── the listing ──────────────────────────────────────────────────────────────
@sentence("{borrower} registers {listing}: {amount$} at {rate#} % for {months#} months, {rule}, until {until@}")
def registers(
    script: Any, borrower: str, listing: str, amount: str, rate: str, months: str, rule: str, until: str
) -> None:
    lane = script.lane(borrower)
    script.listings.setdefault(listing, lane)
    script.ask(
        lane, "listing_registration", listing=listing, pool="main", borrower=borrower,
        person=script.get(Holder, borrower).person, currency=CURRENCY, pack=script.world.runners[lane].book.day().pack,
        amount_minor=_minor(amount), rate_e6=int(rate) * 10_000, rule=rule, months=int(months), raise_until=until,
        late_rate_e6=0, opens=False,
    )  # fmt: skip


@sentence("{listing} opens")
def opens(script: Any, listing: str) -> None:
    script.ask(script.lane(listing), "raise_opening", listing=listing)


# ── guarantees ───────────────────────────────────────────────────────────────
@sentence("person {person} is the platform's own at {platform}")
def related(script: Any, person: str, platform: str, related: bool = True) -> None:
    script.ask(
        script.lanes[platform], "related_party", person=person, relation="affiliate", related=related,
        reason="as registered", maker="m1", checker="c1",
    )  # fmt: skip


@sentence("person {person} is the platform's own at {platform} no more")
def not_related(script: Any, person: str, platform: str) -> None:
    related(script, person, platform, related=False)


@sentence("{guarantor} guarantees {listing}")
def guarantees(script: Any, guarantor: str, listing: str) -> None:
    script.ask(script.lane(guarantor), "guarantee", guarantor=guarantor, listing=listing)


@sentence(
    "{guarantor} compensates row {row#} of {listing}: {principal$} + {interest$}[ + {late$} late]"
    "[ {indirect} behalf of the borrower]"
)
def compensates(
    script: Any, guarantor: str, row: str, listing: str, principal: str, interest: str, late: str | None,
    indirect: str | None,
) -> None:  # fmt: skip
    script.ask(
        script.lane(listing), "compensation", listing=listing, guarantor=guarantor, plan_row=int(row),
        principal_minor=_minor(principal), interest_minor=_minor(interest), late_minor=_minor(late),
        indirect=bool(indirect),
    )  # fmt: skip


@sentence(
    "{borrower} pays the guarantors of row {row#} of {listing} back: {principal$} + {interest$}[ + {late$} late]"
    "[ under {mandate}]"
)
def pays_back(
    script: Any, borrower: str, row: str, listing: str, principal: str, interest: str, late: str | None,
    mandate: str | None,
) -> None:  # fmt: skip
    script.ask(
        script.lane(listing), "guarantor_repayment", listing=listing, borrower=borrower, plan_row=int(row),
        principal_minor=_minor(principal), interest_minor=_minor(interest), late_minor=_minor(late),
        mandate=mandate or "",
    )  # fmt: skip


@sentence("recourse on {listing}: {figures*}")
def recourse(script: Any, listing: str, figures: str) -> None:
    sums: Counter[str] = Counter()
    for claim in script.world.rows(script.lane(listing), Claim):
        if claim.listing == listing and claim.rank == 2:
            sums[f"{claim.holder} principal"] += claim.principal_minor
            sums[f"{claim.holder} interest"] += claim.recourse_interest_minor
            sums[f"{claim.holder} late"] += claim.recourse_late_minor
    expected: Counter[str] = Counter()
    for part in figures.split(", ") if figures != "nothing" else ():
        who, amounts = part.split(" ", 1)
        for name, amount in zip(("principal", "interest", "late"), amounts.split(" + "), strict=False):
            expected[f"{who} {name}"] += _minor(amount.removesuffix(" late"))
    if +sums != +expected:
        raise script.place.says(figures, {name: format_minor(amount, CURRENCY) for name, amount in sums.items()})


# ── trustee payees ───────────────────────────────────────────────────────────
@sentence("{borrower} names {trustee} as payee of {amount$} of {listing}")
def names(script: Any, borrower: str, trustee: str, amount: str, listing: str) -> None:
    script.ask(
        script.lane(borrower), "trustee_payee", listing=listing, borrower=borrower, trustee=trustee,
        amount_minor=_minor(amount),
    )  # fmt: skip


@sentence("payee {payee} passes its review")
def passes(script: Any, payee: str, passed: bool = True) -> None:
    script.ask(
        script.lane(payee), "trustee_payee_review", payee=payee, passed=passed, reason="the contract", maker="m1",
        checker="c1",
    )  # fmt: skip


@sentence("payee {payee} does not pass its review")
def does_not_pass(script: Any, payee: str) -> None:
    passes(script, payee, passed=False)


@sentence("{borrower} takes the payee {payee} back")
def takes_payee_back(script: Any, borrower: str, payee: str) -> None:
    script.ask(script.lane(borrower), "trustee_payee_revoke", borrower=borrower, payee=payee)


# ── sale of claims ───────────────────────────────────────────────────────────
@sentence("{seller} offers {share$} of claim {claim} for {floor$} until {until@}[, accrued interest {added}]")
def offers(script: Any, seller: str, share: str, claim: str, floor: str, until: str, added: str | None) -> None:
    script.ask(
        script.lane(seller), "claim_sale", seller=seller, claim=claim, share_minor=_minor(share),
        floor_minor=_minor(floor), accrued=added or "included", until=until,
    )  # fmt: skip


@sentence("{seller} takes the sale {sale} back")
def takes_sale_back(script: Any, seller: str, sale: str) -> None:
    script.ask(script.lane(seller), "claim_sale_cancel", seller=seller, sale=sale)


@sentence("sale {sale} runs out")
def runs_out(script: Any, sale: str) -> None:
    script.ask(script.lane(sale), "claim_sale_expiry", f"expire:{sale}", sale=sale)


@sentence("{buyer} buys {share$} of {sale} for {price$}[, of which {accrued$} is accrued][, fee {item}]")
def buys(script: Any, buyer: str, share: str, sale: str, price: str, accrued: str | None, item: str | None) -> None:
    script.ask(
        script.lane(buyer), "claim_purchase", buyer=buyer, sale=sale, share_minor=_minor(share),
        price_minor=_minor(price), accrued_minor=_minor(accrued), fee_schedule="fees" if item else "",
        fee_item=item or "",
    )  # fmt: skip


@sentence("claim {claim} is closed by the platform")
def is_closed(script: Any, claim: str) -> None:
    script.ask(script.lane(claim), "claim_end", claim=claim)
