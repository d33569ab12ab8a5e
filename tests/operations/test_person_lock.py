"""Person lock: one act in lane 0, in force in each lane from that lane's sequence on, whatever order messages take."""

from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Holder, LockOrder, Message, Person, PersonHere
from tests.operations.driver import Books

LOCK = {"act": "A1", "person": "anna", "reason": "stolen phone", "maker": "m1"}
UNLOCK = {"act": "A2", "lock": "A1", "person": "anna", "reason": "new phone", "maker": "m1", "checker": "c1"}


@pytest.fixture
def books() -> Books:
    books = Books()
    books.platform(1)
    books.platform(2)
    books.platform(3)
    books.client(1, "L1", person="anna")
    books.client(1, "B1", "borrower", person="anna")
    books.client(2, "L1", person="anna")
    books.client(1, "L2", person="bert")
    return books


def states(books: Books) -> list[str]:
    return [books.get(lane, Holder, name).state for lane, name in ((1, "L1"), (1, "B1"), (2, "L1"), (1, "L2"))]


def test_reaches_every_lane_where_the_person_has_an_account(books: Books) -> None:
    answer = books.done(0, "l", "person_lock", **LOCK)
    assert answer.detail == {"lanes": [1, 2]}
    assert books.get(0, Person, "anna").state == "locked"
    assert books.get(0, LockOrder, "A1") == LockOrder("A1", "anna", "spreading", "stolen phone")
    messages = books.rows(0, Message)
    assert [(message.id, message.channel, message.kind, message.state) for message in messages] == [
        ("act:A1:1", "lane:1", "person_lock_here", "waiting"),
        ("act:A1:2", "lane:2", "person_lock_here", "waiting"),
    ]
    assert msgspec.json.decode(messages[0].payload) == {
        "id": "act:A1:1", "kind": "person_lock_here", "body": {"person": "anna", "act": "A1"}
    }  # fmt: skip
    assert states(books) == ["active"] * 4  # not before the lanes have it
    assert [answer.code for answer in books.deliver()] == [Code.done, Code.done]
    assert states(books) == ["locked", "locked", "locked", "active"]
    assert books.get(0, LockOrder, "A1").state == "in_force"
    assert books.get(1, PersonHere, "anna") == PersonHere("anna", "locked", "A1")


def test_is_the_same_lock_however_often_the_message_comes(books: Books) -> None:
    books.done(0, "l", "person_lock", **LOCK)
    first = books.deliver(again=True)
    assert books.deliver(again=True) == first
    assert states(books) == ["locked", "locked", "locked", "active"]


def test_is_lifted_in_every_lane(books: Books) -> None:
    books.done(0, "l", "person_lock", **LOCK)
    books.deliver()
    books.done(0, "u", "person_unlock", **UNLOCK)
    person = books.get(0, Person, "anna")
    assert (person.state, person.lock) == ("active", "")
    assert books.get(0, LockOrder, "A1").state == "lifting"
    books.deliver(again=True)
    assert books.get(0, LockOrder, "A1").state == "lifted"
    assert states(books) == ["active"] * 4
    assert books.get(1, PersonHere, "anna") == PersonHere("anna", "active", "A2")


def test_is_in_force_when_the_last_lane_has_answered(books: Books) -> None:
    def answered(act: str, lane: int) -> str:
        kind = {"A1": "person_lock_here", "A2": "person_unlock_here"}[act]
        body = {"person": "anna", "act": act} | ({"lock": "A1"} if act == "A2" else {})
        books.done(lane, f"act:{act}:{lane}", kind, **body)
        books.done(0, f"answered:0:act:{act}:{lane}", "message_answered", message=f"act:{act}:{lane}", code="done")
        return books.get(0, LockOrder, "A1").state

    books.done(0, "l", "person_lock", **LOCK)
    assert answered("A1", 2) == "spreading"
    assert answered("A1", 1) == "in_force"
    books.done(0, "u", "person_unlock", **UNLOCK)
    assert [answered("A2", 1), answered("A2", 2)] == ["lifting", "lifted"]
    moves = [move.event for entry in books.store.entries[0] for move in entry.decision.moves if move.subject == "A1"]
    assert moves == ["all_lanes_answered", "lift_ordered", "all_lanes_answered"]


