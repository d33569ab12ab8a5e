"""Keys in files (文件密钥): for a sandbox: every key lies in clear in the home, for its owner alone; production refuses it.

When    CUNGUAN_KEYS is file: or not set
Shape   version 1 of `kek` is the file kek-key, of `log` log-signing-key, of `custodian` signing-key; version 2 ends in -2
Errors  as keys/providers/base.py; PermissionError: others can read a file
Source  docs/keys.md
"""

import os
import re
from pathlib import Path
from typing import Final

from cunguan.keys.ciphers import AES_256_GCM, KEY_BYTES, Cipher, CipherWrong
from cunguan.keys.providers.base import (
    ED25519,
    KEK,
    VERSION_BYTES,
    KeyAbsent,
    KeysWrong,
    WrapBroken,
    joined,
    kek_version,
    new_data_key,
    refuse_newest,
)
from cunguan.keys.secret_file import secret
from cunguan.keys.software import SoftwareKey, new_secret, software_key

#: names of files that were there before this provider was
_STEMS: Final = {KEK: "kek-key", "custodian": "signing-key"}
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


class FileKeys:
    """The keys of one home."""

    kind = "file"

    def __init__(self, home: Path) -> None:
        self._home = home
        self._keks: dict[int, Cipher] = {}

    def wrap(self, key: bytes, associated: bytes) -> bytes:
        """Return a data key wrapped by the newest version of `kek`."""
        version = (self.versions(KEK) or [1])[-1]
        return joined(version, self._kek(version, may_make=True).encrypt(AES_256_GCM, key, associated))

    def unwrap(self, wrapped: bytes, associated: bytes) -> bytes:
        """Return a data key."""
        try:
            return self._kek(kek_version(wrapped)).decrypt(wrapped[VERSION_BYTES:], associated)
        except CipherWrong as wrong:
            raise WrapBroken(f"{associated.decode(errors='replace')}: its key cannot be unwrapped: {wrong}") from None

    def rewrap(self, wrapped: bytes, associated: bytes) -> bytes:
        """Return a data key wrapped anew."""
        return self.wrap(self.unwrap(wrapped, associated), associated)

    def versions(self, name: str) -> list[int]:
        """Return the versions of a key."""
        stem = self._stem(name)
        found = [path.name.removeprefix(stem) for path in self._home.glob(f"{stem}*")]
        return sorted(int(end[1:] or 1) for end in found if re.fullmatch(r"(-[0-9]{1,9})?", end))

    def rotate(self, name: str, algorithm: str = ED25519) -> int:
        """Make the next version of a key."""
        version = (self.versions(name) or [0])[-1] + 1
        secret(self._path(name, version), new_data_key if name == KEK else lambda: new_secret(algorithm))
        return version

    def destroy(self, name: str, through: int) -> None:
        """Remove the files of old versions; what a disk or a backup still has of them is not in this program's hands."""
        found = self.versions(name)
        refuse_newest(name, found, through)
        for version in found:
            if version <= through:
                self._path(name, version).unlink()
                self._keks.pop(version, None)

    def signing_key(self, name: str, algorithm: str = ED25519, version: int | None = None) -> SoftwareKey:
        """Return a key that signs; a sandbox's first version is made when it is first asked for."""
        found = self.versions(name)
        if not found and version in (None, 1):
            found = [self.rotate(name, algorithm)]
        wanted = found[-1] if version is None else version
        if wanted not in found:
            raise KeyAbsent(f"there is no version {wanted} of the key {name} in {self._home}")
        return software_key(
            algorithm, secret(self._path(name, wanted), or_else="make a new one: docs/runbooks/key-lost.md")
        )

    # ── inside ───────────────────────────────────────────────────────────────
    def _kek(self, version: int, *, may_make: bool = False) -> Cipher:
        found = self._keks.get(version)
        if found is None:
            path = self._path(KEK, version)
            if not may_make and not path.exists():
                raise KeyAbsent(
                    f"version {version} of kek is not in {self._home}: bring {path.name} back from its backup"
                )
            found = self._keks[version] = Cipher(secret(path, new_data_key)[:KEY_BYTES])
        return found

    def _stem(self, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise KeysWrong(f"{name!r} is no name of a key: lower-case letters, digits and -, at most 32")
        return _STEMS.get(name, f"{name}-signing-key")

    def _path(self, name: str, version: int) -> Path:
        return self._home / (self._stem(name) + ("" if version == 1 else f"-{version}"))


def file_keys(home: Path) -> FileKeys:
    """Return the keys of a home, which is made where it is not there."""
    os.makedirs(home, exist_ok=True)
    return FileKeys(home)
