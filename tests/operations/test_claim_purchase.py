"""Claim purchase: price, interest and persons; the share changes hands with the money, and its interest goes with it."""

from datetime import date
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Claim, ClaimSale
from cunguan.operations import runs
from tests.operations.lending_case import LANE, Loan
from tests.operations.test_claim_sale import CLAIM, SHARES, case

SALE = f"sale:{CLAIM}"


def _offered(share: int = 400_000, floor: int = 390_000, **terms: Any) -> Loan:
    """The first row is repaid: nothing has accrued on its due day. L2 offers his claim of 266,666."""
    books = Loan()
    books.lent(SHARES)
    books.move_day(LANE, date(2024, 4, 1))
    books.repay(1, 333_334, 10_000)
    assert books.offer(CLAIM, share, floor, **terms).code is Code.done
    return books


def _whole(floor: int = 260_000, **terms: Any) -> Loan:
    return _offered(266_666, floor, **terms)


def test_pays_the_seller_and_moves_the_claim_at_once() -> None:
    books = _whole()
    books.lender("L9", 1_000_000)
    before = books.available("L2")
    assert books.buy(SALE, "L9", 266_666, 260_000).detail == {"claim": "buy:L9", "fee_minor": 0}
    assert books.postings(LANE, "buy:L9") == [("L9:2010", "L9:2020", 260_000), ("L9:2020", "L2:2010", 260_000)]
    assert (books.available("L9"), books.held("L9"), books.available("L2")) == (740_000, 0, before + 260_000)
    assert books.claims()[CLAIM] == ("L2", 0, 4_000, 0, "assigned")
    assert books.claims()["buy:L9"] == ("L9", 266_666, 0, 0, "active")
    assert books.get(LANE, ClaimSale, SALE).state == "sold"
    assert books.buy(SALE, "L9", 266_666, 260_000).code is Code.done, "the same id is the same purchase"
    assert books.buy(SALE, "L9", 1, 1, id="again").code is Code.sale_not_open


def test_sells_in_parts_at_the_floor_pro_rata() -> None:
    books = _offered(200_000, 190_000)
    books.lender("L9", 1_000_000)
    assert books.buy(SALE, "L9", 50_001, 47_500, id="1").code is Code.price_below_floor  # 47,500.95
    assert books.buy(SALE, "L9", 50_001, 47_501, id="2").code is Code.done
    assert books.get(LANE, Claim, CLAIM).state == "on_sale"
    answer = books.buy(SALE, "L9", 150_000, 150_000, id="3")
    assert (answer.code, answer.detail) == (Code.claim_share_exceeded, {"left_minor": 149_999})
    assert books.buy(SALE, "L9", 149_999, 149_999, id="4").code is Code.done
    assert (books.get(LANE, ClaimSale, SALE).state, books.get(LANE, Claim, CLAIM).state) == ("sold", "active")
    assert books.claims()[CLAIM][1] == 66_666


def test_interest_follows_the_share_and_nobody_gets_it_twice() -> None:
    """With the sale and without it L1 is paid the same; seller and buyer together what the seller alone would be."""
    plain, sold = _offered(200_000, 1), _offered(200_000, 1)
    sold.lender("L9", 1_000_000)
    assert sold.buy(SALE, "L9", 133_333, 1).code is Code.done
    for books in (plain, sold):
        books.give(LANE, "B", 100_000)
        books.move_day(LANE, date(2024, 5, 1))
        assert books.repay(2, 333_333, 6_667).code is Code.done
        assert books.repay(3, 333_333, 3_333).code is Code.done
    assert plain.claims()["bid:L1:X"] == sold.claims()["bid:L1:X"]
    both = sold.claims()[CLAIM][2] + sold.claims()["buy:L9"][2]
    assert both == plain.claims()[CLAIM][2]
    # 10,000 x 2/5 is 4,000 after the sale: half of it to each, for each holds half of what L2 had.
    assert (sold.claims()[CLAIM][2], sold.claims()["buy:L9"][2]) == (4_000 + 2_000, 2_000)


@pytest.mark.parametrize(
    ("day", "interest"),
    [
        (date(2024, 4, 1),  0),
        (date(2024, 4, 2),  89),     # 6,667 of row 2 for 1 of its 30 days, two fifths of it
        (date(2024, 4, 11), 889),
        (date(2024, 4, 12), 978),
    ],
)  # fmt: skip
def test_shows_the_buyer_what_has_accrued(day: date, interest: int) -> None:
    books = _whole(until=date(2024, 4, 12))
    books.lender("L9", 1_000_000)
    books.move_day(LANE, day)
    answer = books.buy(SALE, "L9", 266_666, 260_000, interest + 1, id="1")
    assert (answer.code, answer.detail) == (Code.terms_differ, {"accrued_minor": interest})
    assert books.buy(SALE, "L9", 266_666, 260_000, interest, id="2").code is Code.done


