"""Algorithms: against published values, against one another's keys, against what is almost right."""

import base64
import sys

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from cunguan.keys.algorithms import ALGORITHMS, KeyWrong, algorithm
from tests.keys.published import AppendixB, cases

NAMES = ["ed25519", "ecdsa-p256-sha256", "rsa-pss-sha512", "sm2-sm3", "rsa-v1_5-sha256"]
PEM = {name: ALGORITHMS[name].generate() for name in NAMES}
PAIRS = {name: ALGORITHMS[name].signer(PEM[name]) for name in NAMES}
SIGNED = {name: PAIRS[name][0](b"message") for name in NAMES}


def test_there_are_these_and_no_others() -> None:
    assert list(ALGORITHMS) == NAMES
    with pytest.raises(KeyWrong, match="there are ed25519"):
        algorithm("hmac-sha256")


@pytest.mark.parametrize("name", NAMES)
def test_what_was_signed_holds_by_its_own_key_alone(name: str) -> None:
    sign, public = PAIRS[name]
    verify = algorithm(name).verifier(public)
    _, stranger = algorithm(name).signer(algorithm(name).generate())
    assert verify(b"message", sign(b"message"))
    assert not algorithm(name).verifier(stranger)(b"message", sign(b"message"))


@pytest.mark.parametrize("name", NAMES)
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_any_changed_bit_of_message_or_signature_is_refused(name: str, place: int, bit: int) -> None:
    def changed(raw: bytes) -> bytes:
        at = place % len(raw)
        return raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]

    verify = algorithm(name).verifier(PAIRS[name][1])
    assert not verify(changed(b"message"), SIGNED[name])
    assert not verify(b"message", changed(SIGNED[name]))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("signature", [b"", b"\0", bytes(64), b"\xff" * 64, bytes(63), bytes(65), bytes(256)])
def test_what_is_no_signature_does_not_hold(name: str, signature: bytes) -> None:
    assert algorithm(name).verifier(PAIRS[name][1])(b"message", signature) is False


@pytest.mark.parametrize("name", NAMES)
def test_a_public_key_is_read_as_it_is_kept(name: str) -> None:
    public = PAIRS[name][1]
    assert algorithm(name).read(base64.b64encode(public).decode()) == public


@pytest.mark.parametrize("name", NAMES[:3])
def test_a_public_key_is_read_from_pem(name: str) -> None:
    private = serialization.load_pem_private_key(PEM[name], None)
    text = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert algorithm(name).read(text.decode()) == PAIRS[name][1]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("other", NAMES)
def test_a_key_of_another_algorithm_is_not_taken(name: str, other: str) -> None:
    if name.partition("-")[0] == other.partition("-")[0]:
        return  # an RSA key is one of both paddings: the name that is kept with it says which
    with pytest.raises(KeyWrong):
        algorithm(name).read(base64.b64encode(PAIRS[other][1]).decode())
    with pytest.raises(KeyWrong):
        algorithm(name).signer(PEM[other])


def spki(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> str:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def test_weak_keys_are_not_taken() -> None:
    with pytest.raises(KeyWrong, match="2048 to 8192 bits, not 1024"):
        algorithm("rsa-pss-sha512").read(spki(rsa.generate_private_key(65537, 1024).public_key()))
    with pytest.raises(KeyWrong, match="65537"):
        algorithm("rsa-pss-sha512").read(spki(rsa.generate_private_key(3, 2048).public_key()))
    with pytest.raises(KeyWrong, match="P-256"):
        algorithm("ecdsa-p256-sha256").read(spki(ec.generate_private_key(ec.SECP384R1()).public_key()))
    with pytest.raises(KeyWrong, match="no Ed25519"):  # the point of order one: anybody can sign for it
        algorithm("ed25519").read(base64.b64encode(bytes([1, *bytes(31)])).decode())
    with pytest.raises(KeyWrong, match="no point"):
        algorithm("sm2-sm3").read(base64.b64encode(bytes(64)).decode())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "AAAA", "存管"])
