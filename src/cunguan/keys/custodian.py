"""Custodian's key (存管人签名密钥): what answers, webhooks and check files are signed with; Ed25519.

When    a door starts
Shape   the provider's key `custodian`, its newest version; in files it is made at the first start, elsewhere at the ceremony.
        A key's id is derived from its public half; platforms are told all versions that are there, so that a rotation has an overlap
Errors  PermissionError: others can read the file · KeysWrong: the provider does not have it
Source  RFC 8032; RFC 9421; docs/keys.md
"""

import base64
import hashlib
from pathlib import Path

from cunguan.keys.installation import Keys
from cunguan.keys.providers.base import ED25519, SigningKey
from cunguan.keys.secret_file import secret
from cunguan.keys.software import software_key

ALGORITHM = "ed25519"
#: the provider's name of it, and the name of its file in an installation's home
NAME, FILE = "custodian", "signing-key"


class CustodianKey:
    """The key of one installation."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        self.public_key = key.public
        self.id = f"custodian-{hashlib.sha256(self.public_key).hexdigest()[:16]}"

    @classmethod
    def of(cls, keys: Keys) -> "CustodianKey":
        """Return the key that signs now."""
        return cls(keys.provider.signing_key(NAME))

    @classmethod
    def all_of(cls, keys: Keys) -> list["CustodianKey"]:
        """Return all versions, the newest first: what was signed by an older one is still to be verified."""
        first = cls.of(keys)
        older = reversed(keys.provider.versions(NAME)[:-1])
        return [first, *(cls(keys.provider.signing_key(NAME, ED25519, version)) for version in older)]

    @classmethod
    def open(cls, path: Path) -> "CustodianKey":
        """Read a key file, or make one; of several processes that start at once, one makes it and all read it."""
        return cls(software_key(ED25519, secret(path, or_else="make a new one and tell the platforms")))

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message."""
        return self._key.sign(message)

    @property
    def public_text(self) -> str:
        """The public key as platforms are told it: base64 of its 32 bytes."""
        return base64.b64encode(self.public_key).decode()
