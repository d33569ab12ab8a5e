"""Remote log (远端日志): a log's files at an address that may be slow, wrong or hostile.

When    a mirror copies; whoever reads a log that others serve
Shape   `fetch(name)` as a folder's: "checkpoint", "tile/0/x001/234.p/7"
Errors  FileNotFoundError: the log has no such file · LogSilent: no answer, or one that is no file of a log; try again later
Units   a file is at most as large as its name allows, an entry 4 kB; a file comes within a minute
Source  C2SP tlog-tiles
"""

import time
import zlib
from types import TracebackType
from typing import Final, Self

import httpx

from cunguan.transparency import note
from cunguan.transparency.tiles import WIDTH
from cunguan.transparency.tree import HASH_BYTES

#: ours have 42 bytes; the format would allow 64 kB, and a bundle of 16 MB
MAX_ENTRY: Final = 4096
_WHOLE_SECONDS: Final = 60
_PIECE_SECONDS: Final = 20
_CONNECTIONS: Final = 8


class LogSilent(OSError):
    """The log does not answer, or not as a log; the message says at which address."""


class Remote:
    """A log at an address."""

    def __init__(self, address: str, seconds: float = _WHOLE_SECONDS) -> None:
        try:
            is_address = httpx.URL(address).scheme in ("https", "http") and bool(httpx.URL(address).host)
        except httpx.InvalidURL:
            is_address = False
        if not is_address:
            raise ValueError(f"{address!r} is no address of a log: https://… or http://…")
        self.address, self._seconds = address.rstrip("/"), seconds
        self._http = httpx.Client(
            timeout=min(seconds, _PIECE_SECONDS),
            verify=address.startswith("https:"),  # a list of authorities takes long to load, and plain HTTP asks none
            follow_redirects=False,
            headers={"Accept-Encoding": "gzip, identity"},
            limits=httpx.Limits(max_connections=_CONNECTIONS),
        )

    def fetch(self, name: str) -> bytes:
        """Return a file."""
        until = time.monotonic() + self._seconds
        try:
            with self._http.stream("GET", f"{self.address}/{name}") as answer:
                if answer.status_code in (404, 410):
                    raise FileNotFoundError(f"{self.address}/{name} is not there")
                if answer.status_code != 200:
                    raise LogSilent(f"{self.address}/{name} answers {answer.status_code}")
                return self._read(answer, name, until)
        except httpx.HTTPError as wrong:
            raise LogSilent(f"{self.address}/{name} does not answer: {str(wrong) or type(wrong).__name__}") from None

    def __enter__(self) -> Self:
        """Open it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let it go."""
        self._http.close()

    def _read(self, answer: httpx.Response, name: str, until: float) -> bytes:
        """Read no more than a file of this name can have, also when it is packed: a small answer may unfold without end."""
        limit, whole, unpack = limit_of(name), bytearray(), _unpacker(answer, f"{self.address}/{name}")
        for piece in answer.iter_raw():
            try:
                whole += unpack.decompress(piece, limit + 1) if unpack else piece
            except zlib.error:
                raise LogSilent(f"{self.address}/{name} is not packed as it says") from None
            if len(whole) > limit:
                raise LogSilent(f"{self.address}/{name} is longer than {limit} bytes")
            if time.monotonic() > until:
                raise LogSilent(f"{self.address}/{name} takes longer than {self._seconds:.0f} s")
        if unpack and not unpack.eof:
            raise LogSilent(f"{self.address}/{name} is cut off")
        return bytes(whole)


def limit_of(name: str) -> int:
    """Return how long a file of this name may be.

    >>> limit_of("tile/0/000"), limit_of("tile/0/000.p/3"), limit_of("tile/entries/000.p/1")
    (8192, 96, 4098)
    """
    if name == "checkpoint":
        return note.MAX_BYTES
    width = int(name.partition(".p/")[2] or WIDTH)
    return width * (2 + MAX_ENTRY if name.startswith("tile/entries/") else HASH_BYTES)


def _unpacker(answer: httpx.Response, where: str) -> "zlib._Decompress | None":
    packing = answer.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("identity", "gzip"):
        raise LogSilent(f"{where} is packed as {packing!r}, which was not asked for")
    return zlib.decompressobj(16 + zlib.MAX_WBITS) if packing == "gzip" else None
