"""Passkeys: what a verified user signed on the custodian's site stands; anything else, down to a bit, does not.

Reads   ../shared/data/05-crypto/webauthn beside the repository: the vectors of W3C, and real responses of browsers
"""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from fido2.cose import CoseKey
from fido2.webauthn import AttestationObject, AuthenticatorData, CollectedClientData

from cunguan.kernel.instruction import AuthorityText
from cunguan.kernel.shown import Act, act_of, shown_challenge
from cunguan.keys import evidence, otp, webauthn
from cunguan.keys.webauthn import Blob, encode, is_assertion, is_origin_of
from cunguan.prove.evidence import why_not
from tests.keys.passkey import KINDS, ORIGIN, SITE, Passkey, shown_for

PUBLISHED = Path(__file__).parents[3] / "shared/data/05-crypto/webauthn"
TEXT = AuthorityText(1, "W-1", "P", "L7", "withdrawal", 60_000, "payee:L7", "", "")
OTHER = AuthorityText(1, "W-1", "P", "L7", "withdrawal", 60_001, "payee:L7", "", "")
BODY = b'{"holder":"L7","amount_minor":60000}'


def both(kind: str, key: bytes, text: AuthorityText, signature: bytes, body: bytes = BODY) -> bool:
    """Return what the plane says; the checker says the same, by code of its own."""
    found = evidence.verify(kind, key, text.challenge(), signature, body)
    assert (why_not(kind, key, text.challenge(), signature, body) is None) == found
    return found


@pytest.fixture(scope="module", params=KINDS)
def passkey(request: pytest.FixtureRequest) -> Passkey:
    return Passkey(request.param)


def holds(passkey: Passkey, blob: Blob, text: AuthorityText = TEXT, body: bytes = BODY, key: bytes = b"") -> bool:
    return both(passkey.kind, key or passkey.public_key, text, encode(blob), body)


# ── what stands ──────────────────────────────────────────────────────────────
def test_a_page_that_was_signed_stands(passkey: Passkey) -> None:
    assert holds(passkey, passkey.sign(shown_for(TEXT, BODY)))


def test_one_touch_signs_several_acts(passkey: Passkey) -> None:
    acts = (act_of(OTHER.challenge(), b"other"), act_of(TEXT.challenge(), BODY))
    assert holds(passkey, passkey.sign(shown_for(TEXT, BODY, acts=acts)))


@pytest.mark.parametrize("origin", [ORIGIN, f"https://pay.{SITE}", f"https://{SITE}:8443", f"https://a.b.{SITE}"])
def test_the_site_and_what_stands_below_it_is_the_site(passkey: Passkey, origin: str) -> None:
    assert holds(passkey, passkey.sign(shown_for(TEXT, BODY), origin=origin))


def test_this_very_machine_needs_no_tls() -> None:
    here = Passkey(site="localhost")
    assert holds(here, here.sign(shown_for(TEXT, BODY), origin="http://localhost:8423"))
    assert not holds(here, here.sign(shown_for(TEXT, BODY), origin="http://localhost.example"))


def test_a_synced_passkey_and_one_with_extensions_stand(passkey: Passkey) -> None:
    assert holds(passkey, passkey.sign(shown_for(TEXT, BODY), flags=0x1D))
    assert holds(passkey, passkey.sign(shown_for(TEXT, BODY), flags=0x85, more=b"\xa0"))


# ── what does not ────────────────────────────────────────────────────────────
def test_an_altered_amount_does_not_stand(passkey: Passkey) -> None:
    blob = passkey.sign(shown_for(TEXT, BODY))
    assert not holds(passkey, blob, OTHER)
    assert not holds(passkey, blob, TEXT, BODY.replace(b"60000", b"60001"))


def test_a_page_for_another_act_twice_the_same_or_a_step_up_does_not_stand(passkey: Passkey) -> None:
    act = act_of(TEXT.challenge(), BODY)
    for change in (
        {"acts": ()},
        {"acts": (act, act)},
        {"act": "limit_raise"},
        {"acts": (Act(act.challenge, "00" * 32),)},
    ):
        assert not holds(passkey, passkey.sign(shown_for(TEXT, BODY, **change)))


