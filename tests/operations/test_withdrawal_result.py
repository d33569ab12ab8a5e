"""Withdrawal result: only evidence ends a withdrawal, and it ends once."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Hold, Holder, Message, Withdrawal
from tests.operations.cash import LANE, open_books, put, result, second_bank, sent, set_state, with_fees, withdraw
from tests.operations.driver import Books
from tests.operations.test_withdrawal import FEES


def on_its_way() -> Books:
    books = with_fees(open_books())
    sent(books, **FEES)
    return books


def figures(books: Books) -> tuple[int, int, int, int, int]:
    """Return 1010, the client's 2010, 2020 and 2030, and 2110."""
    available, _, held, outbound, _ = books.five(LANE, "L1")
    bank, fees = books.balance(LANE, "bank", "1010"), books.balance(LANE, "main", "2110")
    return bank, available, held, outbound, fees


UNDER_WAY = (1_000_000, 939_940, 60, 60_000, 0)
PAID = (940_000, 939_940, 0, 0, 60)
BACK = (1_000_000, 1_000_000, 0, 0, 0)


def test_settles_principal_and_fee() -> None:
    books = on_its_way()
    answer = result(books, "settled")
    assert (answer.code, answer.detail) == (Code.done, {"state": "settled"})
    assert books.postings(LANE, answer.id) == [("L1:2030", "bank:1010", 60_000), ("L1:2020", "main:2110", 60)]
    withdrawal, hold = books.get(LANE, Withdrawal, "W1"), books.get(LANE, Hold, "W1:fee")
    cited = [(posting.authority, posting.opened) for posting in books.decision(LANE, answer.id).postings]
    assert cited == [(None, withdrawal.seq), (hold.authority, hold.seq)]
    assert (hold.captured_minor, hold.released_minor, hold.state) == (60, 0, "captured")
    assert (withdrawal.state, books.get(LANE, Message, "W1").state) == ("settled", "answered")
    assert figures(books) == PAID


def test_gives_principal_and_fee_back_when_the_bank_rejects() -> None:
    books = on_its_way()
    answer = result(books, "rejected", reason="AC04")
    assert books.postings(LANE, answer.id) == [("L1:2030", "L1:2010", 60_000), ("L1:2020", "L1:2010", 60)]
    hold, withdrawal = books.get(LANE, Hold, "W1:fee"), books.get(LANE, Withdrawal, "W1")
    cited = [(posting.authority, posting.opened) for posting in books.decision(LANE, answer.id).postings]
    assert cited == [(None, withdrawal.seq), (None, hold.seq)]
    assert (hold.captured_minor, hold.released_minor, hold.state) == (0, 60, "released")
    assert (withdrawal.state, books.get(LANE, Message, "W1").state) == ("rejected", "answered")
    assert figures(books) == BACK


def test_posts_nothing_when_the_bank_does_not_answer() -> None:
    books = on_its_way()
    answer = result(books, "timed_out", amount_minor=0)
    assert (answer.code, answer.detail) == (Code.done, {"state": "in_doubt"})
    assert books.postings(LANE, answer.id) == []
    assert books.get(LANE, Message, "W1").state == "in_doubt"
    assert figures(books) == UNDER_WAY


