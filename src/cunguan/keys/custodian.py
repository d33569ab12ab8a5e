"""Custodian's key (存管人签名密钥): what answers, webhooks and check files are signed with; Ed25519.

When    a door starts; the key is made at the first start
Shape   a file of 32 bytes that only its owner can read; the key's id is derived from its public half
Errors  PermissionError: others can read the file
Source  RFC 8032; RFC 9421
"""

import base64
import hashlib
import os
import secrets
from pathlib import Path

from nacl.signing import SigningKey

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
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            raise PermissionError(
                f"{path} can be read by others: chmod 600 it, or make a new one and tell the platforms"
            )
        return cls(path.read_bytes())

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message."""
        return self._key.sign(message).signature

    @property
    def public_text(self) -> str:
        """The public key as platforms are told it: base64 of its 32 bytes."""
        return base64.b64encode(self.public_key).decode()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # whole, and never over another's
    except FileExistsError:
        pass  # another process was first: its key is the key
    finally:
        draft.unlink()
