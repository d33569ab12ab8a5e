"""Ciphers (加密算法): authenticated encryption and keyed hashes by profile; every ciphertext says which cipher made it.

When    a field, a file or a payee's details are sealed or read; a blind index is made; a data key is wrapped by a file
Shape   ciphertext: 1 byte form, 12 bytes nonce, the sealed bytes with their tag of 16 bytes
        form 2: AES-256-GCM · form 3: SM4-GCM, its key derived from the same 32 bytes; form 1 is the seal of old (keys/sealed.py)
        profile intl: AES-256-GCM, HMAC-SHA256 · dual: the same, and notes carry a line by SM2 too
                gm: SM4-GCM, HMAC-SM3, a line by SM2
Errors  CipherWrong: bytes were changed, belong elsewhere, or are another key's; ProfileWrong: there is no such profile
Units   one key seals at most 2**32 things with random nonces
Source  NIST SP 800-38D; GB/T 32907 (SM4), GB/T 32905 (SM3), RFC 8998 (SM4-GCM), RFC 2104
"""

import hashlib
import hmac
import os
from collections.abc import Callable
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher as Block
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
OVERHEAD: Final = 1 + NONCE_BYTES + TAG_BYTES
AES_256_GCM, SM4_GCM = 0x02, 0x03


class CipherWrong(ValueError):
    """Bytes that cannot be opened: changed, of another place, or by another key."""


class ProfileWrong(ValueError):
    """There is no such profile; the message names those there are."""


class Profile(msgspec.Struct, frozen=True):
    """What is written; whatever was written by another profile is read all the same.

    form  of new ciphertexts · hash  of new keyed hashes, as hashlib calls it · sm2  whether notes are signed by SM2 too
    """

    name: str
    form: int
    hash: str
    sm2: bool


PROFILES: Final = {
    one.name: one
    for one in (
        Profile("intl", AES_256_GCM, "sha256", sm2=False),
        Profile("dual", AES_256_GCM, "sha256", sm2=True),
        Profile("gm",   SM4_GCM,     "sm3",    sm2=True),
    )
}  # fmt: skip
INTL: Final = PROFILES["intl"]


def profile(name: str) -> Profile:
    """Return a profile by its name; without a name the international one."""
    found = PROFILES.get(name or "intl")
    if found is None:
        raise ProfileWrong(f"CUNGUAN_CRYPTO is {name!r}: write one of {', '.join(PROFILES)}")
    if "sm3" not in hashlib.algorithms_available and found.hash == "sm3":
        raise ProfileWrong(
            f"CUNGUAN_CRYPTO={name} needs SM3, which this Python's OpenSSL does not have: install OpenSSL 3"
        )
    return found


class Cipher:
    """A key that is used often: both ciphers are made once, when they are first asked for."""

    def __init__(self, key: bytes) -> None:
        assert len(key) == KEY_BYTES, "a data key has 32 bytes"
        self._key = key
        self._made: dict[int, Any] = {}

    def encrypt(self, form: int, clear: bytes, associated: bytes) -> bytes:
        """Return the ciphertext of bytes that belong where `associated` says."""
        nonce = os.urandom(NONCE_BYTES)
        sealed: bytes = self._of(form).encrypt(nonce, clear, associated)
        return bytes((form,)) + nonce + sealed

    def decrypt(self, sealed: bytes, associated: bytes) -> bytes:
        """Return what was encrypted, by whichever form; CipherWrong when it is not this key's or not of this place."""
        if len(sealed) < OVERHEAD or sealed[0] not in _MAKE:
            raise CipherWrong("these bytes are no ciphertext of a known form")
        nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return bytes(self._of(sealed[0]).decrypt(nonce, rest, associated))
        except InvalidTag:
            raise CipherWrong("these bytes were changed, belong elsewhere, or are another key's") from None

    def _of(self, form: int) -> Any:
        made = self._made.get(form)
        if made is None:
            made = self._made[form] = _MAKE[form](self._key)
        return made


def keyed_hash(hash: str, key: bytes, message: bytes) -> bytes:
    """Return the HMAC of a message, 32 bytes; `hash`: sha256 or sm3, a profile's."""
    return hmac.digest(key, message, hash)


class Sm4Gcm:
    """SM4 in the mode GCM, with the two calls of `cryptography`'s AEAD classes; a key of 16 bytes."""

    def __init__(self, key: bytes) -> None:
        self._sm4 = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, clear: bytes, associated: bytes) -> bytes:
        """Return the ciphertext and its tag."""
        made = Block(self._sm4, modes.GCM(nonce)).encryptor()
        made.authenticate_additional_data(associated)
        return made.update(clear) + made.finalize() + made.tag

    def decrypt(self, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
        """Return the clear bytes; InvalidTag when they are not what was encrypted."""
        made = Block(self._sm4, modes.GCM(nonce, sealed[-TAG_BYTES:])).decryptor()
        made.authenticate_additional_data(associated)
        return made.update(sealed[:-TAG_BYTES]) + made.finalize()


def _sm4_key(key: bytes) -> bytes:
    """Return the 16 bytes SM4 takes of a data key: no key is used by two ciphers."""
    return hmac.digest(key, b"cunguan/sm4-gcm/v1", "sha256")[:16]


_MAKE: Final[dict[int, Callable[[bytes], Any]]] = {AES_256_GCM: AESGCM, SM4_GCM: lambda key: Sm4Gcm(_sm4_key(key))}
