"""HTTP signatures: read strictly, changed nowhere, and the same as a library of others makes and takes."""

import base64
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver, InvalidSignature
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519, RSA_PSS_SHA512
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from cunguan.doors.api.platform_keys import key_id
from cunguan.keys import httpsig
from cunguan.keys.algorithms import algorithm
from cunguan.keys.httpsig import SignatureWrong, Signer, Target
from tests.keys.published import AppendixB

NOW = 1_764_000_000
NONCE = "AAAAAAAAAAAAAAAAAAAAAA"
TARGET = Target("POST", "bank.example", "/v1/instructions", "a=%20b")
BODY = b'{"id":"i1"}'

# fixed: what is made of it names tests, and tests have the same names in every process
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
)
SIGN, PUBLIC = algorithm("ed25519").signer(PRIVATE)
VERIFY = algorithm("ed25519").verifier(PUBLIC)
SIGNER = Signer("key-1", "ed25519", SIGN)
HEADERS = httpsig.sign_request(SIGNER, TARGET, BODY, "i1", created=NOW, nonce=NONCE)


def check(headers: dict[str, str], target: Target = TARGET, body: bytes = BODY, now: float = NOW) -> None:
    """Take a request as the gate does."""
    signed = httpsig.read_request(headers["Signature-Input"], headers["Signature"])
    if (signed.key_id, signed.algorithm) != (SIGNER.key_id, SIGNER.algorithm):
        raise SignatureWrong("another key")
    httpsig.check_coverage(signed, target.method)
    httpsig.check_window(signed, now)
    digest, instruction_id = headers.get("Content-Digest", ""), headers.get("Instruction-Id", "")
    if target.method not in httpsig.SAFE:
        httpsig.check_digest(digest, body)
    if not VERIFY(httpsig.request_base(target, digest, instruction_id, signed.parameters), signed.signature):
        raise SignatureWrong("does not hold")


# ── what holds, and what does not ────────────────────────────────────────────
def test_a_signed_request_holds() -> None:
    check(HEADERS)


def test_the_signature_stands_under_what_the_rfc_says() -> None:
    signed = httpsig.read_request(HEADERS["Signature-Input"], HEADERS["Signature"])
    assert httpsig.request_base(TARGET, HEADERS["Content-Digest"], "i1", signed.parameters).decode().splitlines() == [
        '"@method": POST',
        '"@authority": bank.example',
        '"@path": /v1/instructions',
        '"@query": ?a=%20b',
        f'"content-digest": {httpsig.digest_of(BODY)}',
        '"instruction-id": i1',
        '"@signature-params": ("@method" "@authority" "@path" "@query" "content-digest" "instruction-id")'
        f';created={NOW};expires={NOW + 60};nonce="{NONCE}";keyid="key-1";alg="ed25519";tag="cunguan"',
    ]


def test_a_request_that_changes_nothing_covers_no_body() -> None:
    target = Target("GET", "bank.example", "/v1/pools")
    headers = httpsig.sign_request(SIGNER, target, b"", "", created=NOW, nonce=NONCE)
    assert sorted(headers) == ["Signature", "Signature-Input"]
    check(headers, target, b"")


@pytest.mark.parametrize("changed", [
    Target("PUT", TARGET.authority, TARGET.path, TARGET.query), Target("POST", "other.example", TARGET.path, TARGET.query),
    Target("POST", TARGET.authority, "/v1/instruction", TARGET.query), Target("POST", TARGET.authority, TARGET.path, ""),
    Target("POST", TARGET.authority, TARGET.path, "a=+b"),
])  # fmt: skip
def test_another_target_does_not_hold(changed: Target) -> None:
    with pytest.raises(SignatureWrong, match="does not hold"):
        check(HEADERS, changed)


