"""Tiles (分块文件的复核): read the log's files and hash every entry again, up to the root.

When    `cunguan log verify`, with the books or without them; by anybody who has the files
Shape   a tile has 256 hashes of 32 bytes, a bundle 256 entries each after its length in two bytes; the last of a level may be
        cut, and says so in its path; who asks for a cut one may be given the whole one
Returns the hash of every full bundle's 256 leaves, from which everything above is computed; nothing that a tile says is believed
Errors  none: a file that is missing or of another length is a finding
Source  C2SP tlog-tiles; RFC 6962, 2.1; written a second time (ADR 0041)
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from cunguan.prove.findings import Finding

WIDTH: Final = 256
HASH: Final = 32
#: bundles that are hashed by one process at a time: 65,536 entries
STRETCH: Final = 256
CLAIM: Final = "tiles"
NO_LANE: Final = -2


class Gone(LookupError):
    """A file of the log is not there, or is not as long as its place says."""


class Files:
    """The files of a log of one size."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder, self.size = folder, size
        self._bundle: tuple[int, list[bytes]] = (-1, [])

    def width(self, level: int, index: int) -> int:
        """Return how many hashes a tile, or entries a bundle (level 0), has."""
        return max(0, min(WIDTH, (self.size >> 8 * level) - index * WIDTH))

    def hashes(self, level: int, index: int) -> list[bytes]:
        """Return the hashes of a tile as its file says them."""
        width = self.width(level, index)
        content = self._read(str(level), index, width)
        whole = len(content) in (width * HASH, WIDTH * HASH)
        if not whole:
            raise Gone(f"{_path(str(level), index, width)}: {len(content)} bytes for {width} hashes")
        return [content[at : at + HASH] for at in range(0, width * HASH, HASH)]

    def entries(self, index: int) -> list[bytes]:
        """Return the entries of a bundle; the last one that was asked for is kept."""
        if self._bundle[0] != index:
            self._bundle = index, self._entries(index)
        return self._bundle[1]

    def _entries(self, index: int) -> list[bytes]:
        width = self.width(0, index)
        content = self._read("entries", index, width)
        found: list[bytes] = []
        at, end = 0, len(content)
        while at + 2 <= end:
            length = content[at] << 8 | content[at + 1]
            found.append(content[at + 2 : at + 2 + length])
            at += 2 + length
        if at != end or len(found) not in (width, WIDTH):
            raise Gone(f"{_path('entries', index, width)}: not {width} entries")
        return found[:width]

    def _read(self, kind: str, index: int, width: int) -> bytes:
        for asked in (width, WIDTH):
            try:
                return (self.folder / _path(kind, index, asked)).read_bytes()
            except OSError:
                continue
        raise Gone(f"{_path(kind, index, width)}: it is not there")


def _path(kind: str, index: int, width: int) -> str:
    name = f"{index % 1000:03d}"
    while index := index // 1000:
        name = f"x{index % 1000:03d}/{name}"
    return f"tile/{kind}/{name}" + (f".p/{width}" if width < WIDTH else "")


def above(hashes: Sequence[bytes]) -> list[bytes]:
    """Return the parents of an even number of hashes."""
    pairs = iter(hashes)
    return [sha256(b"\1" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]


class Stack:
    """The perfect trees of which a tree is made, largest first: (leaves, hash)."""

    def __init__(self, trees: Sequence[tuple[int, bytes]] = ()) -> None:
        self.trees = list(trees)

    def push(self, leaves: int, hashed: bytes) -> None:
        """Append a perfect tree that is not larger than the last."""
        while self.trees and self.trees[-1][0] == leaves:
            hashed = sha256(b"\1" + self.trees.pop()[1] + hashed).digest()
            leaves *= 2
        self.trees.append((leaves, hashed))

    def root(self) -> bytes:
        """Return the root."""
        if not self.trees:
            return sha256(b"").digest()
        found = self.trees[-1][1]
        for _, left in reversed(self.trees[:-1]):
            found = sha256(b"\1" + left + found).digest()
        return found

    @property
    def size(self) -> int:
        """How many leaves it has."""
        return sum(leaves for leaves, _ in self.trees)


def stretch(folder: Path, size: int, first: int, last: int) -> tuple[list[bytes], list[Finding]]:
    """Hash the bundles [first, last) again and compare with the tiles of level 0; return the full ones' hashes."""
    files, full, findings = Files(folder, size), [], []
    for index in range(first, last):
        try:
            entries = files.entries(index)
        except Gone as gone:
            findings.append(_finding(str(gone)))
            full.append(b"")
            continue
        hashes = [sha256(b"\0" + entry).digest() for entry in entries]
        findings += _differing(files, 0, index, hashes)
        if len(hashes) == WIDTH:
            while len(hashes) > 1:
                hashes = above(hashes)
            full += hashes
    return full, findings


def higher(folder: Path, size: int, full: list[bytes]) -> Iterator[Finding]:
    """Compare every tile above level 0 with what the bundles' hashes give."""
    files, level, hashes = Files(folder, size), 1, full
    while hashes:
        for index in range(0, len(hashes), WIDTH):
            yield from _differing(files, level, index // WIDTH, hashes[index : index + WIDTH])
        hashes = [_top(hashes[at : at + WIDTH]) for at in range(0, len(hashes) - WIDTH + 1, WIDTH)]
        level += 1


def _top(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = above(hashes)
    return hashes[0]


def _differing(files: Files, level: int, index: int, hashes: list[bytes]) -> Iterator[Finding]:
    where = _path(str(level), index, len(hashes))
    try:
        told = files.hashes(level, index)
    except Gone as gone:
        yield _finding(str(gone))
        return
    for number, (own, other) in enumerate(zip(hashes, told, strict=True)):
        if own != other and own:
            what = f"{where} hash {number}: changed, or what it is the hash of ({_below(level, index, number)})"
            yield _finding(what, own.hex(), other.hex())


def _below(level: int, index: int, number: int) -> str:
    span = WIDTH**level
    first = (index * WIDTH + number) * span
    return f"entry {first}" if span == 1 else f"entries {first} to {first + span - 1}"


def _finding(what: str, expected: str = "", found: str = "") -> Finding:
    return Finding(CLAIM, NO_LANE, None, "log", what, expected, found)
