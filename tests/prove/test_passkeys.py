"""Proof of what clients signed by passkeys: sound books hold; what was altered behind the plane is found, and in which way."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import msgspec
import pytest

from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.instruction import Evidence
from cunguan.keys.otp import OTP, CodeKeys
from cunguan.keys.webauthn import encode
from cunguan.operations.catalogue import operation
from cunguan.prove.report import prove
from cunguan.store.batch import Batch
from tests.keys.passkey import Passkey, shown_for
from tests.operations.lending_case import LANE, Loan
from tests.prove.case import change, filled, found, one, seq

PASSKEY, OTHER = Passkey(), Passkey("webauthn_ed25519")
CODES = CodeKeys(b"one installation" * 2)


def signed(loan: Loan, name: str, kind: str, by: Passkey | None, by_key: str, /, **body: Any) -> None:
    """Do an instruction that a passkey, or without one a code, has confirmed."""
    plain = loan.ask(LANE, name, kind, signed=False, **body)
    text_of = operation(kind).authority_text
    assert text_of is not None
    text, raw = text_of(plain, LANE), canonical_json(plain.body)
    assert text is not None
    if by is not None:
        given = by.evidence(text, raw, by_key)
    else:
        given = Evidence(OTP, by_key, CODES.public_key("L1"), CODES.confirm("L1", shown_for(text, raw)))
    answer = loan.batch(LANE, [msgspec.structs.replace(plain, evidence=given)])[0]
    assert answer.code.name == "done", answer


@cache
def book() -> Sequence[Batch]:
    """Return the batches: three keys added, bids by each of them, one removed, and then all replaced."""
    loan = Loan()
    loan.lender("L1", 6_000_000)
    loan.listed(amount_minor=10_000_000)
    for key_id, kind, public in (("two", PASSKEY.kind, PASSKEY.public_key), ("three", OTHER.kind, OTHER.public_key),
                                 ("code", OTP, CODES.public_key("L1"))):  # fmt: skip
        loan.done(
            LANE,
            f"add:{key_id}",
            "key_addition",
            holder="L1",
            key_id=key_id,
            evidence_kind=kind,
            public_key=b64encode(public).decode(),
        )
    bid = {"lender": "L1", "listing": "X"}
    signed(loan, "b2", "bid_hold", PASSKEY, "two", **bid, amount_minor=1_000_000)
    signed(loan, "b3", "bid_hold", OTHER, "three", **bid, amount_minor=500_000)
    signed(loan, "b4", "bid_hold", None, "code", **bid, amount_minor=100_000)
    signed(loan, "out", "key_removal", PASSKEY, "two", holder="L1", key_id="three")
    signed(loan, "limit", "client_limit", PASSKEY, "two", holder="L1", each_minor=100_000, day_minor=200_000)
    loan.done(
        LANE, "replaced", "key_replacement", holder="L1", old_key_id="L1:key", key_id="new", evidence_kind="sandbox_ed25519",
        public_key=b64encode(loan.keys.public_key("new")).decode(), method="face", source="sandbox", maker="m1", checker="c1",
    )  # fmt: skip
    loan.bid("L1", 300_000)
    return loan.store.batches


@pytest.fixture
def books(wheel_copy: str) -> Iterator[str]:
    filled(wheel_copy, book)
    yield wheel_copy


def test_sound_books_hold(books: str) -> None:
    report = prove(books)
    assert report.holds, [finding for claim in report.claims for finding in claim.findings][:3]


def test_finds_a_body_that_is_not_the_one_the_page_showed(books: str) -> None:
    at = seq(books, "b2")
    change(books, f"UPDATE instruction SET body = replace(convert_from(body, 'UTF8'), '\"listing\":\"X\"', '\"listing\":\"Y\"')::bytea "
                  f"WHERE lane = {LANE} AND seq = {at}")  # fmt: skip
    finding = found(books, "authority")[0]
    assert (finding.seq, finding.row) == (at, f"authority {at}")
    assert "another instruction" in finding.what


def altered(url: str, name: str, alter: Any) -> None:
    """Put other evidence in the place of what was signed."""
    at = seq(url, name)
    kept = json.loads(bytes(one(url, "SELECT evidence FROM authority WHERE lane = %s AND seq = %s", LANE, at)))
    change(
        url, f"UPDATE authority SET evidence = %(evidence)s WHERE lane = {LANE} AND seq = {at}", evidence=alter(kept)
    )


def again(kept: dict[str, str], **how: Any) -> bytes:
    return encode(PASSKEY.sign(b64decode(kept["shown"]), **how))


@pytest.mark.parametrize(
    ("alter", "what"),
    [
        (lambda kept: again(kept, flags=0x01), "did not verify its user"),
        (lambda kept: again(kept, origin="https://evil.example"), "on another site"),
        (lambda kept: again(kept, site=bytes(32)), "for another site"),
        (lambda kept: again(kept, crossOrigin=True), "within another site's page"),
        (lambda kept: again(kept, challenge="AAAA"), "for another page"),
        (
            lambda kept: encode(PASSKEY.sign(b64decode(kept["shown"]).replace(b'"challenge":"', b'"challenge":"0'))),
            "did not show",
        ),
        (lambda kept: encode(OTHER.sign(b64decode(kept["shown"]))), "does not stand"),
        (lambda kept: json.dumps(kept).encode(), "another form"),
        (lambda kept: b"{}", "cannot be read"),
    ],
)
def test_finds_evidence_that_was_put_in_the_place_of_his(books: str, alter: Any, what: str) -> None:
    altered(books, "b2", alter)
    finding = found(books, "authority")[0]
    assert finding.seq == seq(books, "b2")
    assert what in finding.what


def test_finds_what_a_removed_key_signed_afterwards(books: str) -> None:
    """The removal is moved before the bid that its key had signed: the sequence says that the key was gone."""
    change(books, f"UPDATE instruction SET body = replace(convert_from(body, 'UTF8'), '\"three\"', '\"two\"')::bytea "
                  f"WHERE lane = {LANE} AND id = 'out'")  # fmt: skip
    assert any(
        "had been replaced" in finding.what and finding.seq == seq(books, "limit")
        for finding in found(books, "authority")
    )


def test_finds_a_code_that_stands_for_more_than_codes_may(books: str) -> None:
    at = seq(books, "b2")
    change(books, f"UPDATE authority SET evidence_kind = 'otp_ed25519' WHERE lane = {LANE} AND seq = {at}")
    assert any("needs his own key" in finding.what and finding.seq == at for finding in found(books, "authority"))
