"""Tiles: the names and bytes that others expect, the same whatever the steps in which a log grew."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cunguan.keys.note_keys import check
from cunguan.transparency import checkpoint, note, tiles
from cunguan.transparency.tiles import Edge, Tiles, TileWrong
from cunguan.transparency.tree import check_inclusion, consistency, inclusion, leaf_hashes, of_hashes, root
from tests.transparency import published

ENTRIES = [f"entry {number}".encode() for number in range(70_000)]


class Files(dict[str, bytes]):
    """A log's folder in memory: what is there is never written otherwise."""

    def fetch(self, path: str) -> bytes:
        if path not in self:
            raise FileNotFoundError(path)
        return self[path]

    def put(self, files: Iterator[tuple[str, bytes]]) -> None:
        for path, content in files:
            assert self.setdefault(path, content) == content, path


def grown(entries: Sequence[bytes], steps: Sequence[int]) -> tuple[Edge, Files]:
    """Return a log that took its entries in up to each of these sizes."""
    edge, files = Edge(), Files()
    for size in steps:
        files.put(edge.append(entries[edge.size : size]))
    return edge, files


def lasting(files: Files, size: int) -> dict[str, bytes]:
    """Return the files that a log of this size must have."""
    return {path: content for path, content in files.items() if not is_older(path, size)}


def is_older(path: str, size: int) -> bool:
    return ".p/" in path and path not in edge_paths(size)