@pytest.mark.parametrize(
    ("flags", "more"),
    [(0x01, b""), (0x04, b""), (0x00, b""), (0x15, b""), (0x45, b""), (0x45, b"\xa0"), (0x85, b""), (0x05, b"\xa0")],
    ids=["present only", "verified only", "neither", "backed up but not eligible", "attested", "attested and more",
         "extensions without any", "more without a flag"],
)  # fmt: skip
def test_the_device_must_have_verified_its_user(passkey: Passkey, flags: int, more: bytes) -> None:
    assert not holds(passkey, passkey.sign(shown_for(TEXT, BODY), flags=flags, more=more))


@pytest.mark.parametrize(
    "origin",
    ["https://custodian.example.evil", "https://evil.example", "http://custodian.example", "https://notcustodian.example",
     "https://example", "android:apk-key-hash:abc", "null", "", "https://custodian.example/path", "https://u@custodian.example",
     "https://[", "HTTPS://custodian.example", "https://custodian.example:99999"],
)  # fmt: skip
def test_another_origin_does_not_stand(passkey: Passkey, origin: str) -> None:
    assert not holds(passkey, passkey.sign(shown_for(TEXT, BODY), origin=origin))


def test_another_site_does_not_stand(passkey: Passkey) -> None:
    other = hashlib.sha256(b"evil.example").digest()
    shown = shown_for(TEXT, BODY)
    assert not holds(passkey, passkey.sign(shown, site=other))
    assert not holds(passkey, passkey.sign(shown, site=other, origin="https://evil.example"))
    assert not holds(passkey, passkey.sign(shown), key=other + passkey.public_key[32:])


@pytest.mark.parametrize(
    "client",
    [{"crossOrigin": True}, {"topOrigin": "https://evil.example"}, {"type": "webauthn.create"}, {"type": "payment.get"},
     {"type": None}, {"challenge": None}, {"origin": 5}, {"challenge": "AAAA"}, {"crossOrigin": "yes"}],
    ids=str,
)  # fmt: skip
def test_what_the_browser_says_must_be_this(passkey: Passkey, client: dict[str, Any]) -> None:
    assert not holds(passkey, passkey.sign(shown_for(TEXT, BODY), **client))


def test_another_clients_key_does_not_stand(passkey: Passkey) -> None:
    assert not holds(passkey, passkey.sign(shown_for(TEXT, BODY)), key=Passkey(passkey.kind).public_key)


def test_a_key_of_another_kind_does_not_stand(passkey: Passkey) -> None:
    signed = encode(passkey.sign(shown_for(TEXT, BODY)))
    for kind in {*KINDS, "sandbox_ed25519", otp.OTP, "webauthn_es384", ""} - {passkey.kind}:
        assert not both(kind, passkey.public_key, TEXT, signed)


