"""Signers: which of a client's keys confirms what: a passkey everything, a code low amounts of a few kinds, never the rest."""

from base64 import b64encode
from typing import Any

import msgspec
import pytest

from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Evidence, Instruction
from cunguan.kernel.rows import ClientLimit
from cunguan.keys.otp import OTP, CodeKeys
from cunguan.operations.catalogue import operation
from cunguan.policy.step_up import amounts
from tests.keys.passkey import Passkey, shown_for
from tests.operations.cash import LANE, open_books
from tests.operations.driver import Books

CODES = CodeKeys(b"one installation" * 2)
A = 100_000
B = 20_000_000
WITHDRAWAL = {"holder": "L1", "card": "L1:card", "bank_account": "bank", "payee_hash": "payee:L1"}


def with_key(kind: str, public_key: bytes, money_minor: int = 1_000_000) -> Books:
    books = open_books(money_minor=money_minor)
    books.done(
        LANE,
        "k",
        "key_addition",
        holder="L1",
        key_id="L1:two",
        evidence_kind=kind,
        public_key=b64encode(public_key).decode(),
    )
    return books


def asked(
    books: Books, name: str, kind: str, by: Passkey | None, shown_body: dict[str, Any] | None = None, **body: Any
) -> Code:
    """Hand in what this key signed (without one: a code); `shown_body` is what the page showed, where it was another."""
    plain = books.ask(LANE, name, kind, signed=False, **body)
    seen = books.ask(LANE, name, kind, signed=False, **(shown_body or body))
    text_of = operation(kind).authority_text
    assert text_of is not None
    text = text_of(plain, LANE)
    assert text is not None
    if by is not None:
        given = by.evidence(text, canonical_json(seen.body), "L1:two")
    else:
        said = CODES.confirm("person:L1", shown_for(text, canonical_json(seen.body)))
        given = Evidence(OTP, "L1:two", CODES.public_key("person:L1"), said)
    return submit(books, msgspec.structs.replace(plain, evidence=given))


def submit(books: Books, instruction: Instruction) -> Code:
    return books.batch(LANE, [instruction])[0].code


@pytest.mark.parametrize("kind", ["webauthn_es256", "webauthn_ed25519", "webauthn_rs256"])
def test_a_passkey_confirms_what_it_showed_and_nothing_else(kind: str) -> None:
    passkey = Passkey(kind)
    books = with_key(kind, passkey.public_key)
    body = {**WITHDRAWAL, "amount_minor": 60_000}
    assert asked(books, "W1", "withdrawal", passkey, **body) is Code.done
    assert asked(books, "W2", "withdrawal", Passkey(kind), **body) is Code.authority_key_differs
    # the text is the same, but the page showed another fee item: the body's hash differs
    assert (
        asked(books, "W3", "withdrawal", passkey, {**body, "fee_schedule": "cheap"}, **body)
        is Code.authority_evidence_invalid
    )


def test_evidence_of_one_instruction_is_none_for_another() -> None:
    passkey = Passkey()
    books = with_key(passkey.kind, passkey.public_key)
    body = {**WITHDRAWAL, "amount_minor": 60_000}
    first, second = (books.ask(LANE, name, "withdrawal", signed=False, **body) for name in ("W1", "W2"))
    text_of = operation("withdrawal").authority_text
    assert text_of is not None
    text = text_of(first, LANE)
    assert text is not None
    given = passkey.evidence(text, canonical_json(first.body), "L1:two")
    assert submit(books, msgspec.structs.replace(second, evidence=given)) is Code.authority_evidence_invalid
    assert submit(books, msgspec.structs.replace(first, evidence=given)) is Code.done


def test_a_code_is_enough_up_to_a_to_the_fen_and_for_a_days_sum_of_it() -> None:
    books = with_key(OTP, CODES.public_key("person:L1"))
    assert asked(books, "W1", "withdrawal", None, **WITHDRAWAL, amount_minor=A + 1) is Code.step_up_required
    assert asked(books, "W2", "withdrawal", None, **WITHDRAWAL, amount_minor=60_000) is Code.done
    assert asked(books, "W3", "withdrawal", None, **WITHDRAWAL, amount_minor=A - 60_000 + 1) is Code.step_up_required
    assert asked(books, "W4", "withdrawal", None, **WITHDRAWAL, amount_minor=A - 60_000) is Code.done
    assert books.get(LANE, ClientLimit, "L1").used_by_code_minor == A


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("mandate_grant", {"holder": "L1", "type": "bid", "cap_minor": 1, "until": "2024-12-31", "listing": ""}),
        ("card_binding", {"holder": "L1", "card": "other", "payee_hash": "payee:other"}),
        ("client_limit", {"holder": "L1", "each_minor": 1, "day_minor": 1}),
        ("key_removal", {"holder": "L1", "key_id": "L1:key"}),
        (
            "key_addition",
            {
                "holder": "L1",
                "key_id": "n",
                "evidence_kind": "sandbox_ed25519",
                "public_key": b64encode(b"k" * 32).decode(),
            },
        ),
        ("account_closing", {"holder": "L1"}),
    ],
)
def test_a_code_is_never_enough_for_a_mandate_a_payee_a_key_or_a_limit(kind: str, body: dict[str, Any]) -> None:
    books = with_key(OTP, CODES.public_key("person:L1"))
    assert asked(books, "x", kind, None, **body) is Code.step_up_required
    assert books.row(LANE, ClientLimit, "L1") is None


def test_more_than_b_needs_a_limit_that_was_raised_a_day_before() -> None:
    passkey = Passkey()
    books = with_key(passkey.kind, passkey.public_key, money_minor=100_000_000)
    known = amounts("CNY", books.day)
    assert known is not None
    assert known.b_minor == B
    assert asked(books, "W1", "withdrawal", passkey, **WITHDRAWAL, amount_minor=B + 1) is Code.limit_exceeded
    assert asked(books, "W2", "withdrawal", passkey, **WITHDRAWAL, amount_minor=B) is Code.done
    assert asked(books, "l", "client_limit", passkey, holder="L1", each_minor=2 * B, day_minor=0) is Code.done
    assert asked(books, "W3", "withdrawal", passkey, **WITHDRAWAL, amount_minor=B + 1) is Code.limit_exceeded
    books.now = books.now.replace(day=books.now.day + 2)
    assert asked(books, "W4", "withdrawal", passkey, **WITHDRAWAL, amount_minor=B + 1) is Code.done


def test_the_first_withdrawal_to_a_new_card_waits_and_is_told_until_when() -> None:
    passkey = Passkey()
    books = open_books(cards=False)
    books.done(
        LANE,
        "k",
        "key_addition",
        holder="L1",
        key_id="L1:two",
        evidence_kind=passkey.kind,
        public_key=b64encode(passkey.public_key).decode(),
    )
    books.done(LANE, "c", "card_binding", holder="L1", card="L1:card", payee_hash="payee:L1")
    body = {**WITHDRAWAL, "amount_minor": 100}
    assert asked(books, "W1", "withdrawal", passkey, **body) is Code.card_cooling
    answer = books.submit(LANE, "W2", "withdrawal", **body)
    assert (answer.code, answer.detail) == (Code.card_cooling, {"cooling_until": "2024-03-04"})
