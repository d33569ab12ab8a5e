"""Sandbox keys (沙箱密钥): a key pair for each test client; the private half never enters the books.

When    the sandbox, the demo or a test opens a client's account
Shape   derived from one secret seed a sandbox, so that the file stays small: Ed25519 by seed and client
Errors  PermissionError when the key file can be read by others
Source  design/lanes.md "sandbox evidence"; production refuses this kind
"""

import hashlib
from pathlib import Path

from nacl.signing import SigningKey

from cunguan.kernel.instruction import AuthorityText, Evidence
from cunguan.keys.evidence import SANDBOX_ED25519
from cunguan.keys.secret_file import secret


class SandboxKeys:
    """The clients' private keys of one sandbox."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._keys: dict[str, SigningKey] = {}

    @classmethod
    def open(cls, path: Path) -> "SandboxKeys":
        """Read the key file, or make one that only its owner can read."""
        return cls(secret(path, or_else="remove it with its sandbox"))

    def public_key(self, key_id: str) -> bytes:
        """Return the public half of a client's key."""
        return bytes(self._key(key_id).verify_key)

    def confirm(self, key_id: str, text: AuthorityText) -> Evidence:
        """Return the evidence a client gives when he confirms a text."""
        key = self._key(key_id)
        return Evidence(SANDBOX_ED25519, key_id, bytes(key.verify_key), key.sign(text.challenge()).signature)

    def _key(self, key_id: str) -> SigningKey:
        key = self._keys.get(key_id)
        if key is None:
            key = self._keys[key_id] = SigningKey(hashlib.sha256(self._seed + key_id.encode()).digest())
        return key
