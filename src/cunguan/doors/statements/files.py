"""Files (文件): the files behind a path, those of an archive one by one; each is hashed while it is read, in little memory.

Shape   opened(path): Opened, one after the other: its name, the name in its archive, a stream, and after `finish` bytes and hash
        schemas_of(folder): the schemas that lie in a folder
Errors  OSError: the path; ArchiveRefused: an archive that is not read
"""

import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from cunguan.formats import archive, detect

_CHUNK: Final = 1 << 20

#: told how many bytes are read so far
Progress = Callable[[int], None]


class Opened:
    """A file that is being read."""

    def __init__(self, name: str, member: str, raw: BinaryIO, progress: Progress) -> None:
        self.name, self.member = name, member
        self._hashed = _Hashed(raw, progress)
        self._whole = io.BufferedReader(self._hashed, detect.BEGIN)
        self.stream: io.BufferedReader[Any] = self._whole

    @property
    def begin(self) -> bytes:
        """Return its first bytes, which are read later all the same."""
        return self.stream.peek(detect.BEGIN)[: detect.BEGIN]

    def kept(self, most: int) -> bytes:
        """Return its bytes, at most so many; they are read once more from memory later, and what follows them from the file."""
        raw = self._whole.read(most)
        self.stream = io.BufferedReader(_Rest(raw, self._whole), detect.BEGIN)
        return raw

    def finish(self) -> tuple[int, str]:
        """Read what was left, and return the number of its bytes and their SHA-256."""
        while self._whole.read(_CHUNK):
            pass
        return self._hashed.count, self._hashed.digest.hexdigest()


class _Rest(io.RawIOBase):
    """Bytes, and then what a stream still has."""

    def __init__(self, begun: bytes, rest: BinaryIO) -> None:
        self.begun, self.rest = io.BytesIO(begun), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what BufferedReader gives
        found = self.begun.read(len(buffer)) or self.rest.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


class _Hashed(io.RawIOBase):
    """A stream that counts and hashes what is taken of it."""

    def __init__(self, raw: BinaryIO, progress: Progress) -> None:
        self.raw, self.progress = raw, progress
        self.count, self.digest = 0, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what BufferedReader gives
        found = self.raw.read(len(buffer))
        buffer[: len(found)] = found
        self.digest.update(found)
        self.count += len(found)
        self.progress(self.count)
        return len(found)


def schemas_of(folder: Path) -> Callable[[str], bytes | None]:
    """Return what finds the schema of a message in a folder, however deep: camt.053.001.08.xsd."""
    paths = {path.stem: path for path in folder.rglob("*.xsd")}
    return lambda message: paths[message].read_bytes() if message in paths else None


def opened(path: Path, progress: Progress = lambda count: None) -> Iterator[Opened]:
    """Yield the file, or the files of the archive it is."""
    with path.open("rb") as raw:
        if not archive.is_archive(raw.peek(4)):
            yield Opened(path.name, "", raw, progress)
            return
        for member, stream in archive.members(raw):
            yield Opened(path.name, member or path.stem, stream, progress)
