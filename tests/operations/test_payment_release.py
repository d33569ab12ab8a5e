"""Payment release: two people let a payment of before a restore leave, once a restore."""

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import PaymentRelease
from tests.operations.cash import LANE, open_books, result, withdraw
from tests.operations.driver import Books
from tests.operations.restored import NAMES, restore, with_payment


def release(books: Books, id: str = "release:W1", **body: object) -> Answer:
    return books.submit(LANE, id, "payment_release", **({"payment": "W1"} | NAMES | body))


def send(books: Books, name: str = "W1") -> Answer:
    return books.submit(LANE, f"send:{name}", "withdrawal_sent", withdrawal=name)


def test_lets_a_held_payment_leave() -> None:
    books = with_payment()
    answer = release(books)
    assert (answer.code, answer.detail) == (Code.done, {"epoch": 2})
    row = books.get(LANE, PaymentRelease, "W1:2")
    assert (row.message, row.epoch, row.seq) == ("W1", 2, answer.seq)
    assert send(books).code is Code.done
    assert result(books, "settled").code is Code.done


def test_a_payment_of_before_a_restore_does_not_leave_by_itself() -> None:
    assert send(with_payment()).code is Code.payment_held


def test_a_payment_of_after_it_leaves() -> None:
    books = with_payment()
    assert withdraw(books, "W2").code is Code.done
    assert send(books, "W2").code is Code.done


def test_another_restore_needs_another_release() -> None:
    books = with_payment()
    release(books)
    restore(books, 3)
    assert send(books).code is Code.payment_held
    assert release(books, "release:again").detail == {"epoch": 3}


#: body, code: in checking order
REFUSED = [
    ({"maker": ""}, Code.two_names_required),
    ({"checker": "m1"}, Code.same_person_twice),
    ({"reason": " "}, Code.reason_missing),
    ({"payment": "W9"}, Code.payment_not_held),
]


@pytest.mark.parametrize(("body", "code"), REFUSED)
def test_is_refused(body: dict[str, object], code: Code) -> None:
    books = with_payment()
    assert release(books, **body).code is code
    assert not books.rows(LANE, PaymentRelease)


def test_is_refused_where_nothing_is_held() -> None:
    books = open_books()
    withdraw(books)
    assert release(books).code is Code.payment_not_held  # never restored
    restore(books)
    withdraw(books, "W2")
    assert release(books, "a", payment="W2").code is Code.payment_not_held  # of after it
    assert release(books, "b").code is Code.done
    assert release(books, "c").code is Code.payment_not_held  # released already
    assert send(books).code is Code.done
    assert result(books, "settled").code is Code.done
    restore(books, 3)
    assert release(books, "d").code is Code.payment_not_held  # it has an answer


def test_the_same_id_again_is_the_same_answer() -> None:
    books = with_payment()
    assert release(books) == release(books)
    assert release(books, reason="another").code is Code.exists_with_different_field
