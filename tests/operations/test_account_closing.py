"""Account suspension, closing, closed, client return: who may end what, and only when nothing is left."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Card, ClientDebt, Holder, Unclaimed
from tests.operations.cash import LANE, open_books, put, set_state, withdraw
from tests.operations.driver import FRIDAY, Books
from tests.operations.lending_case import Loan

TWO = {"maker": "m1", "checker": "c1"}
ASK = {"holder": "L1"}
SUSPEND = {"holder": "L1", "reason": "his papers have run out", **TWO}


@pytest.fixture
def books() -> Books:
    return open_books(money_minor=0)


def state(books: Books, holder: str = "L1") -> str:
    return books.get(LANE, Holder, holder).state


# ── suspension ───────────────────────────────────────────────────────────────
@pytest.mark.parametrize("kind", ["account_suspension", "account_resumption"])
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"checker": ""}, Code.two_names_required),
        ({"checker": "m1"}, Code.same_person_twice),
        ({"reason": ""}, Code.reason_missing),
        ({"holder": "L9"}, Code.account_not_found),
    ],
)
def test_a_suspension_is_refused_in_this_order(books: Books, kind: str, change: dict[str, Any], code: Code) -> None:
    assert books.submit(LANE, "s", kind, **{**SUSPEND, **change}).code is code


def test_a_suspended_client_starts_no_debit_and_is_credited(books: Books) -> None:
    assert books.submit(LANE, "r0", "account_resumption", **SUSPEND).code is Code.state_forbids
    answer = books.done(LANE, "s", "account_suspension", **SUSPEND)
    books.done(
        LANE, "d", "deposit_direct", holder="L1", bank_account="bank", amount_minor=70_000, payer_matches=True,
        reference="statement",
    )  # fmt: skip
    assert books.five(LANE, "L1") == (70_000, 0, 0, 0, 0)
    assert withdraw(books).code is Code.account_not_active
    assert books.submit(LANE, "s2", "account_suspension", **SUSPEND).code is Code.state_forbids
    assert books.submit(LANE, "c", "account_closing", **ASK).code is Code.account_not_active
    books.done(LANE, "r", "account_resumption", **SUSPEND)
    assert withdraw(books, "W2").code is Code.done
    assert books.done(LANE, "s", "account_suspension", **SUSPEND) == answer


# ── closing ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("kind", ["account_closing", "account_closing_withdrawn"])
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"holder": "L9"}, Code.account_not_found),
        ({"signed": False}, Code.authority_missing),
        ({"by": "L2:key"}, Code.authority_key_differs),
    ],
)
def test_a_wish_is_refused_in_this_order(books: Books, kind: str, change: dict[str, Any], code: Code) -> None:
    if kind != "account_closing":
        books.done(LANE, "c", "account_closing", **ASK)
    assert books.submit(LANE, "x", kind, **{**ASK, **change}).code is code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"checker": ""}, Code.two_names_required),
        ({"checker": "m1"}, Code.same_person_twice),
        ({"holder": "L9"}, Code.account_not_found),
        ({}, Code.state_forbids),
    ],
)
def test_an_end_is_refused_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    assert books.submit(LANE, "e", "account_closed", **{**ASK, **TWO, **change}).code is code


@pytest.mark.parametrize(
    ("code", "name"), [("2010", "available"), ("2015", "uncleared")]
)  # fmt: skip
def test_one_fen_is_named_and_keeps_it_open(books: Books, code: str, name: str) -> None:
    books.give(LANE, "L1", 1, code=code)
    answer = books.submit(LANE, "c", "account_closing", **ASK)
    assert (answer.code, answer.detail, state(books)) == (Code.account_not_empty, {"left": {name: 1}}, "active")


def test_money_held_and_on_its_way_is_named(books: Books) -> None:
    books.give(LANE, "L1", 60_000)
    withdraw(books)
    answer = books.submit(LANE, "c", "account_closing", **ASK)
    assert answer.detail == {"left": {"outbound": 60_000}}


@pytest.mark.parametrize(
    ("row", "left"),
    [
        (ClientDebt("D", "L1", "main", -99, "dep", 100, 40, 1, "owed"), {"debt": 60}),
        (Unclaimed("U", "L1", 99, 100, 30, FRIDAY, 1, "unclaimed"), {"unclaimed": 70}),
    ],
)
def test_what_he_owes_and_what_was_put_aside_is_named(books: Books, row: Any, left: dict[str, int]) -> None:
    put(books, row)
    assert books.submit(LANE, "c", "account_closing", **ASK).detail == {"left": left}
    put(books, type(row)(*[getattr(row, name) for name in row.__struct_fields__[:-1]], "given_back"))
    assert books.submit(LANE, "c2", "account_closing", **ASK).code is Code.done


def test_a_waiting_legal_order_is_named(books: Books) -> None:
    put(books, replace(books.get(LANE, Holder, "L1"), waiting_orders=1))
    assert books.submit(LANE, "c", "account_closing", **ASK).detail == {"left": {"legal_orders": 1}}


def test_claims_and_loans_keep_the_accounts_of_both_open() -> None:
    loan = Loan()
    loan.lent({"L1": 10_000_000})
    assert loan.submit(1, "c", "account_closing", holder="L1").detail == {"left": {"claims": 10_000_000}}
    answer = loan.submit(1, "c2", "account_closing", holder="B")
    assert answer.detail == {"left": {"available": 10_000_000, "loans": 1}}


def test_two_people_finish_it_and_its_card_ends_with_it(books: Books) -> None:
    books.done(LANE, "c", "account_closing", **ASK)
    assert state(books) == "closing"
    assert books.submit(LANE, "b", "card_unbind", holder="L1", card="L1:card").code is Code.account_not_active
    answer = books.done(LANE, "e", "account_closed", **ASK, **TWO)
    assert (state(books), books.get(LANE, Card, "L1:card").state) == ("closed", "unbound")
    assert withdraw(books).code is Code.account_closed
    for kind in ("account_closing", "account_closing_withdrawn"):
        assert books.submit(LANE, kind, kind, **ASK).code is Code.account_closed
    assert books.done(LANE, "e", "account_closed", **ASK, **TWO) == answer


def test_what_comes_later_goes_to_returned_money_in_his_name(books: Books) -> None:
    books.done(LANE, "c", "account_closing", **ASK)
    books.done(LANE, "e", "account_closed", **ASK, **TWO)
    books.done(
        LANE, "d", "deposit_direct", holder="L1", bank_account="bank", amount_minor=500, payer_matches=True,
        reference="statement",
    )  # fmt: skip
    assert books.five(LANE, "L1") == (0, 0, 0, 0, 0)
    assert books.balance(LANE, "main", "2220") == 500


def test_a_credit_that_came_meanwhile_keeps_it_closing(books: Books) -> None:
    books.done(LANE, "c", "account_closing", **ASK)
    books.give(LANE, "L1", 1)
    answer = books.submit(LANE, "e", "account_closed", **ASK, **TWO)
    assert (answer.code, answer.detail) == (Code.account_not_empty, {"left": {"available": 1}})
    assert withdraw(books, amount_minor=1).code is Code.account_not_active
    books.done(LANE, "w", "account_closing_withdrawn", **ASK)
    assert withdraw(books, "W2", amount_minor=1).code is Code.done
    assert books.submit(LANE, "e2", "account_closed", **ASK, **TWO).code is Code.state_forbids


# ── return ───────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"holder": "L9"}, Code.account_not_found),
        ({"holder": "L2"}, Code.account_not_active),
        ({"signed": False}, Code.authority_missing),
        ({"by": "L2:key"}, Code.authority_key_differs),
    ],
)
def test_a_return_is_refused_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    set_state(books, Holder, "L1", "dormant")
    assert books.submit(LANE, "x", "client_return", **{**ASK, **change}).code is code


def test_who_comes_back_is_active_again() -> None:
    books = open_books()
    set_state(books, Holder, "L1", "dormant")
    assert withdraw(books).code is Code.account_not_active
    answer = books.done(LANE, "x", "client_return", **ASK)
    assert withdraw(books, "W2").code is Code.done
    books.move_day(LANE, books.business_date(LANE) + timedelta(days=1))
    assert books.done(LANE, "x", "client_return", **ASK) == answer
