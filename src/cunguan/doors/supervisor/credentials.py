"""Credentials (沙箱凭证): what an engineer speaks to the sandbox with: a platform's key pair, made at the first start.

When    each start of a sandbox; the key that is there stays
Shape   <home>/sandbox-platform-key.pem: the private key, for its owner's eyes alone; nothing prints it
        <home>/sandbox-platform.json: Credentials: everything else a client needs, for programs
Errors  PermissionError when the private key can be read by others
"""

import os
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
import psycopg

from cunguan.keys.algorithms import algorithm
from cunguan.keys.custodian import CustodianKey
from cunguan.keys.installation import Keys
from cunguan.store.sqlfiles import statement

FILE: Final = "sandbox-platform.json"
PRIVATE_KEY: Final = "sandbox-platform-key.pem"
ALGORITHM: Final = "ed25519"
SCOPES: Final = ("read", "instruct", "files", "webhooks", "keys", "persons", "reveal", "sandbox")


class Credentials(msgspec.Struct, frozen=True):
    """How a client of the sandbox speaks (client/credentials.py reads it): `private_key` is a file beside this one."""

    address: str
    platform: str
    key_id: str
    algorithm: str
    private_key: str
    custodian_keys: dict[str, str]


def issue(url: str, home: Path, address: str, platform: str, keys: Keys) -> Credentials:
    """Return a platform's credentials; make what is missing of them."""
    _, public = algorithm(ALGORITHM).signer(_private(home / PRIVATE_KEY))
    key_id = f"{platform}-{sha256(public).hexdigest()[:12]}"
    with psycopg.connect(url) as owner:
        owner.execute(statement("door_key_add"), {
            "id": key_id, "platform": platform, "algorithm": ALGORITHM, "public_key": public, "scopes": list(SCOPES),
            "networks": [], "now": datetime.now(UTC), "by": "sandbox", "replaces": None, "until": None,
        })  # fmt: skip
    custodians = CustodianKey.all_of(keys)
    made = Credentials(
        address, platform, key_id, ALGORITHM, PRIVATE_KEY, {one.id: one.public_text for one in custodians}
    )
    _write(home / FILE, msgspec.json.format(msgspec.json.encode(made)) + b"\n")
    return made


def _write(file: Path, content: bytes) -> None:
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as made:
        made.write(content)
    part.replace(file)


def _private(file: Path) -> bytes:
    if not file.exists():
        _write(file, algorithm(ALGORITHM).generate())
    if file.stat().st_mode & 0o077:
        raise PermissionError(f"{file} can be read by others: chmod 600 it, or remove it to get another key")
    return file.read_bytes()
