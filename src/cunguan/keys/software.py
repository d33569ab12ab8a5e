"""Software keys (软件密钥): keys whose secret bytes lie in memory and sign there, by algorithm.

When    the provider `file` signs; a test stands for a server that keeps keys
Shape   the secret: Ed25519 and ML-DSA-44 their seed, P-256 a number, 32 bytes each; SM2 32 bytes and its 64 public ones
Errors  KeysWrong: the algorithm is not there, or its library is missing
Source  RFC 8032; FIPS 186-5; FIPS 204 (ML-DSA-44 from its seed); GB/T 32918.2 (SM2)
"""

import importlib
from collections.abc import Callable
from secrets import token_bytes
from typing import Any

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, mldsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nacl.signing import SigningKey as NaclKey

from cunguan.keys.providers.base import ED25519, ML_DSA_44, P256, SM2, KeysWrong


class SoftwareKey(msgspec.Struct, frozen=True):
    """A key in memory, as keys/providers/base.py asks for."""

    algorithm: str
    public: bytes
    sign: Callable[[bytes], bytes]


def software_key(algorithm: str, secret: bytes) -> SoftwareKey:
    """Return the key of secret bytes."""
    make = _MAKE.get(algorithm)
    if make is None:
        raise KeysWrong(f"there is no algorithm {algorithm!r} here: {', '.join(_MAKE)}")
    public, sign = make(secret)
    return SoftwareKey(algorithm, public, sign)


def new_secret(algorithm: str) -> bytes:
    """Return the secret bytes of a new key."""
    if algorithm != SM2:
        return token_bytes(32)
    public, private = sm2_library().sm2_key_generate()
    return bytes(private + public)


def _ed25519(secret: bytes) -> tuple[bytes, Callable[[bytes], bytes]]:
    key = NaclKey(secret)
    return bytes(key.verify_key), lambda message: key.sign(message).signature


#: the order of the group of P-256 (FIPS 186-5): a private key lies between 1 and it
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def _p256(secret: bytes) -> tuple[bytes, Callable[[bytes], bytes]]:
    key = ec.derive_private_key(int.from_bytes(secret, "big") % (_P256_ORDER - 1) + 1, ec.SECP256R1())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return public, lambda message: key.sign(message, ec.ECDSA(hashes.SHA256()))


def _ml_dsa_44(secret: bytes) -> tuple[bytes, Callable[[bytes], bytes]]:
    key = mldsa.MLDSA44PrivateKey.from_seed_bytes(secret)
    return key.public_key().public_bytes_raw(), key.sign


def _sm2(secret: bytes) -> tuple[bytes, Callable[[bytes], bytes]]:
    library, private, public = sm2_library(), secret[:32], secret[32:]
    return public, lambda message: bytes(library.sm2_sign(private, public, message))


_MAKE = {ED25519: _ed25519, P256: _p256, ML_DSA_44: _ml_dsa_44, SM2: _sm2}


def sm2_library() -> Any:
    """Return the library of SM2, or say which extra brings it."""
    try:
        return importlib.import_module("gmssl_pyx")
    except ImportError as missing:
        raise KeysWrong("SM2 is not installed here: install cunguan with its extra gm") from missing
