"""Archive (压缩包): the files in a zip or gzip, read so that none of them can harm its reader.

Shape   members(stream): the name and the bytes of each file, as a stream; the one before is done with when the next is asked for
        is_archive(begin): whether the first bytes are those of an archive that is read here
Units   bytes: a member of more than SMALL may unpack to RATIO_MAX times its packed size, all together to UNPACKED_MAX
Errors  ArchiveRefused: no such archive, broken, encrypted; names that leave their folder, stand twice, or are archives themselves;
        too many, or too much. What is claimed of a size is not believed: a stream is refused where it goes on too far
Source  APPNOTE 6.3 (zip), RFC 1952 (gzip); CWE-22, CWE-409
"""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, Final

from cunguan.formats.statement import Wrong

#: no member of a bank's archive is packed closer: XML reaches about 40
RATIO_MAX: Final = 200
SMALL: Final = 1 << 20
UNPACKED_MAX: Final = 4 << 30
MEMBERS_MAX: Final = 1_000

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP: Final = b"\x1f\x8b"
_LEAVES: Final = re.compile(r"^[/\\]|^[A-Za-z]:|\\|(^|/)\.\.(/|$)|[\x00-\x1f]")
_NESTED: Final = re.compile(r"\.(zip|gz|tgz|bz2|xz|7z|rar|tar|zst)$", re.IGNORECASE)


class ArchiveRefused(Wrong):
    """The archive is not read; `why` says why."""

    def __init__(self, why: str) -> None:
        super().__init__("the archive", why)


def is_archive(begin: bytes) -> bool:
    """Return whether some first bytes begin an archive.

    >>> is_archive(b"PK\\x03\\x04..."), is_archive(b"<?xml")
    (True, False)
    """
    return begin.startswith((*_ZIP, _GZIP))


def members(stream: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    """Yield the files of an archive that can be sought in."""
    with _refusing():
        begin = stream.read(4)
        stream.seek(0)
        if begin.startswith(_GZIP):
            yield from _gzipped(stream)
            return
        with zipfile.ZipFile(stream) as archive:
            yield from _zipped(archive)


def checked(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the files of a zip once nothing is wrong with what it says of them."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    names = [entry.orig_filename for entry in archive.infolist()]
    if len(names) > MEMBERS_MAX:
        raise ArchiveRefused(f"it holds {len(names)} files; {MEMBERS_MAX} are the most")
    if len(set(names)) != len(names):
        raise ArchiveRefused("two files of one name stand in it")
    for entry in archive.infolist():
        _check(entry)
    if not entries:
        raise ArchiveRefused("no file is in it")
    return entries


def limit(entry: zipfile.ZipInfo) -> int:
    """Return how much a file may come to."""
    return max(SMALL, entry.compress_size * RATIO_MAX)


# ── zip ──────────────────────────────────────────────────────────────────────
def _zipped(archive: zipfile.ZipFile) -> Iterator[tuple[str, BinaryIO]]:
    left = UNPACKED_MAX
    for entry in checked(archive):
        with archive.open(entry) as raw:
            bounded = _Bounded(raw, min(limit(entry), left), entry.filename)
            yield entry.filename, io.BufferedReader(bounded)
            left -= bounded.taken


def _check(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if _LEAVES.search(name):
        raise ArchiveRefused(f"the name {name[:80]!r} leaves its folder")
    if _NESTED.search(name):
        raise ArchiveRefused(f"{name[:80]!r} is an archive in the archive")
    if entry.flag_bits & 0x1:
        raise ArchiveRefused(f"{name[:80]!r} is encrypted")
    if entry.file_size > limit(entry):
        raise ArchiveRefused(f"{name[:80]!r} would unpack to {entry.file_size} bytes, from {entry.compress_size}")


# ── gzip ─────────────────────────────────────────────────────────────────────
def _gzipped(stream: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    with gzip.GzipFile(fileobj=stream) as raw:
        yield "", io.BufferedReader(_Bounded(raw, max(SMALL, min(size * RATIO_MAX, UNPACKED_MAX)), "the file"))


# ── bounds ───────────────────────────────────────────────────────────────────
class _Bounded(io.RawIOBase):
    """A stream that is refused where it goes on too far, or is an archive itself."""

    def __init__(self, raw: "IO[bytes] | gzip.GzipFile", most: int, name: str) -> None:
        self.raw, self.most, self.name, self.taken = raw, most, name, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what BufferedReader gives
        with _refusing():
            found = self.raw.read(len(buffer))
        if not self.taken and is_archive(found):
            raise ArchiveRefused(f"{self.name} is an archive in the archive")
        self.taken += len(found)
        if self.taken > self.most:
            raise ArchiveRefused(f"{self.name} unpacks to more than it may ({self.most} bytes)")
        buffer[: len(found)] = found
        return len(found)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except Wrong:
        raise
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        ValueError,
        OSError,
    ) as wrong:
        raise ArchiveRefused(f"it cannot be read: {wrong}") from None
