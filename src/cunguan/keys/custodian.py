"""Custodian's key (存管人签名密钥): what answers, webhooks and check files are signed with; Ed25519.

When    a door starts; the key is made at the first start
Shape   a file of 32 bytes that only its owner can read; the key's id is derived from its public half
Errors  PermissionError: others can read the file
Source  RFC 8032; RFC 9421
"""

import base64
import hashlib
from pathlib import Path

from nacl.signing import SigningKey

from cunguan.keys.secret_file import secret

ALGORITHM = "ed25519"
#: the name of the file in an installation's home
FILE = "signing-key"


class CustodianKey:
    """The key of one installation."""

    def __init__(self, seed: bytes) -> None:
        self._key = SigningKey(seed)
        self.public_key = bytes(self._key.verify_key)
        self.id = f"custodian-{hashlib.sha256(self.public_key).hexdigest()[:16]}"

    @classmethod
    def open(cls, path: Path) -> "CustodianKey":
        """Read the key file, or make one; of several processes that start at once, one makes it and all read it."""
        return cls(secret(path, or_else="make a new one and tell the platforms"))

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message."""
        return self._key.sign(message).signature

    @property
    def public_text(self) -> str:
        """The public key as platforms are told it: base64 of its 32 bytes."""
        return base64.b64encode(self.public_key).decode()
