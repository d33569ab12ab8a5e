"""Charge-back: what a channel takes back is the client's debt, and from his money only what two people may take."""

from datetime import date
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import ClientDebt, Deposit, Pool, Shortfall
from tests.operations.cash import LANE, set_state
from tests.operations.driver import Books
from tests.operations.firm_case import (
    MONEY,
    NAMES,
    SETTLES,
    VALUE_DATES,
    WRONG_NAMES,
    charge,
    deposit,
    figures,
    open_firm,
    prudent,
    state,
    top_up,
    used,
)

MIRROR: dict[str, Any] = {
    "client_minor": 5_000, "credited_by": "settle:D1:settled", "document": "letter", "notice": "post", **NAMES,
}  # fmt: skip


def settled() -> Books:
    """Return books in which L1's deposit of 50.00 has settled, and he has used nothing."""
    books = open_firm()
    books.done(
        LANE,
        "D1",
        "deposit_notice",
        holder="L1",
        channel="fastpay",
        settle_date=SETTLES,
        amount_minor=5_000,
        reference="r",
    )
    books.done(
        LANE, "settle:D1:settled", "deposit_settlement", deposit="D1", bank_account="bank", outcome="settled",
        amount_minor=5_000,
    )  # fmt: skip
    return books


def repay(books: Books, amount_minor: int, id: str = "R1", **body: Any) -> Answer:
    asked: dict[str, Any] = {"holder": "L1", "debt": "CB1", "amount_minor": amount_minor}
    return books.submit(LANE, id, "client_debt_repayment", **(asked | body))


def recover(books: Books, amount_minor: int, id: str = "V1", **body: Any) -> Answer:
    asked = {"debt": "CB1", "bank_account": "bank", "amount_minor": amount_minor, "reference": "line 13"}
    return books.submit(LANE, id, "client_debt_recovery", **(asked | body))


def bear(books: Books, id: str = "O1", **body: Any) -> Answer:
    return books.submit(LANE, id, "client_debt_borne", **({"debt": "CB1", "reason": "nothing comes", **NAMES} | body))


def test_is_a_debt_when_the_money_was_used() -> None:
    books = open_firm()
    used(books, back=False)
    answer = charge(books, value_date=date(2024, 3, 1))
    assert answer.detail == {"state": "charged_back", "debt_minor": 5_000, "pool": "payouts_stopped"}
    assert books.postings(LANE, "CB1") == [("L1:1040", "bank:1010", 5_000)]
    assert books.five(LANE, "L1") == (0, 0, 0, 0, 0)  # never below zero
    assert books.balance(LANE, "L2", "2010") == MONEY  # and nobody else's
    debt, row = books.get(LANE, ClientDebt, "CB1"), books.get(LANE, Shortfall, "CB1")
    assert (debt.deposit, debt.amount_minor, row.cause, row.amount_minor) == ("D1", 5_000, "client_debt", 5_000)
    assert books.decision(LANE, "CB1").value_date == date(2024, 3, 1)
    assert (books.get(LANE, Deposit, "D1").state, state(books, "CB1")) == ("charged_back", ("payouts_stopped", "found"))


def test_is_a_debt_too_when_the_money_is_there_and_nobody_answers_for_taking_it() -> None:
    books = settled()
    assert charge(books).detail["debt_minor"] == 5_000
    assert books.five(LANE, "L1")[0] == MONEY + 5_000  # nobody but he lowers what he has


def test_is_taken_back_by_two_people_while_it_is_there() -> None:
    books = settled()
    assert charge(books, **MIRROR).detail == {"state": "charged_back", "debt_minor": 0}
    assert books.postings(LANE, "CB1") == [("L1:2010", "bank:1010", 5_000)]
    assert books.five(LANE, "L1")[0] == MONEY
    assert (books.rows(LANE, ClientDebt), books.rows(LANE, Shortfall)) == ([], [])
    authority = books.decision(LANE, "CB1").authority
    assert authority is not None
    text = authority.text
    assert (text.kind, text.owner, text.amount_minor, text.payee) == ("M", "L1", 5_000, "settle:D1:settled")
    assert books.get(LANE, Pool, "main").state == "open"


def test_is_taken_back_as_far_as_two_people_say_and_a_debt_for_the_rest() -> None:
    books = settled()
    assert charge(books, **(MIRROR | {"client_minor": 2_000})).detail["debt_minor"] == 3_000
    assert books.postings(LANE, "CB1") == [("L1:2010", "bank:1010", 2_000), ("L1:1040", "bank:1010", 3_000)]


