"""Claim end: only what has nothing outstanding and nothing to come is closed."""

from datetime import date

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Claim
from tests.operations.lending_case import LANE, Loan
from tests.operations.test_claim_sale import CLAIM, SHARES


def _end(books: Loan, claim: str = CLAIM, name: str = "end") -> Code:
    return books.submit(LANE, name, "claim_end", claim=claim).code


def test_ends_a_claim_whose_loan_is_repaid() -> None:
    books = Loan()
    books.lent(SHARES, rule="bullet", months=1)
    books.give(LANE, "B", 10_000)
    assert _end(books, "none", "1") is Code.claim_not_found
    assert _end(books, name="2") is Code.state_forbids
    books.repay(1, 1_000_000, 0, id="a")
    assert books.get(LANE, Claim, CLAIM).state == "settled"
    assert _end(books, name="3") is Code.listing_unpaid  # its part of the interest is still due
    books.repay(1, 0, 10_000, id="b")
    assert _end(books, name="4") is Code.done
    assert books.get(LANE, Claim, CLAIM).state == "ended"
    assert _end(books, name="5") is Code.state_forbids


def test_ends_a_claim_that_was_sold_whole() -> None:
    books = Loan()
    books.lent(SHARES)
    books.move_day(LANE, date(2024, 4, 1))
    books.repay(1, 333_334, 10_000)
    books.offer(CLAIM, 266_666, 1)
    books.lender("L9", 1_000)
    books.buy(f"sale:{CLAIM}", "L9", 266_666, 1_000)
    assert _end(books) is Code.done
