"""Log's mark (留痕高水位): how large a log was when it was last signed, kept beside the database and beside the log's files.

When    read before the sequencer signs anything, written before each checkpoint is published
Shape   JSON in a file of the home for each database: log, size, root as hex; it may lag behind, never the other way round
Source  design/lanes.md rule 20; plane/highwater.py
"""

import os
from pathlib import Path

import msgspec


class Mark(msgspec.Struct, frozen=True):
    """A log at the last size that was signed here."""

    log: int
    size: int
    root: str


class Marks:
    """The mark of one installation."""

    def __init__(self, home: Path, installation: str) -> None:
        self.path = home / f"log-high-water-{installation}.json"

    def read(self) -> Mark | None:
        """Return the mark, None where nothing was signed yet."""
        return msgspec.json.decode(self.path.read_bytes(), type=Mark) if self.path.exists() else None

    def write(self, mark: Mark) -> None:
        """Write the mark, whole or not at all."""
        draft = self.path.with_suffix(".draft")
        with draft.open("wb") as file:
            file.write(msgspec.json.encode(mark))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)
