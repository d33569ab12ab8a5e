"""The log is what the committed rows give, in whatever rounds they are taken in; a restart goes on where it stood."""

import psycopg
import pytest

from cunguan.doors.log import sequencer
from cunguan.doors.log.process import Ground, once
from cunguan.keys.salts import SaltKeys
from cunguan.store.log import checkpoints
from cunguan.store.log.places import places
from cunguan.store.log.rows import openings
from cunguan.transparency.leaf import LeafType
from cunguan.transparency.tiles import Tiles
from cunguan.transparency.tree import check_inclusion, inclusion, leaf_hash
from tests.doors.log.books import SOME, commit
from tests.doors.log.reading import entries, opened, published


def test_every_sequence_that_was_done_has_its_leaves_and_no_other_has(books: str, ground: Ground) -> None:
    commit(books, 1, *SOME)
    commit(books, 4, "i", "r")
    once(ground)
    found = entries(ground)
    assert [(entry[1], int.from_bytes(entry[2:10], "big")) for entry in found] == [
        (LeafType.AUTHORITY, 1), (LeafType.JOURNAL, 1), (LeafType.INSTRUCTION, 3), (LeafType.JOURNAL, 4), (LeafType.INSTRUCTION, 1),
    ]  # fmt: skip
    assert found == opened(ground, (1, 4), (4, 2))


def test_several_rounds_append_and_number_the_postings_on(books: str, ground: Ground) -> None:
    head = 0
    for _ in range(3):
        head = commit(books, 1, *SOME)
        once(ground)
    assert entries(ground) == opened(ground, (1, head))
    with psycopg.connect(ground.url) as connection:
        assert connection.execute("SELECT account, number FROM log_account ORDER BY account").fetchall() == [
            (-3, 3), (5, 6), (7, 9),
        ]  # fmt: skip


def test_small_batches_give_the_same_leaves_of_a_lane_as_large_ones(
    books: str, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = commit(books, 1, *SOME * 4)
    monkeypatch.setattr(sequencer, "SEQUENCES", 3)
    once(ground)
    assert entries(ground) == opened(ground, (1, head))
    with psycopg.connect(ground.url) as connection:
        sizes = [row[0] for row in connection.execute("SELECT size FROM log_checkpoint ORDER BY size")]
        notes = connection.execute("SELECT count(note) FROM log_checkpoint").fetchone()
    assert len(sizes) == 6 and notes == (1,)


def test_places_say_where_each_leaf_stands(books: str, ground: Ground) -> None:
    commit(books, 1, *SOME)
    once(ground)
    commit(books, 1, *SOME)
    commit(books, 2, *SOME)
    once(ground)
    folder, said = published(ground)
    tiles, salts, seen = Tiles(said.size, folder.fetch), SaltKeys(ground.home), []
    with psycopg.connect(ground.url) as connection:
        for lane, last in ((1, 8), (2, 4)):
            for seq in range(1, last + 1):
                for place, leaf in zip(
                    places(connection, lane, seq), openings(connection, salts.of, lane, seq), strict=True
                ):
                    assert (place.log, place.type, place.sequence) == (1, leaf.type, seq)
                    proof = inclusion(place.index, said.size, tiles.read)
                    check_inclusion(place.index, said.size, leaf_hash(leaf.entry), proof, said.root)
                    seen.append(place.index)
        assert sorted(seen) == list(range(said.size))
        assert places(connection, 1, 9) == []


def test_nothing_new_is_no_new_checkpoint(books: str, ground: Ground) -> None:
    commit(books, 1, "i")
    once(ground)
    before = published(ground)[0].fetch("checkpoint")
    commit(books, 1, "r")
    once(ground)
    assert published(ground)[0].fetch("checkpoint") == before
    with psycopg.connect(ground.url) as connection:
        newest = checkpoints.newest(connection)
        assert newest is not None and newest.size == 1 and newest.note == before and newest.cosigned_at is None
        assert connection.execute("SELECT head FROM log_lane").fetchall() == [(2,)]


def test_partial_tiles_go_when_the_tile_is_full(books: str, ground: Ground) -> None:
    commit(books, 1, *["i"] * 200)
    once(ground)
    folder = published(ground)[0].path
    assert (folder / "tile/0/000.p/200").exists()
    commit(books, 1, *["i"] * 100)
    once(ground)
    assert (folder / "tile/0/000").exists() and not (folder / "tile/0/000.p").exists()
    assert (folder / "tile/entries/001.p/44").exists() and not (folder / "tile/entries/000.p").exists()
    assert len(entries(ground)) == 300