def test_counts_what_is_overdue_whole() -> None:
    books = case(grace_days=0)
    books.offer(CLAIM, 400_000, 1)
    books.lender("L9", 1_000_000)
    # April 2nd: all 10,000 of row 1, and 1 of 30 days of 6,667; two fifths of it.
    assert books.buy(SALE, "L9", 400_000, 1, 0).detail == {"accrued_minor": 4_089}


@pytest.mark.parametrize(
    ("accrued", "price", "code"),
    [
        ("included", 259_999, Code.price_below_floor),
        ("included", 260_000, Code.done),
        ("added",    260_088, Code.price_below_floor),
        ("added",    260_089, Code.done),
    ],
)  # fmt: skip
def test_compares_the_price_with_the_floor_as_the_seller_said(accrued: str, price: int, code: Code) -> None:
    books = _whole(accrued=accrued)
    books.lender("L9", 1_000_000)
    books.move_day(LANE, date(2024, 4, 2))
    assert books.buy(SALE, "L9", 266_666, price, 89).code is code


def test_checks_in_order() -> None:
    books = _whole()
    books.lender("L9", 260_000)
    books.client(LANE, "BL", "lender", person="person:B")
    assert books.buy(SALE, "L9", 0, 1, id="1").code is Code.amount_not_positive
    assert books.buy(SALE, "L9", 1, 0, id="2").code is Code.amount_not_positive
    assert books.buy(SALE, "L9", 1, 1, -1, id="3").code is Code.amount_not_positive
    assert books.buy(SALE, "L9", 1, 1, fee_item="x", id="4").code is Code.details_missing
    assert books.buy("none", "L9", 1, 1, id="5").code is Code.sale_not_found
    assert books.buy(SALE, "B", 1, 1, id="6").code is Code.account_role_differs
    assert books.buy(SALE, "L2", 1, 1, id="7").code is Code.buyer_is_seller
    assert books.buy(SALE, "BL", 1, 1, id="9").code is Code.borrower_is_lender
    assert books.buy(SALE, "L9", 266_667, 300_000, id="10").code is Code.claim_share_exceeded
    assert books.buy(SALE, "L9", 266_666, 260_000, fee_schedule="f", fee_item="x", id="11").code is (
        Code.fee_consent_missing
    )
    assert books.buy(SALE, "L9", 266_666, 260_000, signed=False, id="12").code is Code.authority_missing
    assert books.buy(SALE, "L9", 266_666, 260_001, id="13").code is Code.insufficient_balance
    assert books.buy(SALE, "L9", 266_666, 260_000, id="14").code is Code.done


def test_a_guarantor_of_the_loan_buys_no_part_of_it() -> None:
    books = case()
    books.client(LANE, "GL", "lender", person="person:G")
    books.offer(CLAIM, 400_000, 1)
    assert books.buy(SALE, "GL", 1, 1).code is Code.guarantor_is_party


def test_takes_the_fee_the_buyer_agreed_to() -> None:
    books = _whole()
    books.fees(LANE)
    books.lender("L9", 265_200)
    books.consent(LANE, "L9")
    fee = {"fee_schedule": "fees", "fee_item": "platform_fee"}
    assert books.buy(SALE, "L9", 266_666, 260_001, id="1", **fee).code is Code.insufficient_balance
    assert books.buy(SALE, "L9", 266_666, 260_000, id="2", **fee).detail == {"claim": "2", "fee_minor": 5_200}
    assert (books.available("L9"), books.of_pool("2110")) == (0, 5_200)
    assert books.postings(LANE, "2")[-1] == ("L9:2010", "main:2110", 5_200)


def test_waits_while_a_run_pays_the_holders_of_record(monkeypatch: pytest.MonkeyPatch) -> None:
    books = case()
    books.offer(CLAIM, 200_000, 1)
    books.lender("L9", 1_000_000)
    monkeypatch.setattr(runs, "ATOMIC_ITEMS", 1)
    monkeypatch.setattr(runs, "STEP_ITEMS", 1)
    books.repay(1, 333_334, 10_000)
    answer = books.buy(SALE, "L9", 1, 1)
    assert (answer.code, answer.detail) == (Code.state_forbids, {"run": "repay:1"})
    books.run("repay:1")
    assert books.claims()[CLAIM][1] == 266_666


def test_what_was_bought_may_be_sold_again_after_its_time() -> None:
    books = _whole()
    books.lender("L9", 1_000_000)
    books.buy(SALE, "L9", 266_666, 260_000)
    books.move_day(LANE, date(2024, 4, 30))
    assert books.offer("buy:L9", 1, 1, id="1").code is Code.not_due_yet
    books.move_day(LANE, date(2024, 5, 1))
    assert books.offer("buy:L9", 1, 1, id="2").code is Code.done
