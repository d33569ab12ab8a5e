"""Tiles (分块文件): the log as files that never change: 256 hashes a tile, 256 entries a bundle.

When    the sequencer writes what it appended; a proof, a mirror or an audit reads
Shape   a path is relative to the log's folder, "tile/0/x001/234.p/7"; a tile is its hashes one after the other;
        a bundle is its entries, each after its length in two bytes
        Fetch returns the bytes of a path, and raises FileNotFoundError where there are none
        Edge: the right edge of a growing log, less than 256 hashes a level, in memory
Errors  TileWrong: a file is not what the tree's size says
Source  C2SP tlog-tiles
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from cunguan.transparency.tree import HASH_BYTES, leaf_hashes, parents, root

Fetch = Callable[[str], bytes]

WIDTH: Final = 256
#: what an entry's length, two bytes, can say
MAX_ENTRY: Final = 0xFFFF
_HEIGHT: Final = 8
#: tiles that are kept: 8 kB each, with the hashes above them 30 kB
_KEPT: Final = 512


class TileWrong(ValueError):
    """A tile or a bundle has another length than its place in the tree says; the message names its path."""


def path(level: int, index: int, width: int = WIDTH) -> str:
    """Return the path of a tile; one that is not full says its width, and may be forgotten when the full one is there.

    >>> path(0, 1234067), path(1, 0, 7)
    ('tile/0/x001/x234/067', 'tile/1/000.p/7')
    """
    return _path(str(level), index, width)


def bundle_path(index: int, width: int = WIDTH) -> str:
    """Return the path of a bundle of entries.

    >>> bundle_path(5, 3)
    'tile/entries/005.p/3'
    """
    return _path("entries", index, width)


def width_of(level: int, index: int, size: int) -> int:
    """Return how many hashes a tile has in a tree of this size."""
    return max(0, min(WIDTH, (size >> level * _HEIGHT) - index * WIDTH))


def filled(old: int, new: int) -> list[str]:
    """Return the tiles, and the bundle, that were begun at the old size and are full at the new one: their beginnings may go.

    >>> filled(300, 520)
    ['tile/entries/001', 'tile/0/001']
    """
    found, level = [], 0
    while old >> level * _HEIGHT:
        index, width = divmod(old >> level * _HEIGHT, WIDTH)
        if width and width_of(level, index, new) == WIDTH:
            found += [bundle_path(index)] * (level == 0) + [path(level, index)]
        level += 1
    return found


def bundle(entries: Sequence[bytes]) -> bytes:
    """Return the bytes of a bundle."""
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def checked(content: bytes, width: int, where: str) -> bytes:
    """Return a tile, which must have as many hashes as its path says."""
    if len(content) != width * HASH_BYTES:
        raise TileWrong(f"{where}: {len(content)} bytes for {width} hashes")
    return content


def entries_of(content: bytes, width: int, where: str) -> list[bytes]:
    """Return the entries of a bundle, which must be as many as its path says."""
    found: list[bytes] = []
    at = 0
    while at + 2 <= len(content) and len(found) < width:
        end = at + 2 + int.from_bytes(content[at : at + 2], "big")
        found.append(content[at + 2 : end])
        at = end
    if at != len(content) or len(found) != width:
        raise TileWrong(f"{where}: {len(found)} entries and {len(content) - at} bytes more, for {width} entries")
    return found


class Tiles:
    """The tiles of a tree of one size, read by their paths; `read` is what tree.py asks."""

    def __init__(self, size: int, fetch: Fetch) -> None:
        self.size = size
        self._fetch = fetch
        self._kept: dict[tuple[int, int], bytes] = {}

    def read(self, level: int, index: int) -> bytes:
        """Return the hash of the 2**level leaves from index * 2**level on."""
        tile_level, above = divmod(level, _HEIGHT)
        number, first = divmod(index << above, WIDTH)
        levels = _levels(self._content(tile_level, number))
        if above >= len(levels) or first >> above >= len(levels[above]):
            raise TileWrong(f"level {level} of a tree of {self.size} has no hash {index}")
        return levels[above][first >> above]

    def hashes(self, level: int, index: int) -> list[bytes]:
        """Return the hashes of one tile."""
        return _split(self._content(level, index))

    def entries(self, index: int) -> list[bytes]:
        """Return the entries of one bundle."""
        width = width_of(0, index, self.size)
        try:
            return entries_of(self._fetch(bundle_path(index, width)), width, bundle_path(index, width))
        except FileNotFoundError:
            if width == WIDTH:
                raise
        return entries_of(self._fetch(bundle_path(index)), WIDTH, bundle_path(index))[:width]

    def _content(self, level: int, index: int) -> bytes:
        found = self._kept.get((level, index))
        if found is None:
            if len(self._kept) >= _KEPT:
                del self._kept[next(iter(self._kept))]
            found = self._kept[level, index] = self._tile(level, index)
        return found

    def _tile(self, level: int, index: int) -> bytes:
        """Return a tile; of one that is not full, when it is forgotten, from the full one that followed it."""
        width = width_of(level, index, self.size)
        try:
            return checked(self._fetch(path(level, index, width)), width, path(level, index, width))
        except FileNotFoundError:
            if width == WIDTH:
                raise
        return checked(self._fetch(path(level, index)), WIDTH, path(level, index))[: width * HASH_BYTES]


@lru_cache(_KEPT)
def _levels(content: bytes) -> tuple[tuple[bytes, ...], ...]:
    """Return a tile's hashes, and those of each level above them: known by its content, so that the next proof need not hash it again."""
    levels = [_split(content)]
    while len(levels[-1]) > 1:
        levels.append(parents(levels[-1]))
    return tuple(tuple(level) for level in levels)


