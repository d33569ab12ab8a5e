"""Dormancy: what nobody comes for is set apart for its owner, and his at any time; never anybody's income."""

from datetime import date
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import Holder, Pool, Unclaimed
from tests.operations.cash import LANE, set_state
from tests.operations.driver import Books
from tests.operations.firm_case import MONEY, NAMES, WRONG_NAMES, deposit, figures, lose, open_firm


def sleep(books: Books, id: str = "U1", **body: Any) -> Answer:
    asked: dict[str, Any] = {
        "holder": "L1", "amount_minor": MONEY, "since_date": date(2019, 1, 1), "instrument": "act 12", **NAMES,
    }  # fmt: skip
    return books.submit(LANE, id, "dormancy", **(asked | body))


def give_back(books: Books, amount_minor: int = MONEY, id: str = "G1", **body: Any) -> Answer:
    asked: dict[str, Any] = {"unclaimed": "U1", "amount_minor": amount_minor, "document": "passport seen", **NAMES}
    return books.submit(LANE, id, "unclaimed_return", **(asked | body))


def hand(books: Books, id: str = "H1", **body: Any) -> Answer:
    asked: dict[str, Any] = {
        "unclaimed": "U1", "holder": "L1", "direction": "to_authority", "bank_account": "bank", "amount_minor": MONEY,
        "instrument": "act 13", "receipt": "r-1", **NAMES,
    }  # fmt: skip
    return books.submit(LANE, id, "unclaimed_handover", **(asked | body))


def asleep() -> Books:
    books = open_firm()
    assert sleep(books).code is Code.done
    return books


def where(books: Books) -> tuple[int, int, str, str]:
    """Return L1's 2010 and 2310, and the states of his account and of the balance set apart."""
    return (
        books.balance(LANE, "L1", "2010"), books.balance(LANE, "L1", "2310"), books.get(LANE, Holder, "L1").state,
        books.get(LANE, Unclaimed, "U1").state,
    )  # fmt: skip


def test_sets_all_that_is_available_apart_under_an_instrument() -> None:
    books = asleep()
    assert books.postings(LANE, "U1") == [("L1:2010", "L1:2310", MONEY)]
    assert where(books) == (0, MONEY, "dormant", "unclaimed")
    authority = books.decision(LANE, "U1").authority
    assert authority is not None
    assert (authority.text.kind, authority.text.owner, authority.text.payee) == ("L", "L1", "act 12")
    assert books.get(LANE, Unclaimed, "U1").since_date == date(2019, 1, 1)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"instrument": " "}, Code.legal_instrument_missing),
        *WRONG_NAMES,
        ({"since_date": date(2024, 3, 2)}, Code.date_not_next),
        ({"holder": "L9"}, Code.account_not_found),
        ({"amount_minor": MONEY - 1}, Code.details_differ),
        ({"amount_minor": MONEY + 1}, Code.details_differ),
    ],
)
def test_checks_in_order_and_posts_nothing(body: dict[str, Any], code: Code) -> None:
    books = open_firm()
    assert sleep(books, **body).code is code
    assert books.five(LANE, "L1") == (MONEY, 0, 0, 0, 0)


def test_is_not_for_an_account_with_money_on_its_way_or_in_another_state() -> None:
    books = open_firm()
    set_state(books, Holder, "L1", "locked")
    assert sleep(books).code is Code.account_not_active
    set_state(books, Holder, "L1", "active")
    books.card(LANE, "L1")
    books.done(
        LANE,
        "W1",
        "withdrawal",
        holder="L1",
        card="L1:card",
        bank_account="bank",
        amount_minor=1,
        payee_hash="payee:L1",
    )
    assert sleep(books, "U2", amount_minor=MONEY - 1).code is Code.account_not_empty


def test_is_given_back_at_any_time_in_parts_or_whole() -> None:
    books = asleep()
    books.move_day(LANE, date(2031, 3, 3))
    assert give_back(books, 1).detail == {"state": "unclaimed"}
    assert where(books) == (1, MONEY - 1, "active", "unclaimed")
    assert give_back(books, MONEY - 1, "G2").detail == {"state": "given_back"}
    assert where(books) == (MONEY, 0, "active", "given_back")
    assert give_back(books, 1, "G3").code is Code.state_forbids


def test_takes_what_still_comes_in_and_sleeps_again() -> None:
    books = asleep()
    deposit(books, "L1", 50, "late")
    assert where(books)[:3] == (50, MONEY, "dormant")
    give_back(books)
    assert sleep(books, "U2", amount_minor=MONEY + 50).code is Code.done
    assert books.balance(LANE, "L1", "2310") == MONEY + 50


def test_is_handed_to_the_authority_and_comes_back() -> None:
    books = asleep()
    cash = figures(books)[0]
    assert hand(books).detail == {"state": "handed_over"}
    assert books.postings(LANE, "H1") == [("L1:2310", "bank:1010", MONEY)]
    assert where(books)[1:] == (0, "dormant", "handed_over")
    assert give_back(books).code is Code.state_forbids
    assert hand(books, "H2").code is Code.state_forbids
    assert hand(books, "H3", direction="from_authority").detail == {"state": "unclaimed"}
    assert (figures(books)[0], where(books)[1]) == (cash, MONEY)
    assert give_back(books, id="G2").detail == {"state": "given_back"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"document": ""}, Code.details_missing),
        *WRONG_NAMES,
        ({"unclaimed": "U9"}, Code.suspense_item_not_found),
        ({"amount_minor": MONEY + 1}, Code.exceeds_what_is_owed),
    ],
)
def test_checks_a_return(body: dict[str, Any], code: Code) -> None:
    books = asleep()
    assert give_back(books, **({"amount_minor": MONEY} | body)).code is code
    assert where(books) == (0, MONEY, "dormant", "unclaimed")


def test_gives_nothing_back_to_a_closed_account() -> None:
    books = asleep()
    set_state(books, Holder, "L1", "closed")
    assert give_back(books).code is Code.account_closed


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"instrument": ""}, Code.legal_instrument_missing),
        ({"receipt": " "}, Code.details_missing),
        *WRONG_NAMES,
        ({"unclaimed": "U9"}, Code.suspense_item_not_found),
        ({"holder": "L2"}, Code.account_not_found),
        ({"direction": "from_authority"}, Code.state_forbids),
        ({"amount_minor": MONEY - 1}, Code.details_differ),
        ({"bank_account": "nowhere"}, Code.bank_account_not_found),
        ({"bank_account": "other_bank"}, Code.pool_differs),
    ],
)
def test_checks_a_handover(body: dict[str, Any], code: Code) -> None:
    books = asleep()
    assert hand(books, **body).code is code
    assert where(books) == (0, MONEY, "dormant", "unclaimed")


def test_does_not_leave_a_bank_account_that_has_less_or_a_stopped_pool() -> None:
    books = asleep()
    set_state(books, Pool, "main", "stopped")
    assert hand(books).code is Code.pool_not_active
    set_state(books, Pool, "main", "open")
    lose(books, amount_minor=MONEY + 1)
    assert hand(books, "H2").code is Code.insufficient_pool_cash


def test_answers_a_replay_with_the_first_answer() -> None:
    books = asleep()
    assert sleep(books) == sleep(books)
    assert give_back(books, 1) == give_back(books, 1)
    assert where(books) == (1, MONEY - 1, "active", "unclaimed")