@pytest.mark.parametrize(
    ("today", "code"), [(date(2024, 3, 4), Code.done), (date(2024, 3, 5), Code.correction_too_late)]
)
def test_is_taken_back_within_one_business_day_only(today: date, code: Code) -> None:
    books = settled()  # on a Friday
    books.move_day(LANE, today)
    assert charge(books, **MIRROR).code is code


def test_takes_back_a_deposit_that_was_no_channels() -> None:
    books = open_firm()
    deposit(books, "L1", 5_000, "T1")
    assert charge(books, deposit="T1", **(MIRROR | {"credited_by": "T1"})).code is Code.done


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"client_minor": -1}, Code.amount_not_positive),
        ({"reference": ""}, Code.details_missing),
        *VALUE_DATES,
        ({"deposit": "D9"}, Code.deposit_not_found),
        ({"holder": "L2"}, Code.account_not_found),
        ({"amount_minor": 4_999}, Code.deposit_differs),
        ({"bank_account": "nowhere"}, Code.bank_account_not_found),
        ({"bank_account": "other_bank"}, Code.pool_differs),
        *[(MIRROR | body, code) for body, code in WRONG_NAMES],
        (MIRROR | {"document": " "}, Code.details_missing),
        (MIRROR | {"notice": ""}, Code.details_missing),
        (MIRROR | {"credited_by": "nothing"}, Code.journal_not_found),
        (MIRROR | {"credited_by": "in:L1"}, Code.journal_not_found),  # another credit of his
        (MIRROR | {"client_minor": 5_001}, Code.correction_exceeds_credit),
    ],
)
def test_checks_in_order_and_posts_nothing(body: dict[str, Any], code: Code) -> None:
    books = settled()
    assert charge(books, **body).code is code
    assert figures(books) == (2 * MONEY + 5_000, 0, 0)
    assert books.get(LANE, Deposit, "D1").state == "cleared"


def test_takes_no_more_from_the_client_than_is_available() -> None:
    books = open_firm()
    used(books, back=False)
    deposit(books, "L1", 4_999, "T1")
    assert charge(books, **MIRROR).code is Code.insufficient_balance
    assert charge(books, "CB2", **(MIRROR | {"client_minor": 4_999})).detail["debt_minor"] == 1


def test_is_not_for_what_has_not_cleared_or_came_by_suspense() -> None:
    books = open_firm()
    books.done(
        LANE,
        "D1",
        "deposit_notice",
        holder="L1",
        channel="fastpay",
        settle_date=SETTLES,
        amount_minor=5_000,
        reference="r",
    )
    assert charge(books).code is Code.state_forbids
    books.done(
        LANE,
        "T1",
        "deposit_direct",
        holder="L1",
        bank_account="bank",
        amount_minor=5_000,
        payer_matches=False,
        reference="r",
    )
    books.done(LANE, "A1", "suspense_allocation", item="T1", holder="L2", amount_minor=5_000, reason="his", **NAMES)
    assert charge(books, "CB2", deposit="T1").code is Code.state_forbids
    assert charge(books, "CB3", deposit="T1") == charge(books, "CB3", deposit="T1")


def test_happens_once() -> None:
    books = settled()
    assert charge(books) == charge(books)
    assert charge(books, "CB2").code is Code.state_forbids
    assert books.balance(LANE, "L1", "1040") == 5_000


def test_needs_the_cash_that_left() -> None:
    books = settled()
    books.done(
        LANE, "X1", "pool_loss", pool="main", bank_account="bank", amount_minor=2 * MONEY + 1, cause="loss", reason="r",
        reference="r", **NAMES,
    )  # fmt: skip
    assert charge(books).code is Code.insufficient_pool_cash


# ── what becomes of the debt ─────────────────────────────────────────────────
def test_is_repaid_by_the_client_and_frees_own_money() -> None:
    books = open_firm()
    used(books)
    top_up(books, shortfall="CB1", amount_minor=5_000)
    deposit(books, "L1", 6_000, "more")
    assert repay(books, 2_000).detail == {"state": "owed", "pool": "open"}
    assert books.postings(LANE, "R1") == [("L1:2010", "L1:1040", 2_000)]
    assert repay(books, 3_000, "R2").detail == {"state": "repaid", "pool": "open"}
    assert books.balance(LANE, "L1", "1040") == 0
    books.payee(LANE, "custodian", "payee:firm")
    books.done(
        LANE, "B1", "prudent_top_up_back", pool="main", bank_account="bank", amount_minor=5_000, payee_hash="payee:firm",
        reason="repaid", **NAMES,
    )  # fmt: skip


