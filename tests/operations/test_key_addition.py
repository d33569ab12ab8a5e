"""Key addition: a client with a key adds another, which confirms from then on; a lost one is no way to a new one."""

from base64 import b64encode
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import ClientKey, Holder
from tests.operations.cash import LANE, open_books, set_state, withdraw
from tests.operations.driver import Books


def addition(books: Books, **change: Any) -> dict[str, Any]:
    return {
        "holder": "L1", "key_id": "L1:two", "evidence_kind": "sandbox_ed25519",
        "public_key": b64encode(books.keys.public_key("L1:two")).decode(),
    } | change  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key_id": ""}, Code.id_malformed),
        ({"evidence_kind": "passkey"}, Code.authority_evidence_invalid),
        ({"public_key": ""}, Code.authority_evidence_invalid),
        ({"evidence_kind": "webauthn_es256"}, Code.authority_evidence_invalid),
        ({"holder": "L9"}, Code.account_not_found),
        ({"signed": False}, Code.authority_missing),
        ({"by": "L2:key"}, Code.authority_key_differs),
        ({"by": "L1:two"}, Code.authority_key_differs),
        ({"key_id": "L2:key"}, Code.key_exists),
    ],
)
def test_refuses_in_this_order(change: dict[str, Any], code: Code) -> None:
    books = open_books()
    assert books.submit(LANE, "k", "key_addition", **addition(books, **change)).code is code


def test_either_key_confirms_afterwards_and_the_first_stays_the_first() -> None:
    books = open_books()
    answer = books.done(LANE, "k", "key_addition", **addition(books))
    assert books.get(LANE, ClientKey, "L1:two").state == "active"
    assert books.get(LANE, Holder, "L1").key_id == "L1:key"
    assert withdraw(books, "W1").code is Code.done
    assert withdraw(books, "W2", by="L1:two").code is Code.done
    assert withdraw(books, "W3", by="L1:three").code is Code.authority_key_differs
    assert books.done(LANE, "k", "key_addition", **addition(books)) == answer


def test_another_clients_added_key_confirms_nothing_of_his() -> None:
    books = open_books()
    books.done(LANE, "k", "key_addition", **addition(books))
    assert (
        withdraw(books, "W1", holder="L2", card="L2:card", payee_hash="payee:L2", by="L1:two").code
        is Code.authority_key_differs
    )


def test_a_passkey_may_be_added_by_any_key_that_stands() -> None:
    books = open_books()
    passkey = {"evidence_kind": "webauthn_es256", "public_key": b64encode(b"s" * 32 + b"\x04" + b"k" * 64).decode()}
    assert books.submit(LANE, "k", "key_addition", **addition(books, **passkey)).code is Code.done


@pytest.mark.parametrize(("state", "code"), [("locked", Code.account_locked), ("closed", Code.account_closed)])
def test_needs_an_account_in_use(state: str, code: Code) -> None:
    books = open_books()
    set_state(books, Holder, "L1", state)
    assert books.submit(LANE, "k", "key_addition", **addition(books)).code is code


def test_a_replacement_ends_all_keys() -> None:
    books = open_books()
    books.done(LANE, "k", "key_addition", **addition(books))
    books.done(
        LANE, "r", "key_replacement", holder="L1", old_key_id="L1:key", key_id="L1:new", evidence_kind="sandbox_ed25519",
        public_key=b64encode(books.keys.public_key("L1:new")).decode(), method="face", source="sandbox", maker="m1", checker="c1",
    )  # fmt: skip
    assert [books.get(LANE, ClientKey, key).state for key in ("L1:key", "L1:two", "L1:new")] == [
        "ended",
        "ended",
        "active",
    ]
    assert (
        books.submit(LANE, "k2", "key_removal", holder="L1", key_id="L1:new", by="L1:two").code
        is Code.authority_key_differs
    )
