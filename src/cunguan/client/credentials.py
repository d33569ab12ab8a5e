"""Credentials (平台凭据): where the custodian's door is, who asks, with which key, and by which key it answers.

When    a client is made; `cunguan up` writes such a file for its sandbox platform
Shape   a JSON file that its owner alone can read: address, platform, key_id, algorithm, private_key (a file beside it, PEM),
        custodian_keys (id -> base64 of 32 bytes); ca and cert, key: files, where the door's certificate is of an own
        authority, or the door wants one
Errors  CredentialsWrong: what is missing or not as it must be, and in which file
"""

import base64
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from cunguan.keys.algorithms import KeyWrong, algorithm
from cunguan.keys.httpsig import Signer

ENVIRONMENT = "CUNGUAN_CREDENTIALS"


class CredentialsWrong(ValueError):
    """The credentials cannot be used; the message says what to mend."""


class _File(msgspec.Struct, frozen=True):
    address: str
    platform: str
    key_id: str
    private_key: str
    custodian_keys: dict[str, str]
    algorithm: str = "ed25519"
    ca: str = ""
    cert: str = ""
    key: str = ""


class Credentials(msgspec.Struct, frozen=True):
    """What a client needs."""

    address: str
    platform: str
    signer: Signer
    custodian_keys: Mapping[str, bytes]
    ca: str = ""
    certificate: tuple[str, str] | None = None

    @classmethod
    def open(cls, path: str | Path | None = None) -> "Credentials":
        """Read a file, else the one that CUNGUAN_CREDENTIALS names."""
        given = path or os.environ.get(ENVIRONMENT)
        if not given:
            raise CredentialsWrong(f"name the credentials' file, or set {ENVIRONMENT} to it")
        return _read(Path(given))

    def verifier(self, key_id: str, kind: str) -> Callable[[bytes, bytes], bool] | None:
        """Return what verifies a signature of the custodian's; None for a key that is not his."""
        public = self.custodian_keys.get(key_id)
        return algorithm(kind).verifier(public) if public is not None and kind == "ed25519" else None


def _read(path: Path) -> Credentials:
    try:
        said = msgspec.json.decode(path.read_bytes(), type=_File)
        beside = path.parent
        sign, _ = algorithm(said.algorithm).signer((beside / said.private_key).read_bytes())
        keys = {name: base64.b64decode(text, validate=True) for name, text in said.custodian_keys.items()}
    except (OSError, ValueError, KeyError, KeyWrong) as wrong:
        raise CredentialsWrong(f"{path}: {wrong}") from wrong
    at = {
        name: str(beside / file) if file else ""
        for name, file in (("ca", said.ca), ("cert", said.cert), ("key", said.key))
    }
    certificate = (at["cert"], at["key"]) if at["cert"] else None
    return Credentials(
        said.address, said.platform, Signer(said.key_id, said.algorithm, sign), keys, at["ca"], certificate
    )
