"""Published values: what we encrypt, hash and verify by, against Wycheproof and GM/T; edge cases are told apart as they must be.

Not here, because nothing of ours uses them: aes_wrap (data keys are wrapped by AES-GCM, which binds whose they are), aes_gcm_siv,
sm4_ccm, json_web_encryption, rsa_pss with SHA-256. Ed25519, P-256 side by side, RSA and SM3 stand in test_algorithms.py.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher as Block
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cunguan.keys import pkcs1
from cunguan.keys.ciphers import AES_256_GCM, Cipher, CipherWrong, Sm4Gcm, keyed_hash
from cunguan.keys.note_keys import check
from cunguan.transparency.note import ECDSA_P256, ED25519, Key
from tests.keys.published import cases


def vectors(file: str, **wanted: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield groups with their cases: those of the sizes that are ours."""
    for group in cases(f"wycheproof/{file}_test.json")["testGroups"]:
        if all(group[name] == size for name, size in wanted.items()):
            yield from ((group, case) for case in group["tests"])


def raw(case: dict[str, Any], *names: str) -> list[bytes]:
    return [bytes.fromhex(case[name]) for name in names]


def test_aes_256_gcm() -> None:
    seen: Counter[str] = Counter()
    for _, case in vectors("aes_gcm", keySize=256, ivSize=96, tagSize=128):
        key, iv, aad, message, sealed, tag = raw(case, "key", "iv", "aad", "msg", "ct", "tag")
        given = bytes((AES_256_GCM,)) + iv + sealed + tag
        seen[case["result"]] += 1
        if case["result"] == "valid":
            assert Cipher(key).decrypt(given, aad) == message, case["tcId"]
        else:
            with pytest.raises(CipherWrong):
                Cipher(key).decrypt(given, aad)
    assert seen["valid"] > 30 and seen["invalid"] > 20


def test_sm4_gcm() -> None:
    seen: Counter[str] = Counter()
    for _, case in vectors("sm4_gcm", ivSize=96, tagSize=128):
        key, iv, aad, message, sealed, tag = raw(case, "key", "iv", "aad", "msg", "ct", "tag")
        seen[case["result"]] += 1
        if case["result"] == "valid":
            assert Sm4Gcm(key).decrypt(iv, sealed + tag, aad) == message, case["tcId"]
            assert Sm4Gcm(key).encrypt(iv, message, aad) == sealed + tag
        else:
            with pytest.raises(InvalidTag):
                Sm4Gcm(key).decrypt(iv, sealed + tag, aad)
    assert seen["valid"] > 20 and seen["invalid"] > 20


def test_sm4_as_the_standard_has_it() -> None:
    case = next(one for one in cases("sm/sm4.json") if one["mode"] == "ECB")
    key, clear, sealed = raw(case, "key", "plaintext", "ciphertext")
    block = Block(algorithms.SM4(key), modes.ECB()).encryptor()
    assert block.update(clear) + block.finalize() == sealed


def test_hmac_sha256() -> None:
    for group, case in vectors("hmac_sha256"):
        key, message, tag = raw(case, "key", "msg", "tag")
        made = keyed_hash("sha256", key, message)[: group["tagSize"] // 8]
        assert (made == tag) is (case["result"] == "valid"), case["tcId"]


def test_hkdf_sha256() -> None:
    seen = 0
    for _, case in vectors("hkdf_sha256"):
        if case["result"] == "valid":
            secret, salt, info, made = raw(case, "ikm", "salt", "info", "okm")
            assert HKDF(SHA256(), case["size"], salt or None, info).derive(secret) == made, case["tcId"]
            seen += 1
    assert seen > 50


@pytest.mark.parametrize(
    ("file", "algorithm", "public"), [("ecdsa_secp256r1_sha256", ECDSA_P256, ""), ("ed25519", ED25519, "pk")]
)
def test_lines_of_notes(file: str, algorithm: int, public: str) -> None:
    """A note's text is UTF-8: cases whose message is none cannot be a note."""
    seen: Counter[str] = Counter()
    for group, case in vectors(file):
        message, signature = raw(case, "msg", "sig")
        try:
            text = message.decode()
        except UnicodeDecodeError:
            continue
        key = bytes.fromhex(group["publicKey"][public] if public else group["publicKeyDer"])
        seen[case["result"]] += 1
        assert check(Key("x", algorithm, key), text, signature) is (case["result"] == "valid"), case["tcId"]
    assert seen["valid"] > 20 and seen["invalid"] > 20


def test_rsa_pkcs1_of_the_dialect() -> None:
    """What Wycheproof calls acceptable only, OpenSSL refuses; both are right."""
    seen: Counter[str] = Counter()
    for group, case in vectors("rsa_signature_2048_sha256"):
        message, signature = raw(case, "msg", "sig")
        holds = pkcs1.verify(bytes.fromhex(group["publicKeyDer"]), message, signature)
        seen[case["result"]] += 1
        assert case["result"] == "acceptable" or holds is (case["result"] == "valid"), case["tcId"]
    assert seen["valid"] > 3 and seen["invalid"] > 200


def test_hmac_sm3_is_the_same_by_two_libraries() -> None:
    library = pytest.importorskip("gmssl_pyx")
    for key, message in ((b"k" * 32, b""), (b"j" * 16, b"13800138000"), (b"m" * 64, b"a" * 1000)):
        assert keyed_hash("sm3", key, message) == library.sm3_hmac(key, message)
