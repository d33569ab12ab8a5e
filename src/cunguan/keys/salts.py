"""Salt keys (盐密钥): what the salts of the log's commitments are derived from, by the number in batch and log_act.

When    the sequencer derives leaves; a receipt or an audit opens them
Shape   key 0 is made with the first leaf, in `log-salt-key-0` of the home; who loses it can open no leaf any more
        where keys do not lie in files, the file holds the key wrapped by the provider; one in clear is wrapped when it is first read
Errors  SaltKeyMissing: a key that rows or leaves name is not here · PermissionError: others can read the file
        KeysWrong: it is wrapped, and the provider cannot unwrap it
Source  design/lanes.md 22; kernel/leaf.py; ADR 0043
"""

from pathlib import Path
from typing import Final

from cunguan.keys.installation import Keys
from cunguan.keys.providers.base import KEK, KeysWrong, kek_version
from cunguan.keys.sealed import KeyMissing
from cunguan.keys.secret_file import random_bytes, replace_secret, secret

#: what a file begins with that holds a wrapped key; a key in clear is 32 random bytes
_WRAPPED: Final = b"cunguan/wrapped/v1\n"
_NAME: Final = "log-salt-key-"


class SaltKeyMissing(KeyMissing):
    """Leaves cannot be derived or opened; the message says which file to bring back."""

    def __init__(self, path: Path) -> None:
        RuntimeError.__init__(
            self,
            f"the salt key is missing: the log's leaves are derived with it, and {path} is not there.\n"
            "Bring that file back from its backup. None is made: with another key no leaf can be opened again",
        )


class SaltKeys:
    """The salt keys of one installation; only for a log without a leaf may the first be made."""

    def __init__(self, held: Keys | Path, *, may_make: bool = False) -> None:
        self._keys = held if isinstance(held, Keys) else Keys(held)
        self._may_make = may_make
        self._kept: dict[int, bytes] = {}

    def of(self, salt_key_id: int) -> bytes:
        """Return a key by its number."""
        if salt_key_id not in self._kept:
            self._kept[salt_key_id] = self._read(salt_key_id)
        return self._kept[salt_key_id]

    def rewrap(self) -> int:
        """Wrap by the newest KEK what an older one wraps; return how many keys that were."""
        newest, done = self._keys.provider.versions(KEK)[-1], 0
        for path in sorted(self._keys.home.glob(f"{_NAME}*")):
            content, about = secret(path), _about(path)
            if content.startswith(_WRAPPED) and kek_version(content.removeprefix(_WRAPPED)) < newest:
                replace_secret(path, _WRAPPED + self._keys.provider.rewrap(content.removeprefix(_WRAPPED), about))
                done += 1
        return done

    def versions(self) -> list[int]:
        """Return by which versions of the KEK the files are wrapped; 0 for one in clear."""
        found = [secret(path) for path in self._keys.home.glob(f"{_NAME}*")]
        return [kek_version(one.removeprefix(_WRAPPED)) if one.startswith(_WRAPPED) else 0 for one in found]

    def _read(self, salt_key_id: int) -> bytes:
        path = self._keys.home / f"{_NAME}{salt_key_id}"
        if not path.exists() and (salt_key_id or not self._may_make):
            raise SaltKeyMissing(path)
        content = secret(path, lambda: self._written(path, random_bytes()))
        if content.startswith(_WRAPPED):
            if self._keys.kind == "file":
                raise KeysWrong(f"{path} is wrapped by a module or by Vault: set CUNGUAN_KEYS as where the log is kept")
            return self._keys.provider.unwrap(content.removeprefix(_WRAPPED), _about(path))
        if self._keys.kind != "file":
            replace_secret(path, self._written(path, content))
        return content

    def _written(self, path: Path, clear: bytes) -> bytes:
        """Return what a file holds of a key."""
        if self._keys.kind == "file":
            return clear
        return _WRAPPED + self._keys.provider.wrap(clear, _about(path))


def _about(path: Path) -> bytes:
    return b"cunguan/salt-key/v1\n" + path.name.encode()
