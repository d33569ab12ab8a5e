"""Drawers (钥匙格): a second lock around wrapped subject keys, outside the database, so that no backup of it opens a shredded one.

When    a subject's key is stored or read; a subject is shredded: his drawer gets a new lock, and the old lock is destroyed
Shape   a file of the home, for its owner alone: of each of 1,024 drawers the locks that are in use, by number, 32 bytes each
        a subject's drawer is fixed by the hash of his reference. What lies in the database is locked(wrapped by the KEK)
        so neither the database nor its backups nor the KEK alone opens a subject's key; and what an old backup holds of a drawer
        whose lock was changed is opened by nothing any more. Those who live are in the key backup (doors/persons/keeping_keys.py)
Order   a new lock is on the disk before a row uses it; an old one is destroyed when no row uses it
Errors  DrawersMissing: the file is not there, and subjects' keys are; LockGone: the lock was destroyed
Not     proof that a disk has forgotten: an old copy of the file, or of its blocks, opens what it opened. The volume is encrypted,
        and the file is in no backup that lives longer than the key backups
Source  docs/adr/0044
"""

import fcntl
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from cunguan.keys.ciphers import INTL, KEY_BYTES, Cipher, CipherWrong
from cunguan.keys.secret_file import replace_secret, secret

FILE: Final = "subject-key-drawers"
DRAWERS: Final = 1024


class DrawersMissing(RuntimeError):
    """The locks of subjects' keys are away; the message says what to bring back."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"the locks of personal data's keys are missing: this database holds persons, and {path} is not there.\n"
            "Bring the file back from another host of this installation, or put a key backup back: cunguan db restore-keys FILE"
        )


class LockGone(RuntimeError):
    """What was locked by this lock can be read by nobody any more."""


class _Kept(msgspec.Struct):
    """The file: drawer -> lock -> its key."""

    locks: dict[int, dict[int, bytes]]


def drawer_of(subject: str) -> int:
    """Return a subject's drawer.

    >>> 0 <= drawer_of("1:person-7") < 1024
    True
    """
    return int.from_bytes(sha256(subject.encode()).digest()[:4], "big") % DRAWERS


class Drawers:
    """The locks of one installation; another process's change is seen at the next use."""

    def __init__(self, path: Path) -> None:
        self._path, self._seen = path, (0, 0)
        self._locks: dict[int, dict[int, bytes]] = {}

    @classmethod
    def make(cls, path: Path) -> "Drawers":
        """Make the file where there is none: only where no subject's key is in the database yet."""
        secret(path, lambda: _encoded({one: {1: secrets.token_bytes(KEY_BYTES)} for one in range(DRAWERS)}))
        return cls(path)

    def newest(self, drawer: int) -> int:
        """Return the lock of what is put into a drawer now."""
        return max(self._read()[drawer])

    def lock(self, drawer: int, lock: int, wrapped: bytes, associated: bytes) -> bytes:
        """Return wrapped bytes as they lie in the database."""
        return self._cipher(drawer, lock).encrypt(INTL.form, wrapped, associated)

    def unlock(self, drawer: int, lock: int, locked: bytes, associated: bytes) -> bytes:
        """Return the wrapped bytes; LockGone where the lock was destroyed or the bytes are not its own."""
        try:
            return self._cipher(drawer, lock).decrypt(locked, associated)
        except CipherWrong:
            raise LockGone(f"drawer {drawer}: this is not what its lock {lock} closed") from None

    def change(self, drawer: int) -> int:
        """Put a further lock on a drawer and return its number; it is on the disk when this returns."""

        def more(locks: dict[int, bytes]) -> int:
            number = max(locks) + 1
            locks[number] = secrets.token_bytes(KEY_BYTES)
            return number

        return self._changed(drawer, more)

    def destroy(self, drawer: int, before: int) -> int:
        """Destroy the locks before one; return how many there were. No row may be under them."""

        def less(locks: dict[int, bytes]) -> int:
            old = [number for number in locks if number < before]
            for number in old:
                del locks[number]
            return len(old)

        return self._changed(drawer, less)

    def with_older_locks(self) -> list[int]:
        """Return the drawers whose change was cut off before its older locks were destroyed."""
        return [drawer for drawer, locks in self._read().items() if len(locks) > 1]

    # ── inside ───────────────────────────────────────────────────────────────
    def _cipher(self, drawer: int, lock: int) -> Cipher:
        key = self._read()[drawer].get(lock)
        if key is None:
            raise LockGone(f"drawer {drawer}: its lock {lock} was destroyed")
        return Cipher(key)

    def _read(self) -> dict[int, dict[int, bytes]]:
        try:
            about = self._path.stat()
        except FileNotFoundError:
            raise DrawersMissing(self._path) from None
        while self._seen != (about.st_mtime_ns, about.st_ino):
            self._seen = (about.st_mtime_ns, about.st_ino)
            try:
                self._locks = msgspec.msgpack.decode(secret(self._path), type=_Kept).locks
            except msgspec.MsgspecError:  # it was replaced, and written over, while it was read
                about = self._path.stat()
                if self._seen == (about.st_mtime_ns, about.st_ino):
                    raise
        return self._locks

    def _changed(self, drawer: int, change: Callable[[dict[int, bytes]], int]) -> int:
        with _alone(self._path):
            self._seen = (0, 0)
            locks = self._read()
            try:
                found = change(locks[drawer])
                replace_secret(self._path, _encoded(locks))
            finally:
                self._seen = (0, 0)  # what the disk did not take is not used either
        return found


def _encoded(locks: dict[int, dict[int, bytes]]) -> bytes:
    return msgspec.msgpack.encode(_Kept(locks))


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with open(path.with_name(f"{path.name}.lock"), "w") as file:  # its content is nobody's
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