@given(name=st.sampled_from(sorted(HEADERS)), place=st.integers(0, 10_000), byte=st.integers(0x20, 0x7E))
def test_any_changed_byte_of_a_header_is_refused(name: str, place: int, byte: int) -> None:
    value = HEADERS[name]
    at = place % len(value)
    changed = value[:at] + chr(byte) + value[at + 1 :]
    if changed == value:
        return
    with pytest.raises(SignatureWrong):
        check({**HEADERS, name: changed})


@given(place=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_any_changed_byte_of_the_body_is_refused(place: int, byte: int) -> None:
    at = place % len(BODY)
    changed = BODY[:at] + bytes([byte]) + BODY[at + 1 :]
    if changed != BODY:
        with pytest.raises(SignatureWrong, match="not the one of Content-Digest"):
            check(HEADERS, body=changed)


@given(value=st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=80))
def test_whatever_is_sent_as_a_signature_is_read_or_refused(value: str) -> None:
    for headers in ((value, HEADERS["Signature"]), (HEADERS["Signature-Input"], value), (value, value)):
        with pytest.raises(SignatureWrong):
            httpsig.read_request(*headers)


# ── reading ──────────────────────────────────────────────────────────────────
PARAMETERS = HEADERS["Signature-Input"].removeprefix("cunguan=")
VALUE = HEADERS["Signature"].removeprefix("cunguan=")


@pytest.mark.parametrize(("made", "signature"), [
    (f"sig1={PARAMETERS}", f"sig1={VALUE}"),
    (f'other=("@method");created=1;keyid="k";tag="other", cunguan={PARAMETERS}', f"other=:AAAA:, cunguan={VALUE}"),
    (f'cunguan={PARAMETERS},x=("date";sf "a";key="b");alg=token;b;c=?1;d=:AA==:;n=-5', f"x=:AAAA:,cunguan={VALUE}"),
    (f"  cunguan={PARAMETERS}\t", f" cunguan={VALUE} "),
])  # fmt: skip
def test_our_signature_is_found_among_others(made: str, signature: str) -> None:
    assert httpsig.read_request(made, signature).key_id == "key-1"


@pytest.mark.parametrize(("made", "signature", "why"), [
    ("", VALUE, "cannot be read from its character 1"),
    (f"cunguan={PARAMETERS}", "", "cannot be read from its character 1"),
    (f"cunguan={PARAMETERS}", f"sig1={VALUE}", "no value labelled cunguan"),
    (f"cunguan={PARAMETERS}, cunguan={PARAMETERS}", f"cunguan={VALUE}", "label cunguan twice"),
    (f"cunguan={PARAMETERS}", f"cunguan={VALUE}, cunguan={VALUE}", "label cunguan twice"),
    (f"a={PARAMETERS}, b={PARAMETERS}", f"a={VALUE}, b={VALUE}", "exactly one must have tag"),
    ('a=("x");tag="y", b=("x");tag="z"', f"a={VALUE}, b={VALUE}", "exactly one must have tag"),
    (f"cunguan={PARAMETERS},", f"cunguan={VALUE}", "cannot be read"),
    (f"cunguan={PARAMETERS} x", f"cunguan={VALUE}", "cannot be read"),
    (f"cunguan={PARAMETERS}", "cunguan=:A:", "not base64"),
    (f"cunguan={PARAMETERS}", "cunguan=AAAA", "cannot be read"),
    (f"cunguan={PARAMETERS};created=1", f"cunguan={VALUE}", "a parameter twice"),
    (f"cunguan={PARAMETERS};extra", f"cunguan={VALUE}", "unknown parameter extra"),
    *((f"cunguan={PARAMETERS.replace(old, new)}", f"cunguan={VALUE}", why) for old, new, why in (
        ('("@method"', '( "@method"', "cannot be read"), (";tag", "; tag", "cannot be read"),
        (f"created={NOW}", "created=1.5", "cannot be read"), (f"created={NOW}", "created=-5", "whole seconds"),
        (f"created={NOW}", "created=9999999999999", "whole seconds"), (f"created={NOW}", "created", "whole seconds"),
        (NONCE, "short", "16 to 128"), (NONCE, "n" * 129, "16 to 128"), ('"key-1"', "key-1", "keyid must be a text"),
        ('"key-1"', '""', "keyid must be a text"), ('"cunguan"', '"other"', "tag must be"),
        (f";created={NOW}", "", "is missing"), (f";expires={NOW + 60}", "", "is missing"),
        (f';nonce="{NONCE}"', "", "is missing"), (';keyid="key-1"', "", "is missing"), (';alg="ed25519"', "", "is missing"),
        (';tag="cunguan"', "", "is missing"),
    )),
])  # fmt: skip
def test_what_is_read_otherwise_than_strictly_is_refused(made: str, signature: str, why: str) -> None:
    with pytest.raises(SignatureWrong, match=why):
        httpsig.read_request(made, signature)


