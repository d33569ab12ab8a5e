"""Folder (监视文件夹): a folder files are put into and one they are taken from: a gateway's, a share's, the demo bank's.

Shape   a file of ours appears whole, under its name, or not at all; one of the bank's is listed when it has been quiet for a while,
        for not everybody writes so. Links and folders are not followed; nothing is taken away
Errors  TransportRefused: another file of this name is there, or the folder may not be used · TransportFailed: the disk
Source  POSIX rename and link: whole or not at all
"""

import contextlib
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from cunguan.channels.transport.base import PIECE_BYTES, Listed, TransportFailed, TransportRefused, is_plain, plain

QUIET_SECONDS: Final = 2.0


class Folder:
    """Two folders of this machine."""

    def __init__(
        self, out: Path, into: Path, quiet_seconds: float = QUIET_SECONDS, now: Callable[[], float] = time.time
    ) -> None:
        self._out, self._into, self._quiet_seconds, self._now = out, into, quiet_seconds, now

    def put(self, name: str, content: bytes) -> None:
        """Hand a file over, whole."""
        target = self._out / plain(name)
        draft = self._out / f".{secrets.token_hex(8)}.part"
        with _said(f"{target} could not be written"):
            try:
                _write(draft, content)
                os.link(draft, target)  # whole, and never over another's
            except FileExistsError:
                self._is_same(target, content)
            finally:
                draft.unlink(missing_ok=True)
            _sync(self._out)

    def listed(self, after: str = "") -> Sequence[Listed]:
        """Return the files that are quiet, by name; a folder keeps no order to go on in."""
        with _said(f"{self._into} could not be read"), os.scandir(self._into) as entries:
            found = [(entry.name, entry.stat(follow_symlinks=False)) for entry in entries if is_plain(entry.name)]
        newest = self._now() - self._quiet_seconds
        return sorted(
            (Listed(name, f"{seen.st_size}-{seen.st_mtime_ns}") for name, seen in found
             if stat.S_ISREG(seen.st_mode) and seen.st_mtime <= newest and not name.endswith((".part", ".tmp"))),
            key=lambda one: one.name,
        )  # fmt: skip

    def get(self, name: str) -> Iterator[bytes]:
        """Yield a file's bytes."""
        path = self._into / plain(name)
        with _said(f"{path} could not be read"), os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            yield from iter(lambda: file.read(PIECE_BYTES), b"")

    def __enter__(self) -> Self:
        """Open it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let it go."""

    def _is_same(self, target: Path, content: bytes) -> None:
        if target.read_bytes() != content:
            raise TransportRefused(f"{target} is there with other bytes: see who writes to this folder")


@contextlib.contextmanager
def _said(what: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        raise TransportRefused(f"{what}: {error.strerror}; see the folders of the bank's profile") from error
    except OSError as error:
        raise TransportFailed(f"{what}: {error.strerror}") from error


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o640), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
