"""Transport (传输): how files go to a bank and come from it: three names, and nothing of what is in the files.

When    a payment leaves; a round of the loop that fetches; each opens a transport, uses it and lets it go
Shape   Transport: put, listed, get. Listed: a file as the bank lists it; `mark` changes when its bytes do
Errors  TransportFailed: it is not known whether it was done, or the bank does not answer: the same again is harmless
        TransportRefused: it was not done and will not be: a certificate, a host key, credentials, a name. A person must look
"""

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

import msgspec

PIECE_BYTES: Final = 2**20

_NAME: Final = re.compile(r"[^./\\\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]{0,254}\Z")


class TransportFailed(Exception):
    """It is not known whether it was done; the message says what was tried."""


class TransportRefused(TransportFailed):
    """It was not done; the message says what to do."""


class Listed(msgspec.Struct, frozen=True):
    """A file that can be had."""

    name: str
    mark: str


class Place(msgspec.Struct, frozen=True):
    """Where a bank's SFTP server is, and how it and we are known: `known_hosts` and `key` are files in OpenSSH's form."""

    host: str
    user: str
    known_hosts: Path
    key: Path
    out: str
    into: str
    port: int = 22


class Transport(Protocol):
    """One way to one bank, while it is open."""

    def put(self, name: str, content: bytes) -> None:
        """Hand a file over, whole; the same file again is the same file."""

    def listed(self, after: str) -> Sequence[Listed]:
        """Return the files there are; where the bank keeps an order, those after a name."""

    def get(self, name: str) -> Iterator[bytes]:
        """Yield a file's bytes."""

    def __enter__(self) -> Self:
        """Open it."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let it go."""


def reading(pieces: Iterator[bytes]) -> io.BufferedReader:
    """Return pieces of bytes as a file to read, in the memory of some of them.

    >>> reading(iter([b"ab", b"cde"])).read(4)
    b'abcd'
    """
    return io.BufferedReader(_Pieces(pieces), PIECE_BYTES)


class _Pieces(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as one piece goes; 0 at the end."""
        if not self._left:
            self._left = memoryview(next(self._pieces, b""))
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count


def is_plain(name: str) -> bool:
    """Return whether a name is that of a file in one folder, and nothing else.

    >>> is_plain("camt.053.xml"), is_plain("../x"), is_plain(".part"), is_plain("a/b")
    (True, False, False, False)
    """
    return _NAME.match(name) is not None


def plain(name: str) -> str:
    """Return a name that is one; TransportRefused for any other."""
    if not is_plain(name):
        raise TransportRefused(f"{name!r} is no name of a file in the bank's folder")
    return name
