"""Working files (工作底稿): what a snapshot was built of, in a folder that only the installation reads.

When    a snapshot is taken; a client's proof or an attester's file is made
Shape   <home>/liabilities/<id>/, files 0600: `head` (key, figures, salt), `clients` (one line a client, in the order of the leaves),
        `places` (u64: where each line begins), `tree` (64 bytes a node, level by level, leaves first)
Errors  FilesMissing: the folder is not on this host: no proof can be made of that snapshot any more, or here
Source  ADR 0042; transparency/liabilities.py
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from cunguan.transparency import liabilities
from cunguan.transparency.liabilities import NODE_BYTES, Inclusion, Owed, Tree
from cunguan.transparency.liability_files import owed_line, read, written

_OFFSET: Final = 8


class FilesMissing(LookupError):
    """A snapshot's working files are not here."""


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secrets of a snapshot, and the figures they hide."""

    key: str
    detail: str
    detail_salt: str


class Kept:
    """One snapshot's folder."""

    def __init__(self, home: Path, id: str) -> None:
        self.path = home / "liabilities" / id

    # ── writing ──────────────────────────────────────────────────────────────
    def write(self, head: Head, clients: Iterable[Owed], tree: Tree) -> None:
        """Keep a snapshot, and wait for the disk."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.mkdir(mode=0o700)
        self._put("head", [written(head)])
        offsets = bytearray()
        self._put("clients", _counted(clients, offsets))
        self._put("places", [bytes(offsets)])
        self._put("tree", tree.levels)

    def _put(self, name: str, parts: Iterable[bytes]) -> None:
        with os.fdopen(os.open(self.path / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())

    def drop(self) -> None:
        """Take the files away: the snapshot was not kept."""
        for name in ("head", "clients", "places", "tree"):
            (self.path / name).unlink(missing_ok=True)
        self.path.rmdir()

    # ── reading ──────────────────────────────────────────────────────────────
    def head(self) -> Head:
        """Return the secrets."""
        return read(Head, self._open("head").read())

    def lines(self) -> Iterator[bytes]:
        """Yield the clients' lines."""
        with self._open("clients") as file:
            yield from file

    def inclusion(self, holder: str) -> Inclusion | None:
        """Return a client's proof under the root; None for who was not in the pool."""
        key = bytes.fromhex(self.head().key)
        found = self._find(key, holder)
        if found is None:
            return None
        with self._open("tree") as tree:
            return liabilities.inclusion(key, *found, _beside(tree, found[0], _depth(self.path / "tree")))

    def _find(self, key: bytes, holder: str) -> tuple[int, Owed] | None:
        """Search the lines by halving: they stand in the order of their places."""
        wanted = liabilities.place(key, holder)
        with self._open("clients") as clients, self._open("places") as places:
            low, high = 0, os.fstat(places.fileno()).st_size // _OFFSET
            while low < high:
                middle = (low + high) // 2
                places.seek(middle * _OFFSET)
                clients.seek(int.from_bytes(places.read(_OFFSET), "big"))
                owed = owed_line(clients.readline())
                if owed.holder == holder:
                    return middle, owed
                low, high = (middle + 1, high) if liabilities.place(key, owed.holder) < wanted else (low, middle)
        return None

    def _open(self, name: str) -> BinaryIO:
        try:
            return (self.path / name).open("rb")
        except FileNotFoundError:
            raise FilesMissing(f"{self.path / name} is not here: bring the folder back from its backup") from None


def _counted(clients: Iterable[Owed], offsets: bytearray) -> Iterator[bytes]:
    at = 0
    for owed in clients:
        line = written(owed)
        offsets += at.to_bytes(_OFFSET, "big")
        at += len(line)
        yield line


def _depth(tree: Path) -> int:
    """Return how many levels stand above the leaves: 2 x leaves - 1 nodes."""
    return (tree.stat().st_size // NODE_BYTES + 1).bit_length() - 2


def _beside(tree: BinaryIO, index: int, depth: int) -> Iterator[tuple[bytes, bytes]]:
    starts = [(2 << depth) - (2 << depth - level) for level in range(depth + 1)]

    def node(level: int, at: int) -> bytes:
        tree.seek((starts[level] + at) * NODE_BYTES)
        return tree.read(NODE_BYTES)

    for level, beside, above in liabilities.way(index, depth):
        yield node(level, beside), node(level + 1, above)
