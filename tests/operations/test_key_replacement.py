"""Key replacement: who lost his key gets another after two people identified him; the old one verifies nothing more."""

from base64 import b64encode
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Card, ClientKey, Holder
from tests.operations.cash import LANE, open_books, set_state, withdraw
from tests.operations.driver import Books


def replacement(books: Books, **change: Any) -> dict[str, Any]:
    return {
        "holder": "L1", "old_key_id": "L1:key", "key_id": "L1:key2", "evidence_kind": "sandbox_ed25519",
        "public_key": b64encode(books.keys.public_key("L1:key2")).decode(), "method": "face", "source": "sandbox",
        "maker": "m1", "checker": "c1",
    } | change  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"checker": ""}, Code.two_names_required),
        ({"checker": "m1"}, Code.same_person_twice),
        ({"key_id": ""}, Code.id_malformed),
        ({"source": ""}, Code.details_missing),
        ({"evidence_kind": "passkey"}, Code.authority_evidence_invalid),
        ({"public_key": ""}, Code.authority_evidence_invalid),
        ({"holder": "L9"}, Code.account_not_found),
        ({"old_key_id": "L2:key"}, Code.key_not_found),
        ({"key_id": "L2:key"}, Code.key_exists),
    ],
)
def test_refuses_in_this_order(change: dict[str, Any], code: Code) -> None:
    books = open_books()
    assert books.submit(LANE, "k", "key_replacement", **replacement(books, **change)).code is code


def test_takes_no_sandbox_key_outside_a_sandbox() -> None:
    books = Books(sandbox=False)
    books.platform(LANE)
    assert books.submit(LANE, "k", "key_replacement", **replacement(books)).code is Code.source_not_allowed


def test_the_new_key_confirms_and_the_old_one_does_not_and_the_cards_cool() -> None:
    books = open_books()
    answer = books.done(LANE, "k", "key_replacement", **replacement(books))
    assert (books.get(LANE, ClientKey, "L1:key").state, books.get(LANE, ClientKey, "L1:key2").state) == (
        "ended",
        "active",
    )
    assert books.get(LANE, Holder, "L1").key_id == "L1:key2"
    assert withdraw(books).code is Code.card_cooling
    books.move_day(LANE, books.get(LANE, Card, "L1:card").cooling_until)
    assert withdraw(books, "W2", by="L1:key").code is Code.authority_key_differs
    assert withdraw(books, "W3").code is Code.done
    assert books.done(LANE, "k", "key_replacement", **replacement(books)) == answer
    assert books.submit(LANE, "k2", "key_replacement", **replacement(books)).code is Code.key_not_found


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("locked", Code.done),
        ("dormant", Code.done),
        ("closed", Code.account_closed),
        ("refused", Code.account_not_active),
        ("succession", Code.account_not_active),
    ],
)
def test_a_lock_is_no_reason_against_it_and_an_end_is(state: str, code: Code) -> None:
    books = open_books()
    set_state(books, Holder, "L1", state)
    assert books.submit(LANE, "k", "key_replacement", **replacement(books)).code is code
