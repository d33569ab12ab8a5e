"""Pool interest: it is nobody's until two people share it out, to the unit, or the bank takes it back."""

from datetime import date
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Holder, Pool
from cunguan.ledger.book import BALANCE_MAX
from tests.operations.cash import LANE, set_state
from tests.operations.driver import Books
from tests.operations.firm_case import MONEY, NAMES, VALUE_DATES, WRONG_NAMES, WRONG_PLACES, open_firm


def interest(books: Books, id: str = "I1", **body: Any) -> Answer:
    asked: dict[str, Any] = {"pool": "main", "bank_account": "bank", "amount_minor": 700, "reference": "line 14"}
    return books.submit(LANE, id, "pool_interest", **(asked | body))


def share(books: Books, id: str = "S1", **body: Any) -> Answer:
    asked: dict[str, Any] = {
        "pool": "main", "amount_minor": 700, "to": "holders", "contract": "clause 7", "basis": "days times amount", **NAMES,
        "weights": [{"holder": "L1", "weight": 2}, {"holder": "L2", "weight": 1}],
    }  # fmt: skip
    return books.submit(LANE, id, "pool_interest_share", **(asked | body))


def back(books: Books, id: str = "S1", **body: Any) -> Answer:
    return share(books, id, **({"to": "bank", "weights": [], "bank_account": "bank", "reference": "line 15"} | body))


def credited(**body: Any) -> Books:
    books = open_firm()
    assert interest(books, **body).code is Code.done
    return books


def test_comes_in_for_nobody_yet() -> None:
    books = credited(value_date=date(2024, 2, 29))
    assert books.postings(LANE, "I1") == [("bank:1010", "main:2240", 700)]
    assert books.decision(LANE, "I1").value_date == date(2024, 2, 29)
    assert (books.balance(LANE, "main", "2240"), books.balance(LANE, "L1", "2010")) == (700, MONEY)


def test_is_shared_to_the_unit_by_the_largest_remainder() -> None:
    books = credited()
    assert share(books).detail == {"left_minor": 0}
    assert books.postings(LANE, "S1") == [("main:2240", "L1:2010", 467), ("main:2240", "L2:2010", 233)]


def test_gives_no_posting_to_who_gets_nothing() -> None:
    books = credited(amount_minor=1)
    assert share(books, amount_minor=1).code is Code.done
    assert books.postings(LANE, "S1") == [("main:2240", "L1:2010", 1)]


def test_is_shared_in_parts() -> None:
    books = credited()
    assert share(books, amount_minor=699).detail == {"left_minor": 1}
    assert share(books, "S2", amount_minor=2).code is Code.insufficient_balance
    assert share(books, "S3", amount_minor=1).detail == {"left_minor": 0}


def test_goes_back_to_the_bank_that_takes_it_back() -> None:
    books = credited()
    assert back(books).detail == {"left_minor": 0}
    assert books.postings(LANE, "S1") == [("main:2240", "bank:1010", 700)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"reference": ""}, Code.details_missing),
        *VALUE_DATES,
        *WRONG_PLACES,
    ],
)
def test_checks_what_comes_in(body: dict[str, Any], code: Code) -> None:
    books = open_firm()
    assert interest(books, **body).code is code
    assert books.balance(LANE, "main", "2240") == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"contract": " "}, Code.reason_missing),
        ({"basis": ""}, Code.reason_missing),
        *WRONG_NAMES,
        ({"weights": []}, Code.details_missing),
        ({"weights": [{"holder": f"L{n}", "weight": 1} for n in range(2_001)]}, Code.limit_exceeded),
        ({"weights": [{"holder": "L1", "weight": 0}]}, Code.amount_not_positive),
        ({"weights": [{"holder": "L1", "weight": 1}] * 2}, Code.duplicate_detail),
        ({"pool": "nowhere"}, Code.pool_not_found),
        ({"amount_minor": 701}, Code.insufficient_balance),
        ({"weights": [{"holder": "L9", "weight": 1}]}, Code.account_not_active),
    ],
)
def test_checks_a_share(body: dict[str, Any], code: Code) -> None:
    books = credited()
    assert share(books, **body).code is code
    assert books.balance(LANE, "main", "2240") == 700


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"weights": [{"holder": "L1", "weight": 1}]}, Code.details_differ),
        ({"reference": " "}, Code.details_missing),
        ({"bank_account": ""}, Code.bank_account_not_found),
        ({"bank_account": "other_bank"}, Code.pool_differs),
    ],
)
def test_checks_a_return(body: dict[str, Any], code: Code) -> None:
    books = credited()
    assert back(books, **body).code is code
    assert books.balance(LANE, "main", "2240") == 700


def test_names_the_accounts_that_take_no_share() -> None:
    books = credited()
    books.client(LANE, "O1", pool="other")
    set_state(books, Holder, "L2", "closed")
    weights = [{"holder": holder, "weight": 1} for holder in ("L1", "L2", "O1")]
    assert share(books, weights=weights).detail == {"holders": ["L2", "O1"]}


def test_is_refused_in_a_pool_that_takes_no_posting() -> None:
    books = credited()
    set_state(books, Pool, "main", "stopped")
    assert interest(books, "I2").code is Code.pool_not_active
    assert share(books).code is Code.pool_not_active


def test_does_not_leave_a_bank_account_that_has_less() -> None:
    books = credited()
    books.done(
        LANE, "X1", "pool_loss", pool="main", bank_account="bank", amount_minor=2 * MONEY + 1, cause="loss", reason="r",
        reference="r", **NAMES,
    )  # fmt: skip
    assert back(books).code is Code.insufficient_pool_cash


def test_refuses_what_an_account_cannot_hold() -> None:
    books = open_firm()
    assert interest(books, amount_minor=BALANCE_MAX - 2 * MONEY).code is Code.balance_too_large
    assert interest(books, "I2", amount_minor=BALANCE_MAX - 2 * MONEY - 1).code is Code.done
    assert share(books, amount_minor=BALANCE_MAX - 2 * MONEY - 1).code is Code.done


def test_answers_a_replay_with_the_first_answer() -> None:
    books = credited()
    assert interest(books) == interest(books)
    assert share(books) == share(books)
    assert books.balance(LANE, "main", "2240") == 0
