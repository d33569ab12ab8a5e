"""One-time code (一次性口令): the custodian's word that a client gave the right code; no key of the client's is in it.

When    a client without a passkey at hand confirms a low amount by the six digits of his TOTP
Shape   for each client an Ed25519 key is derived from one secret of the installation, by HKDF under a name of its own; it never leaves
        this module. It signs what was shown, in a domain no other key signs in. Blob: the page and the signature
Returns whether it stands. The books take it for low amounts only (operations/authority.py): the custodian could have made it himself
Errors  PermissionError: others can read the secret
Source  RFC 5869; RFC 8032; transparency.md part 6; ADR 0048
"""

from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.shown import shown_challenge
from cunguan.keys.secret_file import secret
from cunguan.keys.webauthn import BLOB_BYTES_MAX, confirms

OTP: Final = "otp_ed25519"
PUBLIC_KEY_BYTES: Final = 32
FILE: Final = "otp-key"

_DOMAIN: Final = b"cunguan-otp-v1\n"
_DERIVED: Final = b"cunguan otp key of "


class Blob(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept as evidence."""

    shown: bytes
    signature: bytes


class CodeKeys:
    """The keys that stand for clients who gave the right code."""

    def __init__(self, secret_of_all: bytes) -> None:
        self._secret = secret_of_all

    @classmethod
    def open(cls, home: Path) -> "CodeKeys":
        """Read the installation's secret, or make one that only its owner can read."""
        return cls(secret(home / FILE))

    def public_key(self, person: str) -> bytes:
        """Return the public half of a client's key."""
        return self._key(person).public_key().public_bytes_raw()

    def confirm(self, person: str, shown: bytes) -> bytes:
        """Return the evidence that this client gave the right code to what was shown; who calls has checked the code."""
        return canonical_json(Blob(shown, self._key(person).sign(_DOMAIN + shown_challenge(shown))))

    def _key(self, person: str) -> Ed25519PrivateKey:
        derived = HKDF(SHA256(), 32, None, _DERIVED + person.encode()).derive(self._secret)
        return Ed25519PrivateKey.from_private_bytes(derived)


def verify(public_key: bytes, challenge: bytes, evidence: bytes, body: bytes | None) -> bool:
    """Return whether kept evidence confirms an authority's text and its instruction's body."""
    if len(public_key) != PUBLIC_KEY_BYTES or len(evidence) > BLOB_BYTES_MAX:
        return False
    try:
        blob = msgspec.json.decode(evidence, type=Blob)
        if canonical_json(blob) != evidence or not confirms(blob.shown, challenge, body):
            return False
        Ed25519PublicKey.from_public_bytes(public_key).verify(blob.signature, _DOMAIN + shown_challenge(blob.shown))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InvalidSignature, ValueError):
        return False
    return True
