"""Checkpoint (检查点): how large a log is and what its root is, signed by whoever keeps it.

When    the sequencer has appended; a witness cosigns; a receipt is checked
Shape   three lines: origin, size in decimal, root in base64; no further lines
Units   a size is at most 2**63 - 1
Errors  NoteWrong: not a checkpoint, another log's, or not signed by the log
Source  C2SP tlog-checkpoint; ADR 0036
"""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from cunguan.transparency.note import Check, Key, Note, NoteWrong, coded, decoded, require
from cunguan.transparency.tree import HASH_BYTES

MAX_SIZE: Final = (1 << 63) - 1
_NUMBER: Final = re.compile(r"(0|[1-9][0-9]{0,18})\Z", re.ASCII)


class Checkpoint(msgspec.Struct, frozen=True):
    """A log at one size."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return what is signed."""
        return f"{self.origin}\n{self.size}\n{coded(self.root)}\n"


def read(text: str) -> Checkpoint:
    """Read the text of a checkpoint; further lines are refused, since nobody here knows what they would bind."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise NoteWrong("a checkpoint has three lines: origin, size, root")
    origin, size, root = lines[0], number(lines[1]), decoded(lines[2])
    if not origin or size is None or len(root) != HASH_BYTES:
        raise NoteWrong("a checkpoint has three lines: origin, size in decimal, root of 32 bytes in base64")
    return Checkpoint(origin, size, root)


def number(text: str) -> int | None:
    """Return a size or an index in decimal; None where it is none, as with a sign, a leading zero, or 2**63 and more."""
    found = int(text) if _NUMBER.match(text) else -1
    return found if 0 <= found <= MAX_SIZE else None


def signed_by(note: Note, key: Key, check: Check) -> Checkpoint:
    """Return the checkpoint of a note that this log has signed."""
    checkpoint = read(note.text)
    if checkpoint.origin != key.name:
        raise NoteWrong(f"it is the log {checkpoint.origin!r}, not {key.name!r}")
    require(note, key, check)
    return checkpoint


def signed_by_one(note: Note, keys: Sequence[Key], check: Check) -> Checkpoint:
    """Return the checkpoint of a note that this log has signed with one of its keys: while one is replaced there are two."""
    said = [
        signed_by(note, key, check) for key in keys if note.of(key)
    ]  # all of them: a false signature of a known key counts
    return said[0] if said else signed_by(note, keys[0], check)
