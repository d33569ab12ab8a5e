"""Deposit settlement: uncleared money becomes the client's, or goes back to where it was only a promise."""

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Deposit, Holder
from cunguan.ledger.book import BALANCE_MAX
from tests.operations.cash import LANE, open_books, second_bank, set_state
from tests.operations.driver import Books
from tests.operations.test_deposit_notice import CLEARING, notice


def settle(books: Books, outcome: str = "settled", deposit: str = "D1", *, id: str = "", **body: object) -> Answer:
    asked: dict[str, object] = {
        "deposit": deposit, "bank_account": "bank", "outcome": outcome, "amount_minor": 60_000,
    }  # fmt: skip
    return books.submit(LANE, id or f"settle:{deposit}:{outcome}", "deposit_settlement", **(asked | body))


def noticed() -> Books:
    books = open_books(money_minor=0)
    assert notice(books).code is Code.done
    return books


def figures(books: Books) -> tuple[int, int, int, int, int]:
    """Return 1010, 1020, then the client's 2010 and 2015, and 2210."""
    available, uncleared = books.five(LANE, "L1")[:2]
    bank, owed = books.balance(LANE, "bank", "1010"), books.balance(LANE, CLEARING, "1020")
    return bank, owed, available, uncleared, books.balance(LANE, "main", "2210")


def test_turns_uncleared_money_into_available_money() -> None:
    books = noticed()
    answer = settle(books)
    assert (answer.code, answer.detail) == (Code.done, {"state": "cleared"})
    assert books.postings(LANE, "settle:D1:settled") == [
        ("bank:1010", f"{CLEARING}:1020", 60_000),
        ("L1:2015", "L1:2010", 60_000),
    ]
    opened = [posting.opened for posting in books.decision(LANE, "settle:D1:settled").postings]
    assert opened == [None, books.get(LANE, Deposit, "D1").seq]
    assert figures(books) == (60_000, 0, 60_000, 0, 0)
    moves = books.decision(LANE, "settle:D1:settled").moves
    assert [(move.subject, move.state) for move in moves] == [("D1", "cleared")]


def test_takes_back_what_never_came_without_an_authority_of_the_client() -> None:
    books = noticed()
    assert settle(books, "failed", bank_account="").code is Code.done
    assert books.postings(LANE, "settle:D1:failed") == [("L1:2015", f"{CLEARING}:1020", 60_000)]
    posting = books.decision(LANE, "settle:D1:failed").postings[0]
    assert (posting.authority, posting.opened) == (None, books.get(LANE, Deposit, "D1").seq)
    assert figures(books) == (0, 0, 0, 0, 0)
    assert books.get(LANE, Deposit, "D1").state == "failed"


@pytest.mark.parametrize(
    ("first", "second", "code", "after"),
    [
        ("settled", "settled", Code.deposit_not_uncleared, (60_000, 0, 60_000, 0, 0)),
        ("settled", "failed", Code.deposit_not_uncleared, (60_000, 0, 60_000, 0, 0)),
        ("failed", "failed", Code.deposit_not_uncleared, (0, 0, 0, 0, 0)),
        ("failed", "settled", Code.done, (60_000, 0, 0, 0, 60_000)),  # the money is here, but not yet the client's
    ],
)
def test_meets_a_second_outcome_by_the_state(first: str, second: str, code: Code, after: tuple[int, ...]) -> None:
    books = noticed()
    settle(books, first)
    answer = settle(books, second, id="settle:D1:again")
    assert answer.code is code
    assert figures(books) == after


def test_takes_money_that_came_after_a_failure_once() -> None:
    books = noticed()
    settle(books, "failed")
    settle(books, "settled")
    for outcome in ("settled", "failed"):
        assert settle(books, outcome, id=f"settle:D1:{outcome}:again").code is Code.deposit_not_uncleared
    assert figures(books) == (60_000, 0, 0, 0, 60_000)


def test_names_the_state_of_money_that_came_after_its_deposit_had_failed() -> None:
    books = noticed()
    settle(books, "failed")
    assert settle(books).detail == {"state": "in_suspense"}
    assert books.postings(LANE, "settle:D1:settled") == [("bank:1010", "main:2210", 60_000)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"deposit": "D9"}, Code.deposit_not_found),
        ({"amount_minor": 59_999}, Code.deposit_differs),
        ({"amount_minor": 60_001}, Code.deposit_differs),
        ({"outcome": "failed", "amount_minor": 60_001}, Code.deposit_differs),
        ({"bank_account": "nowhere"}, Code.bank_account_not_found),
        ({"bank_account": "elsewhere"}, Code.pool_differs),
    ],
)
def test_checks_in_order_and_posts_nothing(body: dict[str, object], code: Code) -> None:
    books = noticed()
    books.done(
        LANE, "pool:2", "pool_opening", pools=[{"id": "other", "currency": "CNY", "regime": "lending"}],
        bank_accounts=[{"id": "elsewhere", "pool": "other", "channel": "demobank", "reference": "r2"}],
        maker="m1", checker="c1",
    )  # fmt: skip
    assert settle(books, id="S1", **body).code is code
    assert figures(books) == (0, 60_000, 0, 60_000, 0)
    assert books.get(LANE, Deposit, "D1").state == "uncleared"


def test_is_not_for_a_deposit_that_was_money_at_once() -> None:
    books = noticed()
    books.done(
        LANE, "T1", "deposit_direct", holder="L1", bank_account="bank", amount_minor=60_000, payer_matches=False,
        reference="",
    )  # fmt: skip
    assert settle(books, deposit="T1").code is Code.deposit_not_uncleared


@pytest.mark.parametrize(
    ("owned_minor", "code"), [(BALANCE_MAX - 60_001, Code.done), (BALANCE_MAX - 60_000, Code.balance_too_large)]
)
def test_refuses_what_an_account_cannot_hold(owned_minor: int, code: Code) -> None:
    for owner, account in (("L1", "2010"), ("main", "2210")):
        books = noticed()
        bank = second_bank(books)
        books.give(LANE, owner, owned_minor, code=account)
        assert settle(books, bank_account=bank).code is code
    books = noticed()
    books.give(LANE, "L2", owned_minor)
    assert settle(books).code is code


def test_credits_a_locked_account() -> None:
    books = noticed()
    set_state(books, Holder, "L1", "locked")
    assert settle(books).code is Code.done
    assert figures(books) == (60_000, 0, 60_000, 0, 0)


def test_answers_a_replay_with_the_first_answer() -> None:
    books = noticed()
    assert settle(books) == settle(books)
    assert figures(books) == (60_000, 0, 60_000, 0, 0)
