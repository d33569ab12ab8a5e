"""Salt keys (盐密钥): what the salts of the log's commitments are derived from, by the number in batch and log_act.

When    the sequencer derives leaves; a receipt or an audit opens them
Shape   key 0 is made with the first leaf, in `log-salt-key-0` of the home; who loses it can open no leaf any more
Errors  SaltKeyMissing: a key that rows or leaves name is not here · PermissionError: others can read the file
Source  design/lanes.md 22; kernel/leaf.py
"""

from pathlib import Path

from cunguan.keys.sealed import KeyMissing
from cunguan.keys.secret_file import secret


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

    def __init__(self, home: Path, *, may_make: bool = False) -> None:
        self._home = home
        self._may_make = may_make
        self._kept: dict[int, bytes] = {}

    def of(self, salt_key_id: int) -> bytes:
        """Return a key by its number."""
        if salt_key_id not in self._kept:
            self._kept[salt_key_id] = self._read(salt_key_id)
        return self._kept[salt_key_id]

    def _read(self, salt_key_id: int) -> bytes:
        path = self._home / f"log-salt-key-{salt_key_id}"
        if not path.exists() and (salt_key_id or not self._may_make):
            raise SaltKeyMissing(path)
        return secret(path)
