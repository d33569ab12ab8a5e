"""Note keys (便签密钥): who signs checkpoints and cosigns them, and whether a signature is whose it says.

When    the sequencer signs a checkpoint, a witness cosigns, anyone verifies
Shape   Check as transparency/note.py asks; a Signer has its Key and signs a text
Errors  none: an unknown algorithm is no signature of anybody
Source  C2SP signed-note, tlog-cosignature; RFC 8032
"""

import time
from typing import Protocol

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from cunguan.transparency.note import COSIGNATURE, ED25519, Key, Signature, cosigned_message


class Signer(Protocol):
    """Signs texts of notes; a module's key never leaves the module."""

    @property
    def key(self) -> Key:
        """Whose signature it is."""

    def sign(self, text: str) -> Signature:
        """Return the line for this text."""


class Ed25519Signer:
    """A log's key that lies in memory."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = SigningKey(seed)
        self.key = Key(name, ED25519, bytes(self._key.verify_key))

    def sign(self, text: str) -> Signature:
        """Return the line for this text."""
        return Signature(self.key.name, self.key.id, self._key.sign(text.encode()).signature)


class Cosigner:
    """A witness's key that lies in memory; a cosignature says when it was given."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = SigningKey(seed)
        self.key = Key(name, COSIGNATURE, bytes(self._key.verify_key))

    def sign(self, text: str) -> Signature:
        """Return the line for this text, with the time."""
        now = int(time.time())
        blob = now.to_bytes(8, "big") + self._key.sign(cosigned_message(text, now)).signature
        return Signature(self.key.name, self.key.id, blob)


def check(key: Key, text: str, blob: bytes) -> bool:
    """Return whether this is the key's signature of the text."""
    if key.algorithm == ED25519:
        return _ed25519(key.public, text.encode(), blob)
    if key.algorithm == COSIGNATURE:
        return _ed25519(key.public, cosigned_message(text, int.from_bytes(blob[:8], "big")), blob[8:])
    return False


def _ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        VerifyKey(public).verify(message, signature)
    except (BadSignatureError, ValueError, TypeError):
        return False
    return True
