"""Sealed (密封存放): bytes that only this installation can read, and keyed hashes of names and account numbers.

When    bank files and payees' details are kept; a payer is compared with a client's binding
Shape   sealed bytes: 1 byte form, 4 bytes version of the key, 12 bytes nonce, then AES-256-GCM (form 2) or SM4-GCM (form 3);
        form 1, of old, has no version: its key is version 0. `what` says whose bytes they are, and is sealed with them, so that
        nobody can put one thing's bytes in another's place
        a hash is 64 hex digits: the same for the same name and account, here alone; nobody finds the name by trying. It is made
        from version 0 for ever: hashes stand in the books, which nobody rewrites
Errors  SealBroken: bytes were changed, are another thing's, or the key is another installation's
        KeyMissing: no key lies where something is sealed already (doors/sealing.py looks)
Units   one key seals at most 2**32 things with random nonces; at a thousand a second that is 49 days, at ten a second 13 years:
        `cunguan key rotate sealing` makes another
Source  NIST SP 800-38D 8.3 (random nonces); RFC 5869 (a key for each use); Unicode TR15 (NFKC); ADR 0043
"""

import hmac
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cunguan.keys.ciphers import INTL, Cipher, CipherWrong
from cunguan.keys.secret_file import secret

#: the file of the secret, in the home: lost with it is everything that was sealed
FILE: Final = "sealing-key"
_OLD_FORM: Final = b"\x01"
_NONCE_BYTES: Final = 12
_VERSION_BYTES: Final = 4
#: takes away what is neither letter nor digit; most names and accounts are ASCII, and this is many times as fast for them
_PLAIN: Final = str.maketrans(dict.fromkeys(sign for sign in map(chr, range(128)) if not sign.isalnum()))


class SealBroken(ValueError):
    """Sealed bytes cannot be read; the message says what they were to be."""


class KeyMissing(RuntimeError):
    """The key of what is sealed is away; the message says which file to bring back."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"the sealing key is missing: this database holds sealed files or payees, and {path} is not there.\n"
            "Bring that file back from its backup, or from another host of this installation. None is made:"
            " a new key cannot open what is sealed"
        )


class Sealer:
    """One installation's seal: its first key, and those that were made after it, by version."""

    def __init__(self, key: bytes, newer: Mapping[int, bytes] | None = None, form: int = INTL.form) -> None:
        keys = {0: key, **(newer or {})}
        self.version = max(keys)
        self._form = form
        self._old = AESGCM(_derived(key, b"cunguan-seal-v1"))
        self._ciphers = {version: Cipher(_derived(one, b"cunguan-seal-v2")) for version, one in keys.items()}
        self._hmac = hmac.new(_derived(key, b"cunguan-payee-v1"), digestmod="sha256")

    @classmethod
    def open(cls, path: Path) -> "Sealer":
        """Read the key file, or make one that only its owner can read: `doors/sealing.py` says where that may be."""
        return cls(secret(path))

    def seal(self, clear: bytes, what: str) -> bytes:
        """Return bytes sealed as one thing's, by the newest key."""
        version = self.version.to_bytes(_VERSION_BYTES, "big")
        sealed = self._ciphers[self.version].encrypt(self._form, clear, version + what.encode())
        return sealed[:1] + version + sealed[1:]

    def unseal(self, sealed: bytes, what: str) -> bytes:
        """Return the bytes that were sealed as this thing's."""
        try:
            return self._unsealed(sealed, what.encode())
        except (InvalidTag, CipherWrong, ValueError):
            raise SealBroken(f"{what}: its bytes were changed, or sealed by another installation's key") from None

    def _unsealed(self, sealed: bytes, what: bytes) -> bytes:
        if sealed[:1] == _OLD_FORM:
            return self._old.decrypt(sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :], what)
        version = sealed[1 : 1 + _VERSION_BYTES]
        cipher = self._ciphers.get(int.from_bytes(version, "big"))
        if cipher is None:
            raise CipherWrong("sealed by a version of the key that is not here")
        return cipher.decrypt(sealed[:1] + sealed[1 + _VERSION_BYTES :], version + what)

    def name_hash(self, name: str) -> str:
        """Return what stands for a person's name; "" for no name."""
        plain = plain_name(name)
        return self._hash("name", plain) if plain else ""

    def account_hash(self, account: str) -> str:
        """Return what stands for an account; "" for no account."""
        plain = plain_account(account)
        return self._hash("account", plain) if plain else ""

    def payee_hash(self, name: str, account: str, bank: str = "") -> str:
        """Return what stands for an account in a name at a bank: a binding's payee, a line's payer; "" where nobody is named."""
        who, where = plain_name(name), plain_account(account)
        return self._hash("payee", who, where, plain_account(bank)) if who and where else ""

    def _hash(self, *parts: str) -> str:
        keyed = self._hmac.copy()
        keyed.update("\n".join(parts).encode())
        return keyed.hexdigest()


def plain_name(name: str) -> str:
    """Return a name without what banks write in many ways: case, width, spaces, dots.

    >>> plain_name("Ｌｉ　Ｌｅｉ"), plain_name("O’BRIEN, J."), plain_name("买买提·艾力")
    ('lilei', 'obrienj', '买买提艾力')
    """
    if name.isascii():
        return name.translate(_PLAIN).lower()
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))


def plain_account(account: str) -> str:
    """Return an account number without spaces and signs between its groups.

    >>> plain_account("gb82 west 1234 5698 7654 32"), plain_account("6222-0210")
    ('GB82WEST12345698765432', '62220210')
    """
    if account.isascii():
        return account.translate(_PLAIN).upper()
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", account).upper()))


def _derived(key: bytes, use: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, use).derive(key)
