"""Over-subscription (S-06): many bids at once for the last of a listing, never more raised than registered."""

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Hold
from tests.operations.lending_case import LANE, Loan


def test_takes_bids_in_order_until_the_last_unit_and_tells_each_other_what_is_left() -> None:
    books = Loan()
    books.listed(amount_minor=1_000)
    lenders = [books.lender(f"L{number:02}", 300) for number in range(20)]
    asked = [
        books.ask(LANE, f"bid:{lender}", "bid_hold", lender=lender, listing="X", amount_minor=300) for lender in lenders
    ]
    answers = books.batch(LANE, asked)
    assert [answer.code for answer in answers] == [Code.done] * 3 + [Code.listing_remaining_exceeded] * 17
    assert {answer.detail["remaining_minor"] for answer in answers[3:]} == {100}
    assert (books.listing().held_minor, books.listing().state, len(books.rows(LANE, Hold))) == (900, "raising", 3)
    assert sum(books.held(lender) for lender in lenders) == 900
    last = books.submit(LANE, "last", "bid_hold", lender="L05", listing="X", amount_minor=100)
    assert (last.code, books.listing().state) == (Code.done, "full")
    over = books.submit(LANE, "over", "bid_hold", lender="L06", listing="X", amount_minor=1)
    assert (over.code, over.detail) == (Code.listing_remaining_exceeded, {"remaining_minor": 0})
