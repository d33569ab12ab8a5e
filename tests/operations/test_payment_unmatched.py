"""Payment unmatched: what the bank has and the books do not is noted, and moves nothing."""

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.operations.payment_unmatched import unmatched_id
from tests.operations.cash import LANE, result, withdraw
from tests.operations.driver import Books
from tests.operations.restored import with_payment


def unmatched(books: Books, end_to_end_id: str) -> Answer:
    return books.submit(
        LANE, unmatched_id("demobank", end_to_end_id, "settled"), "payment_unmatched", channel="demobank",
        end_to_end_id=end_to_end_id, status="settled", amount_minor=700, reason="",
    )  # fmt: skip


def test_names_the_payment_and_posts_nothing() -> None:
    books = with_payment()
    before = books.five(LANE, "L1")
    answer = unmatched(books, "W9")
    assert (answer.code, answer.detail) == (
        Code.done,
        {"end_to_end_id": "W9", "amount_minor": 700, "status": "settled"},
    )
    assert books.five(LANE, "L1") == before and not books.decision(LANE, "bank:demobank:W9:settled_unmatched").postings


def test_is_refused_for_what_the_books_know() -> None:
    assert unmatched(with_payment(), "W1").code is Code.state_forbids


def test_the_id_of_the_banks_word_stays_free_for_the_payment_asked_for_again() -> None:
    books = with_payment()
    unmatched(books, "W9")
    assert withdraw(books, "W9").code is Code.done
    books.done(LANE, "send:W9", "withdrawal_sent", withdrawal="W9")
    assert result(books, "settled", "W9").code is Code.done
