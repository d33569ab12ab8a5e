"""Subjects' keys (客户数据密钥): a data key for each client of a platform: destroyed with it is all that was encrypted by it.

When    personal data is written or read; keys are rotated, backed up, put back
Shape   StoredKey: a version of a subject's key as it lies in the database: wrapped by the KEK, then locked in its drawer
        both bind subject and version; who reads asks by the row he has found, so that a destroyed key is not there to be asked for
Keeps   ready keys for at most five minutes, at most 4,096 of them, in this process alone: the hardware is asked once, not for each
        field. What is dropped is not written over: Python does not promise that
Errors  SubjectKeyLost: the key cannot be had, and why: its lock was destroyed, or its KEK is another installation's
Source  NIST SP 800-57 part 1, 5.3; docs/adr/0044
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

import msgspec

from cunguan.keys.ciphers import INTL
from cunguan.keys.drawers import Drawers, LockGone, drawer_of
from cunguan.keys.fields import FieldKey
from cunguan.keys.providers.base import KEK, KeyAbsent, KeyProvider, WrapBroken, kek_version, new_data_key

KEPT_SECONDS: Final = 300.0
KEPT_MOST: Final = 4096


class SubjectKeyLost(RuntimeError):
    """A subject's data cannot be read: the message says of whom, and why."""


class StoredKey(msgspec.Struct, frozen=True):
    """One version of a subject's key in the database."""

    subject: str
    version: int
    drawer: int
    lock: int
    kek: int
    locked: bytes


class SubjectKeys:
    """The keys of subjects, as this installation opens them."""

    def __init__(
        self, provider: KeyProvider, drawers: Drawers, *, form: int = INTL.form, clock: Callable[[], float] = time.monotonic,
        seconds: float = KEPT_SECONDS, most: int = KEPT_MOST,
    ) -> None:  # fmt: skip
        self._provider, self.drawers, self._form = provider, drawers, form
        self._clock, self._seconds, self._most = clock, seconds, most
        self._ready: OrderedDict[StoredKey, tuple[float, FieldKey]] = OrderedDict()

    def new(self, subject: str, version: int) -> StoredKey:
        """Return a new key of a subject, to be stored."""
        return self.put(subject, version, self._provider.wrap(new_data_key(), about(subject, version)))

    def ready(self, stored: StoredKey) -> FieldKey:
        """Return a key ready for use."""
        now = self._clock()
        until, key = self._ready.get(stored, (now, None))
        if key is None or until <= now:
            try:
                clear = self._provider.unwrap(self.wrapped(stored), about(stored.subject, stored.version))
            except (WrapBroken, KeyAbsent) as wrong:
                raise SubjectKeyLost(f"the key of {stored.subject} cannot be unwrapped: {wrong}") from wrong
            until, key = now + self._seconds, FieldKey(clear, stored.version, self._form)
            self._ready.pop(stored, None)
            self._ready[stored] = (until, key)  # at the end: what ends first stands first
        self._drop(now)
        return key

    def forget(self, subject: str) -> None:
        """Keep nothing of a subject."""
        for stored in [one for one in self._ready if one.subject == subject]:
            del self._ready[stored]

    def forget_all(self) -> None:
        """Keep nothing of anybody."""
        self._ready.clear()

    # ── the two wrappings ────────────────────────────────────────────────────
    def wrapped(self, stored: StoredKey) -> bytes:
        """Return a key as the KEK wrapped it, out of its drawer."""
        try:
            return self.drawers.unlock(stored.drawer, stored.lock, stored.locked, about(stored.subject, stored.version))
        except LockGone as gone:
            raise SubjectKeyLost(f"the key of {stored.subject} is shredded: {gone}") from gone

    def put(self, subject: str, version: int, wrapped: bytes) -> StoredKey:
        """Return a wrapped key as it lies in the subject's drawer."""
        drawer = drawer_of(subject)
        lock = self.drawers.newest(drawer)
        locked = self.drawers.lock(drawer, lock, wrapped, about(subject, version))
        return StoredKey(subject, version, drawer, lock, kek_version(wrapped), locked)

    def relocked(self, stored: StoredKey) -> StoredKey:
        """Return a key under its drawer's newest lock."""
        return self.put(stored.subject, stored.version, self.wrapped(stored))

    def rewrapped(self, stored: StoredKey) -> StoredKey:
        """Return a key wrapped by the newest KEK."""
        again = self._provider.rewrap(self.wrapped(stored), about(stored.subject, stored.version))
        return self.put(stored.subject, stored.version, again)

    def newest_kek(self) -> int:
        """Return the version of the KEK that wraps now; 0 where there is none yet."""
        return max(self._provider.versions(KEK), default=0)

    def _drop(self, now: float) -> None:
        while self._ready and (len(self._ready) > self._most or next(iter(self._ready.values()))[0] <= now):
            self._ready.popitem(last=False)


def about(subject: str, version: int) -> bytes:
    """Return what a wrapped key is bound to."""
    name = subject.encode()
    return b"cunguan/subject-key/v1" + len(name).to_bytes(4, "big") + name + version.to_bytes(4, "big")