def test_what_is_no_key_is_refused_with_words(name: str, text: str) -> None:
    with pytest.raises(KeyWrong, match=r"key|base64"):
        algorithm(name).read(text)


def test_a_private_key_where_a_public_one_is_asked_for_is_not_taken() -> None:
    with pytest.raises(KeyWrong):
        algorithm("ed25519").read(PEM["ed25519"].decode())


def test_without_its_library_sm2_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gmssl_pyx", None)
    with pytest.raises(KeyWrong, match="extra gm"):
        algorithm("sm2-sm3").read("AAAA")
    with pytest.raises(KeyWrong, match="extra gm"):
        algorithm("sm2-sm3").verifier(bytes(64))


# ── published values ─────────────────────────────────────────────────────────
@pytest.mark.parametrize(("name", "key", "section"), [
    ("rsa-pss-sha512", "Example RSA PSS Key", "Minimal Signature Using rsa-pss-sha512"),
    ("rsa-pss-sha512", "Example RSA PSS Key", "Selective Covered Components using rsa-pss-sha512"),
    ("rsa-pss-sha512", "Example RSA PSS Key", "Full Coverage using rsa-pss-sha512"),
    ("ecdsa-p256-sha256", "Example ECC P-256 Test Key", "Signing a Response using ecdsa-p256-sha256"),
    ("ed25519", "Example Ed25519 Test Key", "Signing a Request using ed25519"),
])  # fmt: skip
def test_the_signatures_of_rfc_9421_hold(name: str, key: str, section: str) -> None:
    appendix = AppendixB()
    base, _, signature = appendix.signed(section)
    raw = base64.b64decode(signature.partition("=:")[2].rstrip(":"))
    one = algorithm(name)
    public = one.read(appendix.key(key, "PUBLIC"))
    assert one.verifier(public)(base.encode(), raw)
    assert not one.verifier(public)(base.replace("1618884473", "1618884474").encode(), raw)
    sign, own = one.signer(appendix.key(key, "PRIVATE").encode())
    assert own == public
    if name == "ed25519":  # the others have chance in them
        assert sign(base.encode()) == raw


@pytest.mark.parametrize(("name", "file"), [
    ("ed25519", "ed25519_test.json"), ("ecdsa-p256-sha256", "ecdsa_secp256r1_sha256_p1363_test.json"),
])  # fmt: skip
def test_the_edge_cases_of_wycheproof_are_told_apart(name: str, file: str) -> None:
    wrong, count = [], 0
    for group in cases(f"wycheproof/{file}")["testGroups"]:
        verify = algorithm(name).verifier(algorithm(name).read(group["publicKeyPem"]))
        for case in group["tests"]:
            count += 1
            holds = verify(bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            if holds != (case["result"] == "valid"):
                wrong.append((case["tcId"], case["comment"]))
    assert (wrong, count > 100) == ([], True)


def test_sm2_holds_for_the_example_of_the_standard() -> None:
    # GB/T 32918.5-2017, annex A.2: "message digest" by the signer 1234567812345678
    public = bytes.fromhex(
        "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
        "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
    )
    signature = bytes.fromhex(
        "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
        "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
    )
    assert algorithm("sm2-sm3").verifier(public)(b"message digest", signature)


def test_sm3_is_that_of_the_standard() -> None:
    library = pytest.importorskip("gmssl_pyx")
    checked = 0
    for case in cases("sm/sm3.json"):
        if "message_utf8" in case:
            message = case["message_utf8"].encode()
        elif case.get("message_hex") is not None:
            message = bytes.fromhex(case["message_hex"])
        else:
            assert case["message_note"] == "one million letters a"
            message = b"a" * 1_000_000
        assert library.sm3_hash(message).hex() == case["sm3"], case
        checked += 1
    assert checked > 5
