"""Death record and its withdrawal: in force in each lane from its message on, whatever order the messages come in."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Holder, LockOrder, Person, PersonHere
from tests.operations.cash import set_state
from tests.operations.driver import Books

RECORD = {"act": "D1", "person": "Ann", "instrument": "certificate 7", "maker": "m1", "checker": "c1"}
BACK = {"act": "D2", "person": "Ann", "reason": "another Ann", "maker": "m1", "checker": "c1"}
BID_CARD = {"holder": "A1", "card": "c", "payee_hash": "p"}


@pytest.fixture
def books() -> Books:
    books = Books()
    books.platform(1)
    books.platform(2)
    books.client(1, "A1", person="Ann")
    books.client(2, "A2", person="Ann")
    books.client(1, "L2")
    return books


def states(books: Books) -> tuple[str, str, str]:
    return (
        books.get(0, Person, "Ann").state,
        books.get(1, Holder, "A1").state,
        books.get(2, Holder, "A2").state,
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"checker": ""}, Code.two_names_required),
        ({"checker": "m1"}, Code.same_person_twice),
        ({"act": ""}, Code.id_malformed),
        ({"instrument": " "}, Code.legal_instrument_missing),
        ({"person": "Nobody"}, Code.person_not_found),
    ],
)
def test_a_record_is_refused_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    assert books.submit(0, "d", "death_record", **{**RECORD, **change}).code is code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"checker": ""}, Code.two_names_required),
        ({"checker": "m1"}, Code.same_person_twice),
        ({"act": ""}, Code.id_malformed),
        ({"reason": " "}, Code.reason_missing),
        ({"person": "Nobody"}, Code.person_not_found),
        ({}, Code.person_not_deceased),
    ],
)
def test_a_withdrawal_is_refused_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    assert books.submit(0, "d", "death_withdrawal", **{**BACK, **change}).code is code


def test_a_company_does_not_die(books: Books) -> None:
    books.client(1, "C1", "borrower", person="Coy", kind="company")
    assert books.submit(0, "d", "death_record", **{**RECORD, "person": "Coy"}).code is Code.details_differ


def test_puts_all_his_accounts_in_succession_and_lets_credits_go_on(books: Books) -> None:
    answer = books.done(0, "d", "death_record", **RECORD)
    assert answer.detail == {"lanes": [1, 2]}
    assert states(books) == ("deceased", "active", "active")
    assert [told.code for told in books.deliver()] == [Code.done, Code.done]
    assert states(books) == ("deceased", "succession", "succession")
    assert books.submit(1, "b", "card_binding", **BID_CARD).code is Code.account_not_active
    books.done(
        1, "in", "deposit_direct", holder="A1", bank_account="bank", amount_minor=500, payer_matches=True, reference="s"
    )
    assert books.five(1, "A1") == (500, 0, 0, 0, 0)
    assert books.submit(0, "d2", "death_record", **{**RECORD, "act": "D9"}).code is Code.state_forbids
    assert books.deliver(again=True)[0].code is Code.done
    assert books.done(0, "d", "death_record", **RECORD) == answer
    assert (
        books.submit(0, "lock", "person_lock", act="L", person="Ann", reason="r", maker="m").code is Code.person_locked
    )


def test_a_company_under_review_of_a_dead_person_is_only_locked(books: Books) -> None:
    set_state(books, Holder, "A1", "pending_review")
    books.done(0, "d", "death_record", **RECORD)
    books.deliver()
    assert states(books) == ("deceased", "review_locked", "succession")


def test_a_withdrawn_record_leaves_him_locked_until_two_people_unlock_him(books: Books) -> None:
    books.done(0, "d", "death_record", **RECORD)
    books.deliver()
    answer = books.done(0, "w", "death_withdrawal", **BACK)
    assert answer.detail == {"lock": "D2", "lanes": [1, 2]}
    books.deliver()
    assert states(books) == ("locked", "locked", "locked")
    assert books.get(0, LockOrder, "D2").state == "in_force"
    books.done(0, "u", "person_unlock", act="U", lock="D2", person="Ann", reason="r", maker="m1", checker="c1")
    books.deliver()
    assert states(books) == ("active", "active", "active")
    assert books.get(0, LockOrder, "D2").state == "lifted"
    assert books.done(0, "w", "death_withdrawal", **BACK) == answer


def test_a_lock_of_before_stays_the_lock(books: Books) -> None:
    books.done(0, "l", "person_lock", act="L1", person="Ann", reason="stolen phone", maker="m1")
    books.deliver()
    books.done(0, "d", "death_record", **RECORD)
    books.deliver()
    assert states(books) == ("deceased", "succession", "succession")
    assert books.done(0, "w", "death_withdrawal", **BACK).detail["lock"] == "L1"
    books.deliver()
    assert books.row(0, LockOrder, "D2") is None
    assert books.get(1, PersonHere, "Ann") == PersonHere("Ann", "locked", "L1")
    books.done(0, "u", "person_unlock", act="U", lock="L1", person="Ann", reason="r", maker="m1", checker="c1")
    books.deliver()
    assert states(books) == ("active", "active", "active")


@pytest.mark.parametrize("order", ["rwu", "wru", "uwr", "urw", "wur", "ruw"])
def test_messages_in_any_order_end_in_the_same(books: Books, order: str) -> None:
    books.done(0, "d", "death_record", **RECORD)
    books.done(0, "w", "death_withdrawal", **BACK)
    books.done(0, "u", "person_unlock", act="U", lock="D2", person="Ann", reason="r", maker="m1", checker="c1")
    said = {
        "r": ("act:D1:1", "death_record_here", {"person": "Ann", "act": "D1"}),
        "w": ("act:D2:1", "death_withdrawal_here", {"person": "Ann", "act": "D2", "lock": "D2"}),
        "u": ("act:U:1", "person_unlock_here", {"person": "Ann", "act": "U", "lock": "D2"}),
    }
    for each in order:
        name, kind, body = said[each]
        books.done(1, name, kind, **body)
    assert books.get(1, Holder, "A1").state == "active"


@pytest.mark.parametrize("told", [False, True])
def test_a_withdrawal_and_an_unlock_that_overtook_the_record_in_force(books: Books, told: bool) -> None:
    books.done(0, "d", "death_record", **RECORD)
    books.done(1, "act:D1:1", "death_record_here", person="Ann", act="D1")
    books.done(0, "w", "death_withdrawal", **BACK)
    books.done(0, "u", "person_unlock", act="U", lock="D2", person="Ann", reason="r", maker="m1", checker="c1")
    books.done(1, "act:U:1", "person_unlock_here", person="Ann", act="U", lock="D2")
    assert books.get(1, Holder, "A1").state == "succession"
    books.done(1, "act:D2:1", "death_withdrawal_here", person="Ann", act="D2", lock="D2")
    assert books.get(1, Holder, "A1").state == "active"


@pytest.mark.parametrize("kind", ["death_record_here", "death_withdrawal_here"])
def test_nobody_else_can_say_it(books: Books, kind: str) -> None:
    body = {"person": "Ann", "act": "D1"} | ({"lock": "D1"} if "withdrawal" in kind else {})
    assert books.submit(1, "act:D2:1", kind, **body).code is Code.id_malformed
    assert books.submit(1, "act:D1:1", kind, **{**body, "person": "Nobody"}).code is Code.person_not_found
    books.submit(1, "act:D1:1:again", kind, **body)
    assert books.get(1, Holder, "A1").state == "active"
