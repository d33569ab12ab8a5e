"""A book that holds next to nothing, and input at the edge of what can be stored: the lane decides as one that holds all."""

from datetime import timedelta

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Mandate
from cunguan.ledger.book import Book
from tests.plane.harness import (
    DAY,
    LANE,
    LENDERS,
    MONEY_MINOR,
    answers,
    ask,
    bid,
    books_hold,
    codes,
    deposit,
    running,
)


def row(n: int) -> Mandate:
    return Mandate(f"m{n}", "L", "bid", 100, 0, DAY, "", 1, "active")


def remembers(book: Book, number: int) -> bool:
    """Return whether a row is still in the book; a look that does not count as a use."""
    key = (Mandate, f"m{number}")
    return key in book._rows or key in book._rows_old


def test_a_fact_that_is_not_committed_is_never_forgotten_however_many_batches_are_opened() -> None:
    """Batches that only replayed what is stored are opened too, and never committed."""
    book = Book(limit_bytes=1)
    book.begin_batch(1)
    book._add(row(1))
    for number in range(2, 30):
        book.begin_batch(number)
        if number % 3 == 0:
            book.fill_rows(Mandate, [], [row(100 + number)], {})
        assert remembers(book, 1), f"forgotten at batch {number}"
    book.committed(29)
    for number in range(30, 33):
        book.begin_batch(number)
        book.fill_rows(Mandate, [], [row(100 + number)], {})
        book.committed(number)
    assert not remembers(book, 1), "it is dropped when it is safe"


def test_a_lane_that_holds_next_to_nothing_in_memory_decides_as_one_that_holds_all(books: str) -> None:
    asked = [bid(n, amount_minor=1 + n * 79_193 % 5_000_000, lender=LENDERS[n * 31 % 100]) for n in range(6_000)]
    with running(books, book_bytes=10_000) as lane:
        found = [answer for n in range(0, 6_000, 200) for answer in answers(lane, asked[n : n + 200])]
        assert lane._runner.book.size()["rows"] < 1_500, "it forgets"
    spent = dict.fromkeys(LENDERS, 0)
    for one, answer in zip(asked, found, strict=True):
        lender, amount = one.body.lender, one.body.amount_minor  # type: ignore[attr-defined]  # a bid
        fits = spent[lender] + amount <= MONEY_MINOR
        assert answer.code is (Code.done if fits else Code.mandate_cap_exceeded)
        spent[lender] += amount if fits else 0
    assert {Code.done, Code.mandate_cap_exceeded} == set(codes(found))
    books_hold(books)


def test_an_odd_number_or_a_long_name_harms_nobody(books: str) -> None:
    """Numbers beyond PostgreSQL's and names beyond its index pages: refused, or set aside alone; the lane goes on."""
    big = 2**63
    long_name = "".join(chr(0x4E00 + n * 37 % 20_000) for n in range(9_000))
    odd = [
        deposit(1, tag="big", amount_minor=big),
        deposit(2, tag="big", amount_minor=2**62 - MONEY_MINOR - 1),
        bid(3, tag="big", amount_minor=big),
        ask(LANE, "big:4", "mandate_grant", holder="L000", type="bid", cap_minor=big, until=DAY + timedelta(days=3)),
        ask(LANE, "big:5", "bid_hold", lender="L000", listing="X0", amount_minor=1, marketing_minor=big),
        ask(LANE, "big:6", "deposit_direct", holder=long_name, bank_account="bank", amount_minor=1, payer_matches=True,
            reference="r" * 100_000),
        ask(LANE, "big:7", "fee_schedule", schedule=long_name, version=1, items=[], maker="m1", checker="c1"),
        ask(LANE, "big:8", "fee_schedule", schedule="fees", version=big, items=[], maker="m1", checker="c1"),
    ]  # fmt: skip
    with running(books) as lane:
        found = answers(lane, [*(deposit(n) for n in range(50)), *odd, *(deposit(n) for n in range(50, 100))])
        assert not lane.is_stopped, lane.stopped_because
        assert answers(lane, odd) == found[50:58]
    assert set(codes(found[:50] + found[58:])) == {Code.done}
    books_hold(books)
