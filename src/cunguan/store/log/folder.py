"""Log folder (留痕目录): a log as files: `checkpoint`, and tiles that never change.

When    the sequencer writes, a door serves it, a proof or an audit reads
Shape   a name is a path below the folder, "checkpoint", "tile/0/x001/234.p/7"; written whole or not at all
Errors  FileNotFoundError: it is not there · NameWrong (a FileNotFoundError): it is no name of a log's file
Source  C2SP tlog-tiles
"""

import ctypes
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cunguan.transparency import note
from cunguan.transparency.note import Note
from cunguan.transparency.tiles import WIDTH

CHECKPOINT: Final = "checkpoint"
_NAME: Final = re.compile(
    r"checkpoint|anchors/[0-9]{1,19}\.[0-9a-f]{8}\.(?:tsr|note)|"
    r"tile/(?:entries|[0-9]|[1-5][0-9]|6[0-3])/(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


class NameWrong(FileNotFoundError):
    """No file of a log is called so."""


def folder_of(home: Path, environ: Mapping[str, str], log: int) -> "Folder":
    """Return the folder of a log: by its number, below CUNGUAN_LOG_DIR or `log` in the home."""
    return Folder(Path(environ.get("CUNGUAN_LOG_DIR") or home / "log") / str(log))


class Folder:
    """The files of one log."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def place(self, name: str) -> Path:
        """Return where a file lies, or would."""
        found = _NAME.fullmatch(name)
        if found is None or int(found["width"] or 1) >= WIDTH:
            raise NameWrong(f"{name!r} is no file of a log")
        return self.path / name

    def fetch(self, name: str) -> bytes:
        """Return a file."""
        return self.place(name).read_bytes()

    def put(self, name: str, content: bytes) -> None:
        """Write a file whole, over what was there; nothing waits for the disk: see `settle`."""
        place = self.place(name)
        draft = place.with_name(f"{place.name}.draft")
        try:
            draft.write_bytes(content)
        except FileNotFoundError:
            place.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(content)
        draft.replace(place)

    def settle(self) -> None:
        """Wait until everything that was put is on the disk, in one call however many files it is."""
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            _sync(descriptor)
        finally:
            os.close(descriptor)

    def checkpoint(self) -> Note | None:
        """Return the newest published checkpoint, None where nothing was published."""
        try:
            return note.parse(self.fetch(CHECKPOINT))
        except FileNotFoundError:
            return None

    def publish(self, checkpoint: Note) -> None:
        """Put the checkpoint in its place, and never half of it, whatever happens to the machine."""
        draft = self.path / f"{CHECKPOINT}.draft"
        with draft.open("wb") as file:
            file.write(checkpoint.write())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path / CHECKPOINT)

    def clear(self, name: str) -> None:
        """Take away what was there of a tile before it was full."""
        shutil.rmtree(self.path / f"{name}.p", ignore_errors=True)


def _sync(descriptor: int) -> None:
    """Wait for the disk that a folder lies on; where the system cannot name one, for all of them."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if call is None:
        os.sync()
    elif call(descriptor):
        raise OSError(ctypes.get_errno(), "the log's files may not be on the disk: syncfs failed")
