"""Key removal: a key is taken away by another one of the same client; the last stays."""

from base64 import b64encode
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import ClientKey, Holder
from tests.operations.cash import LANE, open_books, set_state, withdraw
from tests.operations.driver import Books


def two_keys() -> Books:
    books = open_books()
    books.done(
        LANE, "k", "key_addition", holder="L1", key_id="L1:two", evidence_kind="sandbox_ed25519",
        public_key=b64encode(books.keys.public_key("L1:two")).decode(),
    )  # fmt: skip
    return books


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"holder": "L9"}, Code.account_not_found),
        ({"signed": False}, Code.authority_missing),
        ({"by": "L2:key"}, Code.authority_key_differs),
        ({"key_id": "L9:key"}, Code.key_not_found),
        ({"key_id": "L2:key"}, Code.key_not_found),
        ({"key_id": "L1:key", "by": "L1:key"}, Code.key_is_the_last),
    ],
)
def test_refuses_in_this_order(change: dict[str, Any], code: Code) -> None:
    books = two_keys()
    assert books.submit(LANE, "r", "key_removal", **{"holder": "L1", "key_id": "L1:two", **change}).code is code


def test_the_key_verifies_nothing_more_and_the_other_takes_its_place() -> None:
    books = two_keys()
    books.done(LANE, "r", "key_removal", holder="L1", key_id="L1:key", by="L1:two")
    assert books.get(LANE, ClientKey, "L1:key").state == "ended"
    assert books.get(LANE, Holder, "L1").key_id == "L1:two"
    assert withdraw(books, "W1", by="L1:key").code is Code.authority_key_differs
    assert withdraw(books, "W2").code is Code.done
    assert books.submit(LANE, "r2", "key_removal", holder="L1", key_id="L1:key").code is Code.key_not_found
    assert books.submit(LANE, "r3", "key_removal", holder="L1", key_id="L1:two").code is Code.key_is_the_last


@pytest.mark.parametrize(("state", "code"), [("locked", Code.done), ("closed", Code.account_closed)])
def test_a_lock_is_no_reason_against_it_and_an_end_is(state: str, code: Code) -> None:
    books = two_keys()
    set_state(books, Holder, "L1", state)
    assert books.submit(LANE, "r", "key_removal", holder="L1", key_id="L1:two").code is code
