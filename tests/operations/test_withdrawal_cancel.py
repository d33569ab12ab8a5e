"""Withdrawal cancel, intercept: before a byte left, all of it goes back; the platform alone can do neither."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Hold, Holder, Mandate, Message, Withdrawal
from tests.operations.cash import LANE, open_books, put, result, set_state, with_fees, withdraw
from tests.operations.driver import Books
from tests.operations.test_withdrawal import FEES

CANCEL = {"holder": "L1", "withdrawal": "W1", "amount_minor": 60_000}
INTERCEPT = {"withdrawal": "W1", "reason": "the card is not his", "maker": "m1", "checker": "c1"}
HELD, BACK = (939_940, 0, 60, 60_000, 0), (1_000_000, 0, 0, 0, 0)
STOPS = [("withdrawal_cancel", CANCEL, "cancelled"), ("withdrawal_intercept", INTERCEPT, "intercepted")]
EACH = pytest.mark.parametrize(("kind", "body", "state"), STOPS, ids=["cancel", "intercept"])


@pytest.fixture
def books() -> Books:
    books = with_fees(open_books())
    assert withdraw(books, **FEES).code is Code.done
    assert books.five(LANE, "L1") == HELD
    return books


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"holder": "L9"}, Code.account_not_found),
        ({"withdrawal": "W9"}, Code.withdrawal_not_found),
        ({"holder": "L2"}, Code.withdrawal_owner_differs),
        ({"amount_minor": 59_999}, Code.withdrawal_differs),
        ({"amount_minor": 60_001}, Code.withdrawal_differs),
        ({"signed": False}, Code.authority_missing),
        ({"by": "L2:key"}, Code.authority_key_differs),
    ],
)
def test_a_cancel_is_refused_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    assert books.submit(LANE, "c", "withdrawal_cancel", **{**CANCEL, **change}).code is code
    assert books.five(LANE, "L1") == HELD


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"checker": ""}, Code.two_names_required),
        ({"checker": "m1"}, Code.same_person_twice),
        ({"reason": ""}, Code.reason_missing),
        ({"withdrawal": "W9"}, Code.withdrawal_not_found),
    ],
)
def test_an_intercept_is_refused_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    assert books.submit(LANE, "c", "withdrawal_intercept", **{**INTERCEPT, **change}).code is code
    assert books.five(LANE, "L1") == HELD


@EACH
def test_gives_principal_and_fee_back_and_withdraws_the_message(
    books: Books, kind: str, body: dict[str, Any], state: str
) -> None:
    answer = books.done(LANE, "stop", kind, **body)
    assert answer.detail == {"state": state}
    assert books.postings(LANE, "stop") == [("L1:2030", "L1:2010", 60_000), ("L1:2020", "L1:2010", 60)]
    withdrawal, hold = books.get(LANE, Withdrawal, "W1"), books.get(LANE, Hold, "W1:fee")
    cited = [(posting.authority, posting.opened) for posting in books.decision(LANE, "stop").postings]
    assert cited == [(None, withdrawal.seq), (None, hold.seq)]
    assert (withdrawal.state, hold.state, books.get(LANE, Message, "W1").state) == (state, "released", "withdrawn")
    assert books.five(LANE, "L1") == BACK
    assert books.submit(LANE, "send:W1", "withdrawal_sent", withdrawal="W1").code is Code.withdrawal_not_held
    assert result(books, "settled").code is Code.withdrawal_final
    assert books.submit(LANE, "again", kind, **body).code is Code.withdrawal_final
    assert books.done(LANE, "stop", kind, **body) == answer


@EACH
@pytest.mark.parametrize("told", ["sent", "timed_out", "settled"])
def test_what_was_sent_is_not_stopped(books: Books, kind: str, body: dict[str, Any], state: str, told: str) -> None:
    books.done(LANE, "send:W1", "withdrawal_sent", withdrawal="W1")
    if told != "sent":
        result(books, told)
    before = books.five(LANE, "L1")
    assert books.submit(LANE, "stop", kind, **body).code is Code.withdrawal_not_held
    assert books.five(LANE, "L1") == before


@EACH
def test_stops_also_for_a_locked_account(books: Books, kind: str, body: dict[str, Any], state: str) -> None:
    set_state(books, Holder, "L1", "locked")
    books.done(LANE, "stop", kind, **body)
    assert books.five(LANE, "L1") == BACK


@EACH
def test_a_withdrawal_whose_card_became_invalid_gets_out_this_way(
    books: Books, kind: str, body: dict[str, Any], state: str
) -> None:
    books.done(LANE, "i", "card_invalid", card="L1:card", reason="AC04", reference="bank:77", maker="m1")
    assert books.submit(LANE, "send:W1", "withdrawal_sent", withdrawal="W1").code is Code.card_not_active
    books.done(LANE, "stop", kind, **body)
    assert books.five(LANE, "L1") == BACK


@EACH
def test_gives_the_cap_of_a_mandate_back(books: Books, kind: str, body: dict[str, Any], state: str) -> None:
    books.done(LANE, "first", "withdrawal_cancel", **CANCEL)
    put(books, Mandate("M", "L1", "withdrawal", 60_000, 0, books.business_date(LANE), "", 1, "active"))
    assert withdraw(books, "W2", mandate="M", payee_hash="").code is Code.done
    assert books.get(LANE, Mandate, "M").used_minor == 60_000
    assert withdraw(books, "W3", mandate="M", payee_hash="").code is Code.mandate_cap_exceeded
    books.done(LANE, "stop", kind, **{**body, "withdrawal": "W2"})
    assert books.get(LANE, Mandate, "M").used_minor == 0
    assert withdraw(books, "W4", mandate="M", payee_hash="").code is Code.done
