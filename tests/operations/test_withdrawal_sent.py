"""Withdrawal sent: the last look before the bytes leave."""

import pytest
from msgspec.structs import replace

from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Card, Message, Pool, Withdrawal
from cunguan.operations.withdrawal import CreditTransfer
from tests.operations.cash import LANE, open_books, put, set_state, withdraw
from tests.operations.driver import Books


def send(books: Books, withdrawal: str = "W1", id: str = "") -> Answer:
    return books.submit(LANE, id or f"send:{withdrawal}", "withdrawal_sent", withdrawal=withdrawal)


def states(books: Books) -> tuple[str, str]:
    return books.get(LANE, Withdrawal, "W1").state, books.get(LANE, Message, "W1").state


def asked() -> Books:
    books = open_books()
    assert withdraw(books).code is Code.done
    return books


def test_marks_the_message_as_taken_and_moves_no_money() -> None:
    books = asked()
    assert send(books).code is Code.done
    assert states(books) == ("sent", "sending")
    assert books.postings(LANE, "send:W1") == []
    moves = [(move.machine, move.event) for move in books.decision(LANE, "send:W1").moves]
    assert moves == [("withdrawal", "sent_to_bank"), ("outbox", "taken")]


def test_happens_once() -> None:
    books = asked()
    first = send(books)
    assert send(books) == first
    assert send(books, id="send:W1:again").code is Code.withdrawal_not_held


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"payee_hash": "payee:thief"}, Code.card_not_own),
        ({"holder": "L2"}, Code.card_not_own),
        ({"state": "unbound"}, Code.card_not_active),
        ({"state": "invalid"}, Code.card_not_active),
    ],
)
def test_lets_nothing_leave_when_the_binding_is_another_now(changes: dict[str, str], code: Code) -> None:
    books = asked()
    put(books, replace(books.get(LANE, Card, "L1:card"), **changes))
    assert send(books).code is code
    assert states(books) == ("held", "waiting")


@pytest.mark.parametrize(
    ("transfer", "code"),
    [
        (CreditTransfer("W1", "payee:thief", 60_000, "CNY", "ref:1"), Code.card_not_own),
        (CreditTransfer("W1", "payee:L1", 60_001, "CNY", "ref:1"), Code.withdrawal_differs),
        (CreditTransfer("W2", "payee:L1", 60_000, "CNY", "ref:1"), Code.withdrawal_differs),
    ],
)
def test_lets_no_message_leave_that_is_not_the_withdrawals(transfer: CreditTransfer, code: Code) -> None:
    books = asked()
    put(books, replace(books.get(LANE, Message, "W1"), payload=canonical_json(transfer)))
    assert send(books).code is code
    assert states(books) == ("held", "waiting")


def test_lets_no_withdrawal_leave_whose_payee_is_not_the_one_confirmed() -> None:
    books = asked()
    put(books, replace(books.get(LANE, Withdrawal, "W1"), payee_hash="payee:thief"))
    assert send(books).code is Code.card_not_own


def test_needs_a_withdrawal() -> None:
    assert send(open_books()).code is Code.withdrawal_not_found


def test_has_ids_of_its_own() -> None:
    assert withdraw(open_books(), "send:W1").code is Code.id_malformed


@pytest.mark.parametrize(
    ("state", "code"), [("short", Code.done), ("open", Code.done), ("payouts_stopped", Code.pool_cover_failed)]
)
def test_lets_nothing_leave_while_the_pool_pays_no_client(state: str, code: Code) -> None:
    books = asked()
    set_state(books, Pool, "main", state)
    assert send(books).code is code