def _split(content: bytes) -> list[bytes]:
    return [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]


class Edge:
    """The right edge of a log: appends, and says which files that makes."""

    def __init__(self) -> None:
        self.size = 0
        self._levels: list[list[bytes]] = [[]]  # by tile level: the hashes of the tile that is not full
        self._bundle: list[bytes] = []

    @classmethod
    def read(cls, size: int, fetch: Fetch) -> "Edge":
        """Return the edge of a log that has this size already."""
        edge, tiles = cls(), Tiles(size, fetch)
        edge.size = size
        edge._levels = []
        level = 0
        while level == 0 or size >> level * _HEIGHT:
            count = size >> level * _HEIGHT
            edge._levels.append(tiles.hashes(level, count // WIDTH) if count % WIDTH else [])
            level += 1
        edge._bundle = tiles.entries(size // WIDTH) if size % WIDTH else []
        if leaf_hashes(edge._bundle) != edge._levels[0]:
            raise TileWrong(f"{bundle_path(size // WIDTH, size % WIDTH)} does not hash to the tile of its place")
        return edge

    def append(self, entries: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
        """Take entries in; yield the files that became full, lower levels first, and those of the edge, which are not."""
        first, held = self.size // WIDTH, self._bundle + list(entries)
        self.size += len(entries)
        full = len(held) // WIDTH
        for number in range(full):
            yield bundle_path(first + number), bundle(held[number * WIDTH : (number + 1) * WIDTH])
        self._bundle = held[full * WIDTH :]
        yield from self._push(0, leaf_hashes(entries), self.size - len(entries))
        yield from self._edge_files()

    def root(self) -> bytes:
        """Return the root of everything that was appended."""
        return root(self.size, self._read)

    def _push(self, level: int, hashes: list[bytes], before: int) -> Iterator[tuple[str, bytes]]:
        if level == len(self._levels):
            self._levels.append([])
        held, first = self._levels[level] + hashes, before // WIDTH
        full, above = len(held) // WIDTH, []
        for number in range(full):
            tile = held[number * WIDTH : (number + 1) * WIDTH]
            yield path(level, first + number), b"".join(tile)
            while len(tile) > 1:
                tile = parents(tile)
            above += tile
        self._levels[level] = held[full * WIDTH :]
        if above:
            yield from self._push(level + 1, above, first)

    def _edge_files(self) -> Iterator[tuple[str, bytes]]:
        for level, hashes in enumerate(self._levels):
            if hashes:
                yield path(level, (self.size >> level * _HEIGHT) // WIDTH, len(hashes)), b"".join(hashes)
        if self._bundle:
            yield bundle_path(self.size // WIDTH, len(self._bundle)), bundle(self._bundle)

    def _read(self, level: int, index: int) -> bytes:
        tile_level, above = divmod(level, _HEIGHT)
        first = (index << above) % WIDTH
        hashes = self._levels[tile_level][first : first + (1 << above)]
        while len(hashes) > 1:
            hashes = parents(hashes)
        return hashes[0]


def _path(folder: str, index: int, width: int) -> str:
    name = f"{index % 1000:03d}"
    while index := index // 1000:
        name = f"x{index % 1000:03d}/{name}"
    return f"tile/{folder}/{name}" + (f".p/{width}" if width < WIDTH else "")