def edge_paths(size: int) -> set[str]:
    levels = [(level, size >> 8 * level) for level in range(4) if size >> 8 * level]
    bundles = {tiles.bundle_path(size // 256, size % 256)}
    return {tiles.path(level, count // 256, count % 256) for level, count in levels if count % 256} | bundles


@pytest.fixture(scope="module")
def large() -> tuple[Edge, Files]:
    return grown(ENTRIES, [70_000])


def test_a_log_of_70000_entries_has_the_tiles_that_the_standard_counts(large: tuple[Edge, Files]) -> None:
    names = list(large[1])
    assert sum(name.startswith("tile/0/") for name in names) == 273 + 1
    assert sum(name.startswith("tile/entries/") for name in names) == 273 + 1
    assert [name for name in names if name.startswith(("tile/1/", "tile/2/")) or ".p/" in name] == [
        "tile/1/000", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1", "tile/entries/273.p/112",
    ]  # fmt: skip
    assert all(len(large[1][name]) == 8192 for name in names if ".p/" not in name and "entries" not in name)


def test_every_tile_is_read_back_as_the_tree(large: tuple[Edge, Files]) -> None:
    edge, files = large
    hashes = leaf_hashes(ENTRIES)
    whole, read = of_hashes(hashes), Tiles(70_000, files.fetch).read
    assert edge.root() == root(70_000, whole) == root(70_000, read)
    for index in (0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999):
        assert inclusion(index, 70_000, read) == inclusion(index, 70_000, whole)
        check_inclusion(index, 70_000, hashes[index], inclusion(index, 70_000, read), edge.root())
    assert [consistency(old, 70_000, read) for old in (1, 256, 300, 65_536, 69_999)] == [
        consistency(old, 70_000, whole) for old in (1, 256, 300, 65_536, 69_999)
    ]
    assert Tiles(70_000, files.fetch).entries(273) == ENTRIES[69_888:]


@given(st.lists(st.integers(0, 1400), max_size=8), st.lists(st.booleans(), min_size=9, max_size=9))
@settings(deadline=None, max_examples=30)
def test_any_steps_and_restarts_give_the_same_files(sizes: list[int], restarts: list[bool]) -> None:
    steps = sorted([*sizes, 1400])
    edge, files = Edge(), Files()
    for size, is_restarted in zip(steps, restarts, strict=False):
        if is_restarted:
            edge = Edge.read(edge.size, files.fetch)
        files.put(edge.append(ENTRIES[edge.size : size]))
        assert edge.root() == root(size, of_hashes(leaf_hashes(ENTRIES[:size])))
    assert lasting(files, 1400) == grown(ENTRIES, [1400])[1]


@given(st.integers(1, 1200), st.integers(1, 200), st.integers(0, 30))
@settings(deadline=None, max_examples=20)
def test_what_was_written_before_a_crash_is_written_again(before: int, batch: int, written: int) -> None:
    _, files = grown(ENTRIES, [before])
    torn = Edge.read(before, files.fetch).append(ENTRIES[before : before + batch])
    files.put(file for file, _ in zip(torn, range(written), strict=False))
    files.put(Edge.read(before, files.fetch).append(ENTRIES[before : before + batch]))
    assert lasting(files, before + batch) == lasting(grown(ENTRIES, [before, before + batch])[1], before + batch)


@pytest.mark.parametrize("old", [1, 255, 256, 300, 511])
def test_an_older_tree_is_read_when_its_partial_tiles_are_forgotten(old: int) -> None:
    _, files = grown(ENTRIES, [old, 1024])
    for full in tiles.filled(old, 1024):
        for path in [path for path in files if path.startswith(f"{full}.p/")]:
            del files[path]
    kept = Tiles(old, files.fetch)
    assert root(old, kept.read) == root(old, of_hashes(leaf_hashes(ENTRIES[:old])))
    assert kept.entries((old - 1) // 256) == ENTRIES[(old - 1) // 256 * 256 : old]
    assert Edge.read(old, files.fetch).root() == root(old, kept.read)


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        (0, 1000, []),
        (5, 255, []),
        (5, 256, ["tile/entries/000", "tile/0/000"]),
        (256, 512, []),
        (300, 65_535, ["tile/entries/001", "tile/0/001"]),
        (300, 65_536, ["tile/entries/001", "tile/0/001", "tile/1/000"]),
    ],
)
def test_a_partial_tile_is_forgotten_only_when_the_full_one_is_there(old: int, new: int, names: list[str]) -> None:
    assert tiles.filled(old, new) == names


@pytest.mark.parametrize(
    ("index", "width", "path"),
    [
        (0, 256, "tile/3/000"),
        (0, 1, "tile/3/000.p/1"),
        (999, 256, "tile/3/999"),
        (1000, 255, "tile/3/x001/000.p/255"),
        (1_234_067, 256, "tile/3/x001/x234/067"),
        (1_000_000_000, 256, "tile/3/x001/x000/x000/000"),
    ],
)
def test_a_path_is_that_of_the_standard(index: int, width: int, path: str) -> None:
    assert tiles.path(3, index, width) == path


BUNDLE = tiles.bundle([b"one", b"", b"three"])


@pytest.mark.parametrize(
    ("content", "width"),
    [(BUNDLE, 2), (BUNDLE, 4), (BUNDLE[:-1], 3), (BUNDLE + b"\x00", 3), (b"", 1), (b"\xff\xff" + b"x" * 9, 1)],
)
def test_a_bundle_that_is_cut_or_too_long_is_refused(content: bytes, width: int) -> None:
    assert tiles.entries_of(BUNDLE, 3, "here") == [b"one", b"", b"three"]
    with pytest.raises(TileWrong, match="here"):
        tiles.entries_of(content, width, "here")


@pytest.mark.parametrize("cut", [-1, 1])
def test_a_tile_of_another_length_is_refused(cut: int) -> None:
    _, files = grown(ENTRIES, [300])
    files["tile/0/001.p/44"] = (files["tile/0/001.p/44"] + b"x")[: 44 * 32 + cut]
    with pytest.raises(TileWrong, match=r"tile/0/001\.p/44"):
        Tiles(300, files.fetch).read(0, 256)


def test_a_log_does_not_go_on_from_a_bundle_that_is_not_of_its_tile() -> None:
    _, files = grown(ENTRIES, [300])
    files["tile/entries/001.p/44"] = tiles.bundle([*ENTRIES[256:299], b"another"])
    with pytest.raises(TileWrong, match=r"tile/entries/001\.p/44"):
        Edge.read(300, files.fetch)


def test_no_hash_is_read_beyond_the_tree() -> None:
    _, files = grown(ENTRIES, [300])
    for level, index in ((0, 300), (3, 37), (8, 1)):
        with pytest.raises((TileWrong, FileNotFoundError)):
            Tiles(300, files.fetch).read(level, index)


WORDS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eit",
    "nain",
    "ten",
    "ileven",
    "twelf",
    "threeten",
    "fourten",
    "fivten",
]
LOG = note.Key.parse("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")


def test_makes_the_published_log_byte_for_byte() -> None:
    folder = published.folder("tlog-tiles-log")
    edge, files = grown([word.encode() for word in WORDS], range(1, 16))
    told = {one.name.replace("__", "/"): one.read_bytes() for one in folder.iterdir() if one.name.startswith("tile")}
    assert len(told) == 30
    assert {path: files[path] for path in told} == told
    assert edge.size == 15


@pytest.mark.parametrize("size", range(16))
def test_has_the_published_checkpoints(size: int) -> None:
    folder = published.folder("tlog-tiles-log")
    said = note.parse((folder / ("checkpoint" if size == 15 else f"checkpoint.{size}")).read_bytes())
    edge, _ = grown([word.encode() for word in WORDS], [size])
    assert checkpoint.signed_by(said, LOG, check) == checkpoint.Checkpoint(LOG.name, size, edge.root())