@pytest.mark.parametrize("kind", KINDS)
def test_no_single_bit_may_be_another(kind: str) -> None:
    passkey = Passkey(kind)
    whole = encode(passkey.sign(shown_for(TEXT, BODY)))
    key = passkey.public_key
    for place in range(len(whole) * 8):
        flipped = bytearray(whole)
        flipped[place // 8] ^= 1 << place % 8
        assert not evidence.verify(kind, key, TEXT.challenge(), bytes(flipped), BODY), place


@pytest.mark.parametrize("kind", KINDS)
def test_no_single_bit_of_a_part_of_the_key_or_of_what_is_asked_may_be_another(kind: str) -> None:
    passkey = Passkey(kind)
    blob = passkey.sign(shown_for(TEXT, BODY))
    parts = {name: getattr(blob, name) for name in ("shown", "authenticator_data", "client_data_json", "signature")}
    for name, part in parts.items():
        for place in range(len(part) * 8):
            flipped = bytearray(part)
            flipped[place // 8] ^= 1 << place % 8
            assert not both(kind, passkey.public_key, TEXT, encode(Blob(**{**parts, name: bytes(flipped)}))), (
                name,
                place,
            )
    for place in range(len(passkey.public_key) * 8):
        key = bytearray(passkey.public_key)
        key[place // 8] ^= 1 << place % 8
        assert not both(kind, bytes(key), TEXT, encode(blob)), place


def deep() -> bytes:
    return b"[" * 30_000 + b"]" * 30_000


@pytest.mark.parametrize(
    "signature",
    [b"", b"{}", b"null", b"[]", b"\xff", b'{"shown":1}', deep(), b"x" * 70_000,
     b'{"shown":"AA==","authenticator_data":"AA==","client_data_json":"AA==","signature":"AA=="}'],
)  # fmt: skip
def test_what_is_malformed_raises_nothing(signature: bytes) -> None:
    for kind, length in {**webauthn.PUBLIC_KEY_BYTES, otp.OTP: 32, "sandbox_ed25519": 32}.items():
        for key in (b"", bytes(length), b"\xff" * length):
            assert not both(kind, key, TEXT, signature)


def test_malformed_parts_raise_nothing(passkey: Passkey) -> None:
    blob = passkey.sign(shown_for(TEXT, BODY))
    for name in ("shown", "authenticator_data", "client_data_json", "signature"):
        for part in (b"", b"\x00", b"{}", b"\xff" * 40, b"[" * 20_000, b'{"type":{"type":' * 500):
            parts = {
                one: getattr(blob, one) for one in ("shown", "authenticator_data", "client_data_json", "signature")
            }
            assert not holds(passkey, Blob(**{**parts, name: part}))


def test_a_page_in_another_form_of_the_same_words_does_not_stand(passkey: Passkey) -> None:
    spaced = json.dumps(json.loads(shown_for(TEXT, BODY)), ensure_ascii=False).encode()
    assert not evidence.verify(passkey.kind, passkey.public_key, TEXT.challenge(), encode(passkey.sign(spaced)), BODY)


# ── a one-time code ──────────────────────────────────────────────────────────
def test_the_custodians_word_stands_for_its_client_and_this_page_alone() -> None:
    keys = otp.CodeKeys(b"secret of one installation" * 2)
    key, said = keys.public_key("person:1"), keys.confirm("person:1", shown_for(TEXT, BODY))
    assert both(otp.OTP, key, TEXT, said)
    assert not both(otp.OTP, keys.public_key("person:2"), TEXT, said)
    assert not both(otp.OTP, key, OTHER, said)
    assert not both(otp.OTP, key, TEXT, said, BODY + b" ")
    assert not both(otp.OTP, otp.CodeKeys(b"another" * 8).public_key("person:1"), TEXT, said)
    for place in range(len(said) * 8):
        flipped = bytearray(said)
        flipped[place // 8] ^= 1 << place % 8
        assert not evidence.verify(otp.OTP, key, TEXT.challenge(), bytes(flipped), BODY), place


# ── against others ───────────────────────────────────────────────────────────
def test_fido2_reads_and_verifies_the_same(passkey: Passkey) -> None:
    shown = shown_for(TEXT, BODY)
    blob = passkey.sign(shown)
    client, data = CollectedClientData(blob.client_data_json), AuthenticatorData(blob.authenticator_data)
    assert (client.challenge, client.origin, client.cross_origin) == (shown_challenge(shown), ORIGIN, False)
    assert (data.rp_id_hash, data.is_user_present(), data.is_user_verified()) == (passkey.site, True, True)
    cose(passkey.kind, passkey.public_key[32:]).verify(blob.authenticator_data + client.hash, blob.signature)
    with pytest.raises(InvalidSignature):
        cose(passkey.kind, passkey.public_key[32:]).verify(blob.authenticator_data + client.hash + b"x", blob.signature)


def cose(kind: str, key: bytes) -> Any:
    told: dict[str, dict[int, Any]] = {
        "webauthn_es256": {1: 2, 3: -7, -1: 1, -2: key[1:33], -3: key[33:]},
        "webauthn_ed25519": {1: 1, 3: -8, -1: 6, -2: key},
        "webauthn_rs256": {1: 3, 3: -257, -1: key, -2: b"\x01\x00\x01"},
    }
    return CoseKey.parse(told[kind])


def in_books(key: Any) -> tuple[str, bytes] | None:
    """Return a COSE key of a published vector as the books would have it, without its site."""
    if key[3] == -7:
        return "webauthn_es256", b"\x04" + key[-2] + key[-3]
    if key[3] == -8 and key[-1] == 6:
        return "webauthn_ed25519", key[-2]
    if key[3] == -257:
        return "webauthn_rs256", key[-1]
    return None


def published(name: str) -> Any:
    if not (PUBLISHED / name).exists():
        pytest.skip(f"the published vectors are not here: ../shared/data/05-crypto/webauthn/{name}")
    return json.loads((PUBLISHED / name).read_text())


def test_the_vectors_of_w3c_are_taken_where_the_user_was_verified_and_the_page_was_ours() -> None:
    """Their flags are drawn at random: those of a user who was not verified are refused, and so are framed pages."""
    taken, refused = 0, 0
    for vector in published("w3c-webauthn-test-vectors.json"):
        values = {name: bytes.fromhex(value) for name, value in vector["values_hex"].items() if isinstance(value, str)}
        if "signature" not in values:
            continue
        attested = AttestationObject(values["attestationObject"]).auth_data
        assert attested.credential_data is not None
        known = in_books(attested.credential_data.public_key)
        if known is None:
            continue
        kind, key = known
        data, client = values["authenticatorData"], values["clientDataJSON__2"]
        attested.credential_data.public_key.verify(data + hashlib.sha256(client).digest(), values["signature"])
        found = is_assertion(kind, attested.rp_id_hash + key, values["challenge__2"], data, client, values["signature"])
        said = json.loads(client)
        expected = data[32] & 0x05 == 0x05 and not said.get("crossOrigin") and "topOrigin" not in said
        assert found == expected, vector["title"]
        taken, refused = taken + found, refused + (not found)
        again = bytes([*data[:32], data[32] | 0x05, *data[33:]])
        assert not is_assertion(kind, attested.rp_id_hash + key, bytes(32), again, client, values["signature"])
    assert taken + refused >= 10
    assert refused >= 2


def test_real_responses_of_browsers_are_taken_but_for_those_without_a_verified_user() -> None:
    seen = 0
    for name, one in published("py_webauthn-credentials-shared.json").items():
        if not name.startswith("authentication_response"):
            continue
        response = {
            key: unpadded(value) for key, value in one["credential"]["response"].items() if isinstance(value, str)
        }
        known = in_books(CoseKey.parse(cbor(unpadded(one["public_key_b64url"]))))
        if known is None:
            continue
        kind, key = known
        data = response["authenticatorData"]
        site = hashlib.sha256(one["rp_id"].encode()).digest()
        challenge = unpadded(one["expected_challenge_b64url"])
        found = is_assertion(kind, site + key, challenge, data, response["clientDataJSON"], response["signature"])
        assert found == (one["test_expects"] == "verified" and bool(data[32] & 0x04)), name
        seen += 1
    assert seen >= 3


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def cbor(content: bytes) -> Any:
    from fido2 import cbor as reader

    return reader.decode(content)


def test_an_origin_without_a_site_is_of_none() -> None:
    assert not is_origin_of("https://", hashlib.sha256(b"").digest() + b"x")
    assert not is_origin_of("", hashlib.sha256(b"").digest())


def test_a_point_that_is_not_on_the_curve_raises_nothing() -> None:
    passkey = Passkey()
    blob = passkey.sign(shown_for(TEXT, BODY))
    assert not holds(passkey, blob, key=passkey.site + b"\x04" + b"\x01" * 64)