def test_an_unlock_waits_for_nothing_of_the_lock_it_overtakes(books: Books) -> None:
    books.done(0, "l", "person_lock", **LOCK)
    books.done(0, "u", "person_unlock", **UNLOCK)
    books.deliver()
    assert books.get(0, LockOrder, "A1").state == "lifted"
    assert states(books) == ["active"] * 4


def test_a_lock_of_a_person_without_accounts_is_in_force_at_once(books: Books) -> None:
    books.submit(
        0,
        "register:carl",
        "person_registration",
        person="carl",
        kind="person",
        method="m",
        source="sandbox",
        reference="r",
    )
    books.done(0, "l", "person_lock", **{**LOCK, "person": "carl"})
    assert books.get(0, LockOrder, "A1").state == "in_force"
    books.done(0, "u", "person_unlock", **{**UNLOCK, "person": "carl"})
    assert books.get(0, LockOrder, "A1").state == "lifted"
    assert books.rows(0, Message) == []


def test_leaves_the_person_free_when_the_unlock_overtakes_the_lock(books: Books) -> None:
    books.done(0, "l", "person_lock", **LOCK)
    books.done(0, "u", "person_unlock", **UNLOCK)
    books.done(1, "act:A2:1", "person_unlock_here", person="anna", act="A2", lock="A1")
    books.done(1, "act:A1:1", "person_lock_here", person="anna", act="A1")
    assert states(books) == ["active"] * 4


def test_keeps_the_later_lock_when_the_earlier_unlock_comes_after_it(books: Books) -> None:
    books.done(0, "l", "person_lock", **LOCK)
    books.deliver()
    books.done(0, "u", "person_unlock", **UNLOCK)
    books.done(0, "l2", "person_lock", **{**LOCK, "act": "A3"})
    books.done(1, "act:A3:1", "person_lock_here", person="anna", act="A3")
    books.done(1, "act:A2:1", "person_unlock_here", person="anna", act="A2", lock="A1")
    assert states(books)[:2] == ["locked", "locked"]
    assert books.get(1, PersonHere, "anna") == PersonHere("anna", "locked", "A3")
    books.done(0, "u2", "person_unlock", **{**UNLOCK, "act": "A4", "lock": "A3"})
    books.deliver(again=True)
    assert states(books) == ["active"] * 4


def test_stops_what_the_client_starts_and_not_what_comes_to_him(books: Books) -> None:
    books.done(0, "l", "person_lock", **LOCK)
    books.deliver()
    books.give(1, "L1", 100)
    assert books.five(1, "L1") == (100, 0, 0, 0, 0)
    grant: dict[str, Any] = {"type": "bid", "cap_minor": 1, "until": date(2024, 4, 1)}
    assert books.submit(1, "m1", "mandate_grant", holder="L1", **grant).code is Code.account_locked
    books.done(1, "m2", "mandate_grant", holder="L2", **grant)


def test_keeps_a_review_waiting_behind_the_lock(books: Books) -> None:
    books.done(
        0,
        "register:acme",
        "person_registration",
        person="acme",
        kind="company",
        method="m",
        source="sandbox",
        reference="r",
    )
    books.done(
        2, "account:C1", "account_opening", holder="C1", person="acme", pool="main", role="borrower", kind="company",
        method="m", source="sandbox", key_id="k", evidence_kind="sandbox_ed25519",
        public_key=books.keys.public_key("k"),
    )  # fmt: skip
    books.done(0, "l", "person_lock", **{**LOCK, "person": "acme"})
    books.deliver()
    assert books.get(2, Holder, "C1").state == "review_locked"
    review = {"holder": "C1", "passed": True, "reason": "", "maker": "m1", "checker": "c1"}
    assert books.submit(2, "r1", "account_review", **review).code is Code.state_forbids
    books.done(0, "u", "person_unlock", **{**UNLOCK, "person": "acme"})
    books.deliver()
    books.done(2, "r2", "account_review", **review)


def test_leaves_a_closed_account_closed(books: Books) -> None:
    books.store.tables[(1, Holder)]["B1"] = replace(books.get(1, Holder, "B1"), state="closed")
    books.runners.clear()
    books.done(0, "l", "person_lock", **LOCK)
    books.deliver()
    assert states(books) == ["locked", "closed", "locked", "active"]
    books.done(0, "u", "person_unlock", **UNLOCK)
    books.deliver()
    assert states(books) == ["active", "closed", "active", "active"]


