"""Algorithms (签名算法): how a signature of each kind is verified and made; the kind is the key's, never the message's.

Shape   ed25519 · ecdsa-p256-sha256 · rsa-pss-sha512 · rsa-v1_5-sha256 (for the gateway dialect) by their names in RFC 9421;
        sm2-sm3 is ours (extra `gm`)
        A public key is kept as 32 bytes (Ed25519), 64 bytes (SM2: x, y) or SubjectPublicKeyInfo in DER (all others);
        it is read from PEM, or from base64 of what is kept
Errors  KeyWrong: this is no usable key of that algorithm, and why
Source  RFC 9421 3.3; RFC 8032; FIPS 186-5; RFC 8017; GB/T 32918.2 (SM2), GB/T 32905 (SM3)
"""

import base64
import binascii
import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_sign_BYTES, crypto_sign_open
from nacl.exceptions import CryptoError
from nacl.signing import SigningKey

from cunguan.keys import pkcs1

RSA_BITS_MIN, RSA_BITS_MAX = 2048, 8192

Verify = Callable[[bytes, bytes], bool]  # message, signature
Sign = Callable[[bytes], bytes]


class KeyWrong(ValueError):
    """This is no usable key, and why."""


class Algorithm(msgspec.Struct, frozen=True):
    """One kind of signature.

    read       what a platform sent -> the bytes that are kept
    verifier   the bytes that are kept -> what verifies
    signer     a private key in PEM -> what signs, and the public key as it is kept
    generate   -> a new private key in PEM
    """

    name: str
    read: Callable[[str], bytes]
    verifier: Callable[[bytes], Verify]
    signer: Callable[[bytes], tuple[Sign, bytes]]
    generate: Callable[[], bytes]


# ── Ed25519 ──────────────────────────────────────────────────────────────────
def _ed25519_read(text: str) -> bytes:
    raw = _ed25519_raw(text)
    if len(raw) != 32:
        raise KeyWrong(f"an Ed25519 public key has 32 bytes, not {len(raw)}")
    if not crypto_core_ed25519_is_valid_point(raw):  # also refuses the few keys for which anybody can sign
        raise KeyWrong("these 32 bytes are no Ed25519 public key")
    return raw


def _ed25519_raw(text: str) -> bytes:
    if not text.lstrip().startswith("-----"):
        return _unbase64(text)
    key = _public(text)
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise KeyWrong("this is a key of another algorithm than ed25519")
    return key.public_bytes_raw()


def _ed25519_verifier(public: bytes) -> Verify:
    def verify(message: bytes, signature: bytes) -> bool:
        if len(signature) != crypto_sign_BYTES:
            return False
        try:
            crypto_sign_open(signature + message, public)
        except CryptoError:
            return False
        return True

    return verify


def _ed25519_signer(pem: bytes) -> tuple[Sign, bytes]:
    private = _private(pem)
    if not isinstance(private, ed25519.Ed25519PrivateKey):
        raise KeyWrong("this is a key of another algorithm than ed25519")
    key = SigningKey(private.private_bytes_raw())
    return lambda message: key.sign(message).signature, bytes(key.verify_key)


# ── ECDSA on P-256, its signature as r and s side by side ────────────────────
def _p256_read(text: str) -> bytes:
    key = _public(text)
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeyWrong("ecdsa-p256-sha256 needs a public key on the curve P-256")
    return _spki(key)


def _p256_verifier(public: bytes) -> Verify:
    key = serialization.load_der_public_key(public)
    assert isinstance(key, ec.EllipticCurvePublicKey)

    def verify(message: bytes, signature: bytes) -> bool:
        if len(signature) != 64:
            return False
        return _holds(partial(key.verify, _der(signature), message, ec.ECDSA(hashes.SHA256())))

    return verify


def _p256_signer(pem: bytes) -> tuple[Sign, bytes]:
    private = _private(pem)
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise KeyWrong("ecdsa-p256-sha256 needs a private key on the curve P-256")

    key = private
    return lambda message: _side_by_side(key.sign(message, ec.ECDSA(hashes.SHA256()))), _spki(private.public_key())


# ── RSA-PSS with SHA-512, its salt as long as the hash ───────────────────────
_PSS = padding.PSS(padding.MGF1(hashes.SHA512()), salt_length=64)


def _rsa_read(text: str) -> bytes:
    key = _public(text)
    if not isinstance(key, rsa.RSAPublicKey):
        raise KeyWrong("this is not an RSA public key")
    if not RSA_BITS_MIN <= key.key_size <= RSA_BITS_MAX:
        raise KeyWrong(f"an RSA key here has {RSA_BITS_MIN} to {RSA_BITS_MAX} bits, not {key.key_size}")
    if key.public_numbers().e < 65537:
        raise KeyWrong("the exponent of an RSA key here is 65537 or more")
    return _spki(key)


def _rsa_pss_verifier(public: bytes) -> Verify:
    key = serialization.load_der_public_key(public)
    assert isinstance(key, rsa.RSAPublicKey)
    return lambda message, signature: _holds(partial(key.verify, signature, message, _PSS, hashes.SHA512()))


def _rsa_pss_signer(pem: bytes) -> tuple[Sign, bytes]:
    private = _private(pem)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise KeyWrong("this is not an RSA private key")
    return lambda message: private.sign(message, _PSS, hashes.SHA512()), _spki(private.public_key())