@pytest.mark.parametrize(("created", "expires", "now", "holds"), [
    (NOW, NOW + 300, NOW, True), (NOW, NOW + 301, NOW, False), (NOW, NOW, NOW, False), (NOW, NOW - 1, NOW, False),
    (NOW, NOW + 60, NOW + 59.9, True), (NOW, NOW + 60, NOW + 60, False),
    (NOW + 300, NOW + 301, NOW, True), (NOW + 301, NOW + 302, NOW, False),
])  # fmt: skip
def test_the_window_has_two_edges(created: int, expires: int, now: float, holds: bool) -> None:
    signed = httpsig.Signed("", "", "", "", created, b"", expires)
    try:
        httpsig.check_window(signed, now)
    except SignatureWrong:
        assert not holds
    else:
        assert holds


# ── answers ──────────────────────────────────────────────────────────────────
ASKED: list[str | Target] = [HEADERS["Signature"], TARGET]


def find(key_id: str, kind: str) -> Any:
    """Find the custodian's key."""
    return VERIFY if (key_id, kind) == ("key-1", "ed25519") else None


def answer(asked: str | Target, status: int = 200, body: bytes = b"{}") -> dict[str, str]:
    """Return the headers of an answer."""
    made = httpsig.sign_answer(SIGNER, status, body, asked, created=NOW)
    return {name.lower(): value for name, value in made.items()}


@pytest.mark.parametrize("asked", ASKED)
def test_an_answer_holds_for_its_question_alone(asked: str | Target) -> None:
    httpsig.check_answer(answer(asked), 200, b"{}", asked, find)
    others: list[str | Target] = ["cunguan=:AAAA:", Target("GET", "bank.example", "/healthz"), *ASKED]
    for other in others:
        if other != asked:
            with pytest.raises(SignatureWrong):
                httpsig.check_answer(answer(asked), 200, b"{}", other, find)


@pytest.mark.parametrize("asked", ASKED)
def test_an_answer_with_another_status_body_or_signer_does_not_hold(asked: str | Target) -> None:
    for headers, status, body in (
        (answer(asked), 201, b"{}"), (answer(asked), 200, b"[]"), ({}, 200, b"{}"),
        ({**answer(asked), "content-digest": httpsig.digest_of(b"[]")}, 200, b"[]"),
        ({**answer(asked), "signature-input": answer(asked)["signature-input"].replace("key-1", "key-2")}, 200, b"{}"),
    ):  # fmt: skip
        with pytest.raises(SignatureWrong):
            httpsig.check_answer(headers, status, body, asked, find)


# ── a library of others ──────────────────────────────────────────────────────
THEIRS = {"ed25519": ED25519, "ecdsa-p256-sha256": ECDSA_P256_SHA256, "rsa-pss-sha512": RSA_PSS_SHA512}
PRIVATES = {name: algorithm(name).generate() for name in THEIRS}
COVERED = ("@method", "@authority", "@path", "@query", "content-digest", "instruction-id")