def test_covers_the_pool_when_the_client_pays_before_the_firm() -> None:
    books = open_firm(line_minor=2_000)
    used(books)
    deposit(books, "L1", 5_000, "T1")
    repay(books, 3_000)
    assert state(books, "CB1") == ("short", "found")
    assert books.get(LANE, Shortfall, "CB1").made_good_minor == 3_000
    repay(books, 2_000, "R2")
    assert state(books, "CB1") == ("open", "made_good")


def test_is_recovered_from_the_channel() -> None:
    books = open_firm()
    used(books)
    assert recover(books, 1).detail == {"state": "owed", "pool": "payouts_stopped"}
    assert recover(books, 4_999, "V2").detail == {"state": "repaid", "pool": "open"}
    assert books.postings(LANE, "V2") == [("bank:1010", "L1:1040", 4_999)]
    assert state(books, "CB1") == ("open", "made_good")


def test_is_borne_by_the_firm_with_what_it_has_paid_in() -> None:
    books = open_firm()
    used(books)
    assert bear(books).code is Code.insufficient_own_money
    prudent(books, amount_minor=4_999)
    assert bear(books, "O2").detail == {"own_minor": 4_999, "left_minor": 5_000}
    prudent(books, "P2", amount_minor=1)
    assert bear(books, "O3").detail == {"borne_minor": 5_000}
    assert books.postings(LANE, "O3") == [("main:3010", "L1:1040", 5_000)]
    assert (books.get(LANE, ClientDebt, "CB1").state, state(books, "CB1")) == ("borne", ("open", "made_good"))
    assert figures(books)[2] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"debt": "CB9"}, Code.debt_not_found),
        ({"amount_minor": 5_001}, Code.exceeds_what_is_owed),
        ({"holder": "L2"}, Code.account_not_found),
        ({"signed": False}, Code.authority_missing),
        ({"by": "L2:key"}, Code.authority_key_differs),
        ({"amount_minor": 4_001}, Code.insufficient_balance),
    ],
)
def test_checks_a_repayment(body: dict[str, Any], code: Code) -> None:
    books = open_firm()
    used(books)
    deposit(books, "L1", 4_000, "T1")
    assert repay(books, **({"amount_minor": 4_000} | body)).code is code
    assert (books.balance(LANE, "L1", "1040"), books.balance(LANE, "L1", "2010")) == (5_000, 4_000)
    assert repay(books, 4_000, "R2") == repay(books, 4_000, "R2")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount_minor": 0}, Code.amount_not_positive),
        ({"reference": ""}, Code.details_missing),
        ({"debt": "CB9"}, Code.debt_not_found),
        ({"amount_minor": 5_001}, Code.exceeds_what_is_owed),
        ({"bank_account": "nowhere"}, Code.bank_account_not_found),
        ({"bank_account": "other_bank"}, Code.pool_differs),
    ],
)
def test_checks_a_recovery(body: dict[str, Any], code: Code) -> None:
    books = open_firm()
    used(books)
    assert recover(books, **({"amount_minor": 5_000} | body)).code is code
    assert books.balance(LANE, "L1", "1040") == 5_000


@pytest.mark.parametrize(
    ("body", "code"), [({"reason": " "}, Code.reason_missing), *WRONG_NAMES, ({"debt": "CB9"}, Code.debt_not_found)]
)
def test_checks_what_is_borne(body: dict[str, Any], code: Code) -> None:
    books = open_firm()
    used(books)
    prudent(books, amount_minor=5_000)
    assert bear(books, **body).code is code
    assert books.balance(LANE, "L1", "1040") == 5_000


def test_is_over_when_it_is_over() -> None:
    books = open_firm()
    used(books)
    recover(books, 5_000)
    for answer in (recover(books, 1, "V2"), repay(books, 1), bear(books)):
        assert answer.code is Code.state_forbids


def test_does_not_move_in_a_stopped_pool() -> None:
    books = open_firm()
    used(books)
    set_state(books, Pool, "main", "stopped")
    for answer in (recover(books, 1), repay(books, 1), bear(books)):
        assert answer.code is Code.pool_not_active


def test_stands_on_one_account_whatever_the_number_of_debts() -> None:
    books = open_firm()
    used(books)
    deposit(books, "L1", 700, "T1")
    assert charge(books, "CB2", deposit="T1", amount_minor=700).code is Code.done
    assert books.balance(LANE, "L1", "1040") == 5_700
    assert recover(books, 700, debt="CB2").detail["state"] == "repaid"
