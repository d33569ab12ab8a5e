"""Claim sale: what a lender may offer and on which terms; how an offer ends: taken back, run out, lapsed."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Claim, ClaimSale
from tests.operations.lending_case import LANE, Loan

SHARES = {"L1": 600_000, "L2": 400_000}
CLAIM = "bid:L2:X"
MAY = date(2024, 4, 2)  # the claims are a month old


def case(**body: Any) -> Loan:
    books = Loan()
    books.guaranteed(SHARES, money=2_000_000, **body)
    books.move_day(LANE, MAY)
    return books


def _state(books: Loan, sale: str = f"sale:{CLAIM}") -> tuple[str, str]:
    return books.get(LANE, ClaimSale, sale).state, books.get(LANE, Claim, CLAIM).state


def test_fixes_the_terms_by_the_sellers_word() -> None:
    books = case()
    assert books.offer(CLAIM, 300_000, 290_000, accrued="added").code is Code.done
    sale = books.get(LANE, ClaimSale, f"sale:{CLAIM}")
    assert (sale.claim, sale.listing, sale.seller, sale.share_minor, sale.floor_minor, sale.accrued) == (
        CLAIM, "X", "L2", 300_000, 290_000, "added",
    )  # fmt: skip
    assert _state(books) == ("open", "on_sale")
    text = books.decision(LANE, sale.id).authority.text
    assert (text.amount_minor, text.payee, text.until) == (290_000, f"{CLAIM}:300000:added", "2024-04-12")
    assert books.postings(LANE, sale.id) == []


def test_checks_in_order() -> None:
    books = case()
    assert books.offer(CLAIM, 0, 1, id="1").code is Code.amount_not_positive
    assert books.offer(CLAIM, 1, 0, id="2").code is Code.amount_not_positive
    assert books.offer(CLAIM, 1, 2**62, id="3").code is Code.amount_too_large
    assert books.offer(CLAIM, 1, 1, accrued="none", id="4").code is Code.details_missing
    assert books.offer(CLAIM, 1, 1, seller="B", id="5").code is Code.account_role_differs
    assert books.offer(CLAIM, 1, 1, seller="L1", id="6").code is Code.claim_not_found
    assert books.offer(CLAIM, 400_001, 1, id="7").code is Code.claim_share_exceeded
    assert books.offer(CLAIM, 1, 1, until=MAY - timedelta(days=1), id="8").code is Code.date_in_the_past
    assert books.offer(CLAIM, 1, 1, until=MAY + timedelta(days=31), id="9").code is Code.period_malformed
    assert books.offer(CLAIM, 1, 1, signed=False, id="10").code is Code.authority_missing
    assert books.offer(CLAIM, 400_000, 1, until=MAY + timedelta(days=30), id="11").code is Code.done
    assert books.offer(CLAIM, 1, 1, id="12").code is Code.claim_on_sale


@pytest.mark.parametrize(("day", "code"), [(date(2024, 3, 30), Code.not_due_yet), (date(2024, 3, 31), Code.done)])
def test_asks_for_a_time_of_holding_first(day: date, code: Code) -> None:
    books = Loan()
    books.lent(SHARES)
    books.move_day(LANE, day)
    assert books.offer(CLAIM, 1, 1).code is code


def test_a_guarantors_claim_is_not_sold() -> None:
    books = case(grace_days=0)
    books.client(LANE, "GL", "lender", person="person:G")
    books.compensate(1, 1_000, id="c")
    assert books.offer("c", 1_000, 1, seller="G", id="1").code is Code.account_role_differs
    books.put(replace(books.get(LANE, Claim, "c"), holder="GL"))
    assert books.offer("c", 1_000, 1, id="2").code is Code.claim_not_active


# ── how it ends ──────────────────────────────────────────────────────────────
def test_the_seller_takes_it_back() -> None:
    books = case()
    books.offer(CLAIM, 300_000, 290_000)

    def ask(name: str, seller: str = "L2", sale: str = f"sale:{CLAIM}", **body: Any) -> Code:
        return books.submit(LANE, name, "claim_sale_cancel", seller=seller, sale=sale, **body).code

    assert ask("1", seller="B") is Code.account_role_differs
    assert ask("2", sale="none") is Code.sale_not_found
    assert ask("3", seller="L1") is Code.sale_not_found
    assert ask("4", signed=False) is Code.authority_missing
    assert ask("5") is Code.done
    assert ask("6") is Code.sale_not_open
    assert _state(books) == ("cancelled", "active")
    assert books.offer(CLAIM, 400_000, 1, id="again").code is Code.done


def test_the_timer_ends_it_after_its_last_day() -> None:
    books = case()
    books.offer(CLAIM, 300_000, 290_000)
    sale = f"sale:{CLAIM}"

    def ask(name: str = f"expire:{sale}", sale: str = sale) -> Code:
        return books.submit(LANE, name, "claim_sale_expiry", sale=sale).code

    assert ask("other") is Code.id_malformed
    assert ask("expire:none", "none") is Code.sale_not_found
    books.move_day(LANE, date(2024, 4, 12))
    assert books.submit(LANE, "expire:sale", "claim_sale_expiry", sale="sale").code is Code.sale_not_found
    books.move_day(LANE, date(2024, 4, 13))
    assert books.buy(sale, "L1", 1, 1, 0, id="late").code is Code.sale_not_open
    assert ask() is Code.done
    assert _state(books) == ("expired", "active")


def test_the_timer_waits_for_the_last_day() -> None:
    books = case()
    books.offer(CLAIM, 300_000, 290_000)
    books.move_day(LANE, date(2024, 4, 12))
    assert books.submit(LANE, f"expire:sale:{CLAIM}", "claim_sale_expiry", sale=f"sale:{CLAIM}").code is (
        Code.not_due_yet
    )


@pytest.mark.parametrize(
    ("share", "states"),
    [
        (266_666, ("open", "on_sale")),  # what is left of the claim: 400,000 less two fifths of 333,334
        (266_667, ("lapsed", "active")),
        (400_000, ("lapsed", "active")),
    ],
)
@pytest.mark.parametrize("by", ["repayment", "compensation"])
def test_lapses_when_a_payment_has_taken_its_share(share: int, states: tuple[str, str], by: str) -> None:
    books = case(grace_days=0)
    books.offer(CLAIM, share, 1)
    paid = books.repay(1, 333_334, 10_000) if by == "repayment" else books.compensate(1, 333_334, 10_000)
    assert paid.code is Code.done
    assert books.get(LANE, Claim, CLAIM).principal_minor == 266_666
    assert _state(books) == states
    assert books.buy(f"sale:{CLAIM}", "L1", 1, 0).code is Code.amount_not_positive


def test_interest_alone_ends_no_offer() -> None:
    books = case()
    books.offer(CLAIM, 400_000, 1)
    books.repay(1, 0, 10_000)
    assert _state(books) == ("open", "on_sale")


@pytest.mark.parametrize("by", ["repayment", "compensation"])
def test_lapses_with_the_whole_claim(by: str) -> None:
    books = Loan()
    books.guaranteed(SHARES, money=2_000_000, rule="bullet", months=1, grace_days=0)
    books.give(LANE, "B", 10_000)
    books.move_day(LANE, MAY)
    books.offer(CLAIM, 1, 1)
    paid = books.repay(1, 1_000_000, 10_000) if by == "repayment" else books.compensate(1, 1_000_000, 10_000)
    assert paid.code is Code.done
    assert _state(books) == ("lapsed", "settled" if by == "repayment" else "compensated")