class Resolver(HTTPSignatureKeyResolver):
    """One key pair for the library."""

    def __init__(self, private: bytes) -> None:
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        self._private = load_pem_private_key(private, None)

    def resolve_public_key(self, key_id: str) -> Any:
        """Return the public half."""
        return self._private.public_key()

    def resolve_private_key(self, key_id: str) -> Any:
        """Return the private half."""
        return self._private


def request() -> httpx.Request:
    """Return the request, unsigned."""
    made = httpx.Request("POST", "https://bank.example/v1/instructions?a=%20b", content=BODY)
    made.headers["Content-Digest"], made.headers["Instruction-Id"] = httpsig.digest_of(BODY), "i1"
    return made


@pytest.mark.parametrize("name", THEIRS)
def test_the_library_takes_what_we_sign(name: str) -> None:
    private = PRIVATES[name]
    now = int(datetime.now(UTC).timestamp())
    signer = Signer("key-1", name, algorithm(name).signer(private)[0])
    made = request()
    made.headers.update(httpsig.sign_request(signer, TARGET, BODY, "i1", created=now, nonce=NONCE))
    verifier = HTTPMessageVerifier(signature_algorithm=THEIRS[name], key_resolver=Resolver(private))
    (result,) = verifier.verify(made)
    assert {f'"{name}"' for name in COVERED} <= set(result.covered_components)
    made.headers["Instruction-Id"] = "i2"
    with pytest.raises(InvalidSignature):
        verifier.verify(made)


@pytest.mark.parametrize("name", THEIRS)
def test_we_take_what_the_library_signs(name: str) -> None:
    private, made = PRIVATES[name], request()
    now = datetime.now()  # noqa: DTZ005  the library reads naive instants as this host's
    HTTPMessageSigner(signature_algorithm=THEIRS[name], key_resolver=Resolver(private)).sign(
        made, key_id="key-1", created=now, expires=now + timedelta(seconds=60), nonce=NONCE, label="sig1", tag="cunguan",
        include_alg=True, covered_component_ids=COVERED, body=BODY, use_existing_digest=True,
    )  # fmt: skip
    signed = httpsig.read_request(made.headers["Signature-Input"], made.headers["Signature"])
    httpsig.check_coverage(signed, "POST")
    base = httpsig.request_base(TARGET, made.headers["Content-Digest"], "i1", signed.parameters)
    assert algorithm(name).verifier(algorithm(name).signer(private)[1])(base, signed.signature)


def test_the_headers_of_rfc_9421_are_read_and_refused_for_what_they_leave_out() -> None:
    for section in ("Minimal Signature Using rsa-pss-sha512", "Signing a Request using ed25519"):
        _, made, signature = AppendixB().signed(section)
        with pytest.raises(SignatureWrong, match="is missing"):
            httpsig.read_request(made, signature)


def test_a_digest_is_that_of_rfc_9530() -> None:
    # RFC 9530, appendix B.1
    assert httpsig.digest_of(b'{"hello": "world"}\n') == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    assert base64.b64decode(httpsig.digest_of(b"")[9:-1]).hex().startswith("e3b0c442")


def test_the_example_of_the_page_about_signing_is_what_is_made() -> None:
    page = (Path(__file__).parents[2] / "docs" / "signing.md").read_text("utf-8")
    sent, lines = re.findall(r"```\n(.*?)\n```", page, re.DOTALL)
    head, body = sent.split("\n\n")
    headers = dict(line.split(": ", 1) for line in head.splitlines()[1:])
    key = SigningKey(bytes(range(32)))
    signer = Signer(key_id("ed25519", bytes(key.verify_key)), "ed25519", lambda message: key.sign(message).signature)
    target = Target("POST", headers.pop("Host"), "/v1/instructions")
    made = httpsig.sign_request(signer, target, body.encode(), "bid-1", created=NOW, nonce="bm9uY2Utb2YtMTYtYg")
    assert made == headers
    parameters = made["Signature-Input"].removeprefix("cunguan=")
    assert httpsig.request_base(target, made["Content-Digest"], "bid-1", parameters).decode() == lines
