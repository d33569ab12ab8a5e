"""Log folder (留痕目录): a log as files: `checkpoint`, and tiles that never change.

When    the sequencer writes, a door serves it, a proof or an audit reads
Shape   a name is a path below the folder, "checkpoint", "tile/0/x001/234.p/7"; written whole or not at all
        the partial tiles below a full one are cleared away: `fetch` cuts them from it
Errors  FileNotFoundError: it is not there · NameWrong (a FileNotFoundError): it is no name of a log's file
Source  C2SP tlog-tiles
"""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cunguan.transparency import note, tiles
from cunguan.transparency.note import Note
from cunguan.transparency.tree import HASH_BYTES

CHECKPOINT: Final = "checkpoint"
_NAME: Final = re.compile(
    r"checkpoint|tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


class NameWrong(FileNotFoundError):
    """No file of a log is called so."""


def folder_of(home: Path, environ: Mapping[str, str], log: int) -> "Folder":
    """Return the folder of a log: below CUNGUAN_LOG_DIR, or `log` in the home, by its number."""
    return Folder(Path(environ.get("CUNGUAN_LOG_DIR") or home / "log") / str(log))


class Folder:
    """The files of one log."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fetch(self, name: str) -> bytes:
        """Return a file."""
        try:
            return self._place(name).read_bytes()
        except FileNotFoundError:
            whole, partial, width = name.partition(".p/")
            if not partial:
                raise
            return _cut(whole, self._place(whole).read_bytes(), int(width))

    def put(self, name: str, content: bytes) -> None:
        """Write a file whole, over what was there; nothing waits for the disk: see `settle`."""
        place = self._place(name)
        draft = place.with_name(f"{place.name}.draft")
        try:
            draft.write_bytes(content)
        except FileNotFoundError:
            place.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(content)
        draft.replace(place)

    def settle(self, names: list[str]) -> None:
        """Wait until files that were put are on the disk, however many they are, in one call where the system has one."""
        _sync(self.path, [self._place(name) for name in names])

    def publish(self, checkpoint: Note) -> None:
        """Put the checkpoint in its place, and wait for the disk."""
        self.put(CHECKPOINT, checkpoint.write())
        self.settle([CHECKPOINT])

    def checkpoint(self) -> Note | None:
        """Return the newest published checkpoint, None where nothing was published."""
        try:
            return note.parse(self.fetch(CHECKPOINT))
        except FileNotFoundError:
            return None

    def clear(self, name: str) -> None:
        """Take away the partial tiles of a tile that is full now."""
        shutil.rmtree(self._place(name).with_name(self._place(name).name + ".p"), ignore_errors=True)

    def _place(self, name: str) -> Path:
        found = _NAME.fullmatch(name)
        if found is None or int(found["width"] or 1) >= tiles.WIDTH:
            raise NameWrong(f"{name!r} is no file of a log")
        return self.path / name


def _cut(name: str, content: bytes, width: int) -> bytes:
    """Return the first hashes of a tile, or the first entries of a bundle."""
    if not name.startswith("tile/entries/"):
        return content[: width * HASH_BYTES]
    return tiles.bundle(tiles.entries_of(content, tiles.WIDTH, name)[:width])


def _sync(folder: Path, places: list[Path]) -> None:
    for place in places:
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