# ── refusals ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"act": ""}, Code.id_malformed),
        ({"reason": ""}, Code.reason_missing),
        ({"maker": ""}, Code.details_missing),
        ({"person": "nobody"}, Code.person_not_found),
        ({"person": "bert"}, Code.person_locked),
        ({"act": "A0"}, Code.state_forbids),
        ({}, Code.done),
    ],
)
def test_locks_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    books.done(0, "l0", "person_lock", **{**LOCK, "act": "A0", "person": "bert"})
    assert books.submit(0, "l", "person_lock", **{**LOCK, **change}).code is code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"checker": ""}, Code.two_names_required),
        ({"checker": "m1"}, Code.same_person_twice),
        ({"act": "a b"}, Code.id_malformed),
        ({"act": "A1"}, Code.id_malformed),
        ({"reason": ""}, Code.reason_missing),
        ({"person": "nobody"}, Code.person_not_found),
        ({"lock": "A9"}, Code.lock_not_found),
        ({"lock": "A0"}, Code.lock_not_found),
        ({}, Code.done),
    ],
)
def test_unlocks_in_this_order(books: Books, change: dict[str, Any], code: Code) -> None:
    books.done(0, "l0", "person_lock", **{**LOCK, "act": "A0", "person": "bert"})
    books.done(0, "l", "person_lock", **LOCK)
    assert books.submit(0, "u", "person_unlock", **{**UNLOCK, **change}).code is code


def test_lifts_a_lock_once_and_only_the_one_in_force(books: Books) -> None:
    books.done(0, "l", "person_lock", **LOCK)
    books.done(0, "u", "person_unlock", **UNLOCK)
    assert books.submit(0, "u2", "person_unlock", **{**UNLOCK, "act": "A3"}).code is Code.lock_not_in_force
    books.done(0, "l2", "person_lock", **{**LOCK, "act": "A4"})
    assert books.submit(0, "u3", "person_unlock", **{**UNLOCK, "act": "A5"}).code is Code.lock_not_in_force
    books.done(0, "u4", "person_unlock", **{**UNLOCK, "act": "A6", "lock": "A4"})


def test_does_not_unlock_a_person_under_a_sanctions_block(books: Books) -> None:
    books.done(0, "l", "person_lock", **LOCK)
    books.store.tables[(0, Person)]["anna"] = replace(books.get(0, Person, "anna"), state="sanctioned")
    books.runners.clear()
    assert books.submit(0, "u", "person_unlock", **UNLOCK).code is Code.state_forbids


@pytest.mark.parametrize(
    ("instruction_id", "person", "act", "code"),
    [
        ("act:A1:2", "anna", "A1", Code.id_malformed),
        ("mine", "anna", "A1", Code.id_malformed),
        ("act:A9:1", "anna", "A9", Code.lock_not_found),
        ("act:A1:1", "bert", "A1", Code.lock_not_found),
        ("act:A1:1", "anna", "A1", Code.done),
    ],
)
def test_takes_a_lock_here_from_lane_0_only(
    books: Books, instruction_id: str, person: str, act: str, code: Code
) -> None:
    books.done(0, "l", "person_lock", **LOCK)
    assert books.submit(1, instruction_id, "person_lock_here", person=person, act=act).code is code


@pytest.mark.parametrize(
    ("instruction_id", "person", "lock", "code"),
    [
        ("act:A2:2", "anna", "A1", Code.id_malformed),
        ("act:A2:1", "anna", "A9", Code.lock_not_found),
        ("act:A2:1", "bert", "A1", Code.lock_not_found),
        ("act:A2:1", "anna", "A1", Code.person_locked),
    ],
)
def test_takes_an_unlock_here_from_lane_0_only(
    books: Books, instruction_id: str, person: str, lock: str, code: Code
) -> None:
    books.done(0, "l", "person_lock", **LOCK)
    books.deliver()
    answer = books.submit(1, instruction_id, "person_unlock_here", person=person, act="A2", lock=lock)
    assert answer.code is code
    assert states(books)[0] == "locked"


def test_is_refused_before_lane_0_is_open() -> None:
    assert Books().submit(0, "l", "person_lock", **LOCK).code is Code.lane_not_open
    assert Books().submit(0, "u", "person_unlock", **UNLOCK).code is Code.lane_not_open
