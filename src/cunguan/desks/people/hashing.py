"""Password hashes (口令散列): argon2id, and never more than AT_ONCE of them at a time, so that guesses cannot eat the memory.

When    a password is set or tried
Units   64 MiB, 3 passes, 1 lane (OWASP asks for 19 MiB and 2 passes at least); a hash by older parameters is made anew at its next use
Errors  Busy: all places were taken for WAIT_SECONDS: the page answers 503 and says when to try again
Source  RFC 9106; OWASP password storage; transparency.md part 6
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE: Final = 2
WAIT_SECONDS: Final = 3.0
_places = threading.BoundedSemaphore(AT_ONCE)


class Busy(RuntimeError):
    """Too many passwords are being tried at this moment."""


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        yield
    finally:
        _places.release()


class Argon2id(Argon2PasswordHasher):
    """Django's hasher, with our parameters and a place for each."""

    time_cost = 3
    memory_cost = 64 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Return the hash of a password."""
        with _place():
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether a password is the one of a hash."""
        with _place():
            return bool(super().verify(password, encoded))

    def harden_runtime(self, password: str, encoded: str) -> Any:
        """Do nothing more: the parameters say how long it takes."""
