"""Person self-lock: the client's own emergency lock, everywhere at once, lifted by two people after a fresh identification."""

from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Holder, LockOrder, Message, Person
from tests.operations.driver import Books

LOCK = {"act": "A1", "person": "anna"}
UNLOCK = {"act": "A2", "lock": "A1", "person": "anna", "identification": "face:7", "maker": "m1", "checker": "c1"}


@pytest.fixture
def books() -> Books:
    books = Books()
    books.platform(1)
    books.platform(2)
    books.client(1, "L1", person="anna")
    books.client(2, "L1", person="anna")
    books.client(1, "L2", person="bert")
    return books


def states(books: Books) -> list[str]:
    return [books.get(lane, Holder, name).state for lane, name in ((1, "L1"), (2, "L1"), (1, "L2"))]


def test_locks_him_in_every_lane_and_nobody_else(books: Books) -> None:
    assert books.done(0, "l", "person_self_lock", **LOCK).detail == {"lanes": [1, 2]}
    assert books.get(0, LockOrder, "A1") == LockOrder("A1", "anna", "spreading", "emergency")
    books.deliver()
    assert states(books) == ["locked", "locked", "active"]
    assert books.get(0, LockOrder, "A1").state == "in_force"


def test_is_lifted_by_two_people_after_a_fresh_identification(books: Books) -> None:
    books.done(0, "l", "person_self_lock", **LOCK)
    books.deliver()
    books.done(0, "u", "person_self_unlock", **UNLOCK)
    books.deliver()
    person = books.get(0, Person, "anna")
    assert (person.state, person.lock) == ("active", "")
    assert books.get(0, LockOrder, "A1").state == "lifted"
    assert states(books) == ["active", "active", "active"]


def test_the_ordinary_unlock_does_not_open_it(books: Books) -> None:
    books.done(0, "l", "person_self_lock", **LOCK)
    ordinary = {"act": "A3", "lock": "A1", "person": "anna", "reason": "he asks", "maker": "m1", "checker": "c1"}
    assert books.submit(0, "u", "person_unlock", **ordinary).code is Code.person_not_verified


def test_nobody_orders_a_lock_under_the_clients_own_word(books: Books) -> None:
    order = {**LOCK, "reason": "emergency", "maker": "m1"}
    assert books.submit(0, "l", "person_lock", **order).code is Code.reason_missing


def test_a_lock_of_the_custodian_is_not_lifted_as_his_own(books: Books) -> None:
    books.done(0, "l", "person_lock", **LOCK, reason="fraud", maker="m1")
    assert books.submit(0, "u", "person_self_unlock", **UNLOCK).code is Code.lock_not_found


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"act": ""}, Code.id_malformed),
        ({"person": "nobody"}, Code.person_not_found),
        ({"person": "bert"}, Code.person_locked),
        ({"act": "A0"}, Code.state_forbids),
    ],
)
def test_is_refused(books: Books, change: dict[str, Any], code: Code) -> None:
    books.done(0, "l0", "person_self_lock", act="A0", person="bert")
    messages = len(books.rows(0, Message))
    assert books.submit(0, "l", "person_self_lock", **{**LOCK, **change}).code is code
    assert len(books.rows(0, Message)) == messages


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"maker": ""}, Code.two_names_required),
        ({"checker": "m1"}, Code.same_person_twice),
        ({"identification": ""}, Code.person_not_verified),
        ({"act": "A1"}, Code.id_malformed),
        ({"person": "nobody"}, Code.person_not_found),
        ({"lock": "A9"}, Code.lock_not_found),
        ({"person": "bert"}, Code.lock_not_found),
    ],
)
def test_is_not_lifted(books: Books, change: dict[str, Any], code: Code) -> None:
    books.done(0, "l", "person_self_lock", **LOCK)
    assert books.submit(0, "u", "person_self_unlock", **{**UNLOCK, **change}).code is code
    assert books.get(0, Person, "anna").state == "locked"


def test_is_lifted_once(books: Books) -> None:
    books.done(0, "l", "person_self_lock", **LOCK)
    books.done(0, "u", "person_self_unlock", **UNLOCK)
    assert books.submit(0, "u2", "person_self_unlock", **{**UNLOCK, "act": "A3"}).code is Code.lock_not_in_force


def test_is_in_an_open_lane_alone() -> None:
    assert Books().submit(0, "l", "person_self_lock", **LOCK).code is Code.lane_not_open
    assert Books().submit(0, "u", "person_self_unlock", **UNLOCK).code is Code.lane_not_open
