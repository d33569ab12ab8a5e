"""Checkpoint (检查点): how large a log is and what its root is, signed by whoever keeps it.

When    the sequencer has appended; a witness cosigns; a receipt is checked
Shape   three lines: origin, size in decimal, root in base64; no further lines
Errors  NoteWrong: not a checkpoint, another log's, or not signed by the log
Source  C2SP tlog-checkpoint
"""

import base64
import binascii
import re
from typing import Final

import msgspec

from cunguan.transparency.note import Check, Key, Note, NoteWrong, require
from cunguan.transparency.tree import HASH_BYTES

_SIZE: Final = re.compile(r"(0|[1-9][0-9]{0,18})\Z", re.ASCII)


class Checkpoint(msgspec.Struct, frozen=True):
    """A log at one size."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return what is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def read(text: str) -> Checkpoint:
    """Read the text of a checkpoint; further lines are refused, since nobody here knows what they would bind."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise NoteWrong("a checkpoint has three lines: origin, size, root")
    origin, size, coded = lines[:3]
    try:
        root = base64.b64decode(coded, validate=True)
    except (ValueError, binascii.Error):
        root = b""
    if not origin or not _SIZE.match(size) or len(root) != HASH_BYTES:
        raise NoteWrong("a checkpoint has three lines: origin, size in decimal, root of 32 bytes in base64")
    return Checkpoint(origin, int(size), root)


def signed_by(note: Note, key: Key, check: Check) -> Checkpoint:
    """Return the checkpoint of a note that this log has signed."""
    checkpoint = read(note.text)
    if checkpoint.origin != key.name:
        raise NoteWrong(f"it is the log {checkpoint.origin!r}, not {key.name!r}")
    require(note, key, check)
    return checkpoint
