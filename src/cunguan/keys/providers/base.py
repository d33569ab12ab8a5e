"""Key provider (密钥提供者): wraps data keys and signs, by named keys that are its own.

When    a data key is made or needed (keys/sealed.py, keys/subjects.py, keys/salts.py); a checkpoint or an answer is signed
Shape   a key has a name and versions 1, 2, …; the newest is used, the older ones still unwrap and still verify
        `kek` is the key-encryption key (主密钥); `log`, `custodian` and the like sign
        wrapped: 4 bytes version of `kek`, then the provider's own bytes; `associated` says whose key it is, and is bound to it
Errors  KeysWrong: how keys are to be had is written wrongly, or a provider refuses; the message says what to do
        KeyAbsent: there is no key of this name yet, or its version was destroyed
        WrapBroken: wrapped bytes were changed, belong to another row, or are another provider's
Source  NIST SP 800-57 part 1, 5.3 (key-encryption keys); docs/keys.md
"""

from collections.abc import Callable, Sequence
from secrets import token_bytes
from typing import Final, Protocol

import msgspec

from cunguan.keys.ciphers import KEY_BYTES

KEK: Final = "kek"
ED25519, P256, ML_DSA_44, SM2 = "ed25519", "ecdsa-p256-sha256", "ml-dsa-44", "sm2-sm3"
VERSION_BYTES: Final = 4


class KeysWrong(RuntimeError):
    """A provider cannot be used; the message says what to do."""


class KeyAbsent(KeysWrong):
    """There is no such key, or no such version of it."""


class WrapBroken(KeysWrong):
    """Wrapped bytes cannot be opened."""


class SigningKey(Protocol):
    """One version of a key that signs; the private half does not leave its provider."""

    @property
    def algorithm(self) -> str:
        """Its algorithm."""

    @property
    def public(self) -> bytes:
        """The public half: Ed25519 32 bytes, P-256 SubjectPublicKeyInfo in DER, SM2 64 bytes, ML-DSA-44 1312 bytes."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature: Ed25519 64 bytes, P-256 and SM2 ASN.1 (r, s), ML-DSA-44 2420 bytes."""


class RemoteKey(msgspec.Struct, frozen=True):
    """A signing key that stays with its provider, which signs when it is called."""

    algorithm: str
    public: bytes
    sign: Callable[[bytes], bytes]


class KeyProvider(Protocol):
    """Where the keys of an installation lie."""

    @property
    def kind(self) -> str:
        """Return its kind: file, pkcs11, vault."""

    def wrap(self, key: bytes, associated: bytes) -> bytes:
        """Return a data key wrapped by the newest version of `kek`, which is made if there is none."""

    def unwrap(self, wrapped: bytes, associated: bytes) -> bytes:
        """Return the data key; WrapBroken when it is not the one that was wrapped for this."""

    def rewrap(self, wrapped: bytes, associated: bytes) -> bytes:
        """Return a wrapped data key wrapped by the newest `kek`; Vault does it without showing the key."""

    def versions(self, name: str) -> list[int]:
        """Return the versions of a key that are there, oldest first; none is no error."""

    def rotate(self, name: str, algorithm: str = ED25519) -> int:
        """Make the next version of a key (its first where there is none), and return its number."""

    def destroy(self, name: str, through: int) -> None:
        """Destroy the versions up to this one, for ever; never the newest."""

    def signing_key(self, name: str, algorithm: str = ED25519, version: int | None = None) -> SigningKey:
        """Return a key that signs, its newest version unless one is named; KeyAbsent where it is not."""


def new_data_key() -> bytes:
    """Return a data key that nobody has seen."""
    return token_bytes(KEY_BYTES)


def kek_version(wrapped: bytes) -> int:
    """Return which version of `kek` wrapped a data key."""
    return int.from_bytes(wrapped[:VERSION_BYTES], "big")


def refuse_newest(name: str, found: Sequence[int], through: int) -> None:
    """Refuse to destroy the newest version of a key."""
    if found and through >= found[-1]:
        raise KeysWrong(f"version {through} of {name} is the newest: make another first (cunguan key rotate {name})")


def joined(version: int, sealed: bytes) -> bytes:
    """Return wrapped bytes with their version before them."""
    return version.to_bytes(VERSION_BYTES, "big") + sealed


def rewrapped(provider: KeyProvider, wrapped: bytes, associated: bytes) -> bytes:
    """Return a data key wrapped by the newest `kek`; what it is already, is left as it is."""
    if kek_version(wrapped) == provider.versions(KEK)[-1]:
        return wrapped
    return provider.rewrap(wrapped, associated)