@pytest.mark.parametrize(
    ("told", "codes", "state", "after"),
    [
        # what is told, in order                       codes                                     state       figures
        (["settled", "settled"], [Code.done, Code.withdrawal_final], "settled", PAID),
        (["settled", "rejected"], [Code.done, Code.withdrawal_final], "settled", PAID),
        (["settled", "final"], [Code.done, Code.withdrawal_final], "settled", PAID),
        (["settled", "timed_out"], [Code.done, Code.withdrawal_final], "settled", PAID),
        (["rejected", "settled"], [Code.done, Code.withdrawal_final], "rejected", BACK),
        (["rejected", "rejected"], [Code.done, Code.withdrawal_final], "rejected", BACK),
        (["timed_out", "settled"], [Code.done, Code.done], "settled", PAID),
        (["timed_out", "rejected"], [Code.done, Code.state_forbids], "in_doubt", UNDER_WAY),
        (["timed_out", "final"], [Code.done, Code.done], "rejected", BACK),
        (["timed_out", "rejected", "final"], [Code.done, Code.state_forbids, Code.done], "rejected", BACK),
        (["timed_out", "rejected", "settled"], [Code.done, Code.state_forbids, Code.done], "settled", PAID),
        (["timed_out", "timed_out"], [Code.done, Code.state_forbids], "in_doubt", UNDER_WAY),
        (["final"], [Code.done], "rejected", BACK),
    ],
)
def test_ends_by_evidence_and_once(told: list[str], codes: list[Code], state: str, after: tuple[int, ...]) -> None:
    books = on_its_way()
    answers = [
        result(books, "rejected" if what == "final" else what, id=f"bank:demobank:W1:{place}", finality=what == "final")
        for place, what in enumerate(told)
    ]
    assert [answer.code for answer in answers] == codes
    assert books.get(LANE, Withdrawal, "W1").state == state
    assert figures(books) == after


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        ("settled", {"amount_minor": 59_999}, Code.withdrawal_differs),
        ("settled", {"amount_minor": 60_001}, Code.withdrawal_differs),
        ("rejected", {"amount_minor": 59_999}, Code.withdrawal_differs),
        ("settled", {"withdrawal": "W9"}, Code.withdrawal_not_found),
    ],
)
def test_posts_nothing_for_another_amount(status: str, body: dict[str, object], code: Code) -> None:
    books = on_its_way()
    assert result(books, status, **body).code is code
    assert figures(books) == UNDER_WAY


@pytest.mark.parametrize("status", ["settled", "rejected", "timed_out"])
def test_is_refused_before_the_message_was_sent(status: str) -> None:
    books = open_books()
    withdraw(books)
    assert result(books, status).code is Code.withdrawal_not_sent


@pytest.mark.parametrize("status", ["settled", "rejected", "timed_out"])
@pytest.mark.parametrize("state", ["cancelled", "intercepted", "returned", "recredited"])
def test_is_refused_after_every_end(state: str, status: str) -> None:
    books = open_books()
    sent(books)
    result(books, "settled")
    put(books, replace(books.get(LANE, Withdrawal, "W1"), state=state))
    assert result(books, status, id="bank:demobank:W1:late").code is Code.withdrawal_final


def test_does_not_let_the_principal_wait_for_a_fee_that_was_released() -> None:
    books = on_its_way()
    hold = books.get(LANE, Hold, "W1:fee")
    books.move_day(LANE, hold.release_by + timedelta(days=1))
    books.done(LANE, "expire:W1:fee", "hold_expiry", hold="W1:fee")
    assert books.five(LANE, "L1") == (940_000, 0, 0, 60_000, 0)
    answer = result(books, "settled")
    assert books.postings(LANE, answer.id) == [("L1:2030", "bank:1010", 60_000)]


def test_credits_a_locked_account() -> None:
    books = on_its_way()
    set_state(books, Holder, "L1", "locked")
    assert result(books, "rejected").code is Code.done
    assert figures(books) == BACK


@pytest.mark.parametrize(("cash_minor", "code"), [(59_999, Code.insufficient_pool_cash), (60_000, Code.done)])
def test_refuses_what_the_bank_account_never_held(cash_minor: int, code: Code) -> None:
    books = open_books(money_minor=60_000)
    bank = second_bank(books)
    books.give(LANE, "L2", cash_minor, bank_account=bank)
    sent(books, bank_account=bank)
    assert result(books, "settled").code is code
    assert books.balance(LANE, bank, "1010") == (0 if code is Code.done else cash_minor)
    assert books.five(LANE, "L1") == (0, 0, 0, 0 if code is Code.done else 60_000, 0)


def test_takes_no_rejection_for_final_that_does_not_say_so() -> None:
    books = on_its_way()
    result(books, "timed_out")
    assert result(books, "rejected").code is Code.state_forbids
    assert figures(books) == UNDER_WAY


def test_has_ids_of_its_own() -> None:
    assert withdraw(open_books(), "bank:demobank:W1:settled").code is Code.id_malformed


def test_answers_a_replay_with_the_first_answer() -> None:
    books = on_its_way()
    assert result(books, "settled") == result(books, "settled")
    assert figures(books) == PAID