# ── SM2 with SM3, its signature as r and s side by side ──────────────────────
#: what OpenSSL writes before and behind the numbers; `cryptography` knows no such keys
_SM2_PUBLIC = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")
_SM2_PRIVATE = bytes.fromhex("308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420")
_SM2_BETWEEN = bytes.fromhex("a14403420004")


def _sm2_library() -> Any:
    try:
        return importlib.import_module("gmssl_pyx")
    except ImportError as missing:
        raise KeyWrong("sm2-sm3 is not installed here: the custodian installs cunguan with its extra gm") from missing


def _sm2_read(text: str) -> bytes:
    library = _sm2_library()
    raw = _unpem(text) if text.lstrip().startswith("-----") else _unbase64(text)
    raw = raw.removeprefix(_SM2_PUBLIC)
    if len(raw) != 64:
        raise KeyWrong("an SM2 public key has 64 bytes, x and y, or is PEM on the curve sm2p256v1")
    try:
        return bytes(library.normalize_sm2_public_key(raw))
    except library.GmsslInnerError as wrong:
        raise KeyWrong("these 64 bytes are no point of the curve sm2p256v1") from wrong


def _sm2_verifier(public: bytes) -> Verify:
    library = _sm2_library()

    def verify(message: bytes, signature: bytes) -> bool:
        if len(signature) != 64:
            return False
        try:
            return bool(library.sm2_verify(public, message, _der(signature)))
        except library.GmsslInnerError:
            return False

    return verify


def _sm2_signer(pem: bytes) -> tuple[Sign, bytes]:
    library, der = _sm2_library(), _unpem(pem.decode("ascii", "replace"))
    private, _, public = der.removeprefix(_SM2_PRIVATE).partition(_SM2_BETWEEN)
    if (len(private), len(public)) != (32, 64):
        raise KeyWrong("sm2-sm3 needs a private key on the curve sm2p256v1, as OpenSSL writes it (PKCS #8)")
    return lambda message: _side_by_side(library.sm2_sign(private, public, message)), public


def _sm2_generate() -> bytes:
    public, private = _sm2_library().sm2_key_generate()
    text = base64.encodebytes(_SM2_PRIVATE + private + _SM2_BETWEEN + public)
    return b"-----BEGIN PRIVATE KEY-----\n" + text + b"-----END PRIVATE KEY-----\n"


# ── shared ───────────────────────────────────────────────────────────────────
def _holds(check: Callable[[], None]) -> bool:
    try:
        check()
    except InvalidSignature:
        return False
    return True


def _der(signature: bytes) -> bytes:
    """Return r and s, 32 bytes each, as ASN.1 has them."""
    return encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))


def _side_by_side(der: bytes) -> bytes:
    r, s = decode_dss_signature(der)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _unpem(text: str) -> bytes:
    return _unbase64("".join(line for line in text.splitlines() if not line.startswith("-----")))


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise KeyWrong("a public key is PEM (-----BEGIN PUBLIC KEY-----) or base64 of its bytes") from wrong


def _public(text: str) -> object:
    try:
        if text.lstrip().startswith("-----"):
            return serialization.load_pem_public_key(text.strip().encode())
        return serialization.load_der_public_key(_unbase64(text))
    except KeyWrong:
        raise
    except (ValueError, TypeError, UnsupportedAlgorithm) as wrong:
        raise KeyWrong("this is no public key: send PEM that begins with -----BEGIN PUBLIC KEY-----") from wrong


def _private(pem: bytes) -> object:
    try:
        return serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as wrong:
        raise KeyWrong("this is no private key in PEM without a password") from wrong


def _spki(key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _pem(key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _pkcs1_verifier(public: bytes) -> Verify:
    return lambda message, signature: pkcs1.verify(public, message, signature)


def _pkcs1_signer(pem: bytes) -> tuple[Sign, bytes]:
    private = _private(pem)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise KeyWrong("this is not an RSA private key")
    key = pkcs1.PrivateKey(pem)
    return key.sign, key.public_der


_ALL = (
    Algorithm("ed25519", _ed25519_read, _ed25519_verifier, _ed25519_signer,
              lambda: _pem(ed25519.Ed25519PrivateKey.generate())),
    Algorithm("ecdsa-p256-sha256", _p256_read, _p256_verifier, _p256_signer,
              lambda: _pem(ec.generate_private_key(ec.SECP256R1()))),
    Algorithm("rsa-pss-sha512", _rsa_read, _rsa_pss_verifier, _rsa_pss_signer,
              lambda: _pem(rsa.generate_private_key(65537, 3072))),
    Algorithm("sm2-sm3", _sm2_read, _sm2_verifier, _sm2_signer, _sm2_generate),
    Algorithm("rsa-v1_5-sha256", _rsa_read, _pkcs1_verifier, _pkcs1_signer, pkcs1.generate),
)  # fmt: skip
ALGORITHMS = {one.name: one for one in _ALL}


def algorithm(name: str) -> Algorithm:
    """Return an algorithm by its name; KeyWrong with the names there are."""
    found = ALGORITHMS.get(name)
    if found is None:
        raise KeyWrong(f"there is no algorithm {name!r} here; there are {', '.join(ALGORITHMS)}")
    return found
