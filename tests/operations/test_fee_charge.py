"""Fee charge: what is charged is what was disclosed, within the schedule the client confirmed, or nothing is."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import FeeCharge, FeeConsent, FeeItem, Holder
from tests.operations.cash import LANE, days, open_books, set_state, with_fees
from tests.operations.driver import Books
from tests.operations.pool_case import set_pool

#: 1 %, at most 50.00 a charge and 80.00 a month; and a fixed 2.00
ITEMS = (FeeItem("service", "bp", 100, 0, 5_000, 8_000), FeeItem("letter", "fixed", 0, 200, 0, 0))
MONEY = 1_000_000


def clients() -> Books:
    return with_fees(open_books(cards=False), *ITEMS)


def charge(books: Books, id: str = "c1", **body: object) -> Answer:
    asked: dict[str, object] = {
        "holder": "L1", "fee_schedule": "fees", "fee_item": "service", "base_minor": 100_000, "fee_minor": 1_000,
    }  # fmt: skip
    return books.submit(LANE, id, "fee_charge", **(asked | body))


def used(books: Books) -> int:
    return books.get(LANE, FeeConsent, "L1:fees").used_month_minor


@pytest.mark.parametrize("agreed", [False, True])
def test_charges_what_was_disclosed(agreed: bool) -> None:
    books = clients()
    answer = charge(books, agreed=agreed)
    assert answer.code is Code.done
    assert books.postings(LANE, "c1") == [("L1:2010", "main:2110", 1_000)]
    assert (books.five(LANE, "L1"), books.balance(LANE, "main", "2110")) == ((MONEY - 1_000, 0, 0, 0, 0), 1_000)
    consent = books.get(LANE, FeeConsent, "L1:fees")
    [posting] = books.decision(LANE, "c1").postings
    assert posting.authority == (consent.authority if agreed else answer.seq)
    assert (books.decision(LANE, "c1").authority is None) is agreed
    assert books.get(LANE, FeeCharge, "c1") == FeeCharge("c1", "L1", 1_000, 0, answer.seq)
    assert used(books) == 1_000
    assert charge(books, agreed=agreed) == answer
    assert used(books) == 1_000


def test_his_word_names_the_charge() -> None:
    books = clients()
    charge(books)
    authority = books.decision(LANE, "c1").authority
    assert authority is not None
    text = authority.text
    assert (text.kind, text.owner, text.type, text.amount_minor, text.payee) == (
        "P", "L1", "fee_charge", 1_000, "fees:service",
    )  # fmt: skip


@pytest.mark.parametrize("agreed", [False, True])
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"fee_minor": 0}, Code.amount_not_positive),
        ({"fee_minor": -1}, Code.amount_not_positive),
        ({"base_minor": -1}, Code.amount_not_positive),
        ({"holder": "L9"}, Code.account_not_found),
        ({"holder": "L2"}, Code.fee_consent_missing),
        ({"fee_schedule": "other"}, Code.fee_consent_missing),
        ({"fee_item": "other"}, Code.fee_item_not_found),
        ({"fee_minor": 999}, Code.fee_differs),
        ({"fee_minor": 1_001}, Code.fee_differs),
        ({"base_minor": 600_000, "fee_minor": 6_000}, Code.fee_differs),  # the cap a charge is 50.00
        ({"base_minor": 600_000, "fee_minor": 5_000}, Code.done),
        ({"fee_item": "letter", "base_minor": 0, "fee_minor": 200}, Code.done),
        ({}, Code.done),
    ],
)
def test_refuses_in_this_order(change: dict[str, Any], code: Code, agreed: bool) -> None:
    assert charge(clients(), **change, agreed=agreed).code is code


def test_tells_the_fee_when_another_was_disclosed() -> None:
    assert charge(clients(), fee_minor=900).detail == {"fee_minor": 1_000}


def test_needs_his_word_unless_the_schedule_is_enough() -> None:
    books = clients()
    assert charge(books, "c1", signed=False).code is Code.authority_missing
    assert charge(books, "c2", by="L2:key").code is Code.authority_key_differs
    assert charge(books, "c3", signed=False, agreed=True).code is Code.done


def test_keeps_to_the_cap_of_the_month() -> None:
    books = clients()
    assert charge(books, "c1", base_minor=500_000, fee_minor=5_000).code is Code.done
    assert charge(books, "c2", base_minor=500_000, fee_minor=5_000).detail == {"fee_minor": 3_000}
    assert charge(books, "c3", base_minor=500_000, fee_minor=3_000, agreed=True).code is Code.done
    assert charge(books, "c4").code is Code.fee_cap_exceeded
    assert used(books) == 8_000
    days(books, 31)
    assert charge(books, "c5").code is Code.done


def test_takes_no_more_than_he_has() -> None:
    books = with_fees(open_books(cards=False, money_minor=999), *ITEMS)
    assert charge(books).code is Code.insufficient_balance
    books.give(LANE, "L1", 1)
    assert charge(books, "c2").code is Code.done
    assert books.five(LANE, "L1") == (0, 0, 0, 0, 0)


@pytest.mark.parametrize(("state", "code"), [("locked", Code.account_locked), ("closed", Code.account_closed)])
def test_takes_nothing_from_an_account_that_is_not_active(state: str, code: Code) -> None:
    books = clients()
    set_state(books, Holder, "L1", state)
    assert charge(books, agreed=True).code is code


@pytest.mark.parametrize(("state", "code"), [("short", Code.done), ("stopped", Code.pool_not_active)])
def test_takes_nothing_in_a_pool_that_is_stopped(state: str, code: Code) -> None:
    books = clients()
    set_pool(books, state)
    assert charge(books).code is code


def test_charges_by_the_version_he_confirmed() -> None:
    books = clients()
    books.fees(LANE, "fees", 2, FeeItem("service", "bp", 200, 0, 5_000, 8_000))
    assert charge(books, fee_minor=2_000).code is Code.fee_differs
    assert charge(books, "c2").code is Code.done
    books.consent(LANE, "L1", "fees", 2)
    assert charge(books, "c3").code is Code.fee_differs
    assert charge(books, "c4", fee_minor=2_000).code is Code.done
