"""A sound log agrees, in one piece, in several, and from where the last run ended; files, keys and old copies that differ are found."""

from pathlib import Path

import msgspec
import pytest

from cunguan.keys.note_keys import Ed25519Signer
from cunguan.prove.log import verify as module
from cunguan.prove.log.lane import Compared
from cunguan.prove.log.rows import leaf_hash
from cunguan.prove.log.tiles import Files, Stack
from cunguan.prove.log.verify import Asked, NoLog, joined, verify
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.note import Note
from tests.operations.lending_case import LANE
from tests.prove.log.conftest import Logged
from tests.prove.log.made import KEY, ORIGIN, SIGNER

SIZE = 281


def test_a_sound_log_agrees(logged: Logged) -> None:
    found, kept = verify(logged.asked())
    assert (found.holds, found.size, found.leaves, found.origin, found.behind) == (True, SIZE, SIZE, ORIGIN, {})
    assert found.is_signature_checked and found.with_books and kept is not None
    assert (kept.size, sorted(kept.lanes)) == (SIZE, [0, 1, 2])


def test_lanes_in_pieces_give_the_same(logged: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = verify(logged.asked())[1]
    monkeypatch.setattr(module, "CUT_LEAVES", 10)
    monkeypatch.setattr(module, "_pool", lambda workers: module._Pool(None))  # in this process
    found, kept = verify(logged.asked(workers=3))
    assert found.holds and found.leaves == SIZE
    assert kept == whole


def test_two_processes_do_it(logged: Logged) -> None:
    assert verify(logged.asked(workers=2))[0].holds


def test_a_piece_that_differs_is_read_again_as_a_whole(logged: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    logged.owner_does(
        f"UPDATE posting SET amount_minor = amount_minor + 1 WHERE lane = {LANE} AND seq = 26 AND line = 0"
    )
    alone = verify(logged.asked())[0].findings
    monkeypatch.setattr(module, "CUT_LEAVES", 10)
    monkeypatch.setattr(module, "_pool", lambda workers: module._Pool(None))
    assert verify(logged.asked(workers=3))[0].findings == alone


def test_pieces_that_do_not_fit_together_are_not_joined() -> None:
    begun = Compared(1, 0, 5, chain={11: (2, b"a" * 32)})
    fits, lies = (
        Compared(1, 5, 9, trusted={11: (2, part)}, chain={11: (3, b"c" * 32)}) for part in (b"a" * 32, b"b" * 32)
    )
    made = joined([begun, fits])
    assert made is not None and (made.after, made.upto, made.chain) == (0, 9, {11: (3, b"c" * 32)})
    assert joined([begun, lies]) is None
    assert joined([Compared(1, 0, 5), fits]) is None


def test_a_run_goes_on_from_the_one_before(logged: Logged) -> None:
    kept = verify(logged.asked())[1]
    found, again = verify(logged.asked(kept=msgspec.msgpack.decode(msgspec.msgpack.encode(kept), type=module.Kept)))
    assert (found.holds, found.began_at, found.leaves) == (True, SIZE, 0)
    assert again == kept


def test_a_run_that_goes_on_does_not_believe_another_beginning(logged: Logged) -> None:
    kept = verify(logged.asked())[1]
    assert kept is not None
    found, _ = verify(logged.asked(kept=msgspec.structs.replace(kept, root=b"r" * 32)))
    assert [one.row for one in found.findings] == [f"the run before, of {SIZE}"]


def test_another_salt_key_is_told_once(logged: Logged) -> None:
    found, _ = verify(msgspec.structs.replace(logged.asked(), salt_keys={0: b"x" * 32}))
    told = [one for one in found.findings if one.lane == LANE]
    assert [one.row for one in told] == [f"lane {LANE}"] and "another salt key" in told[0].what


def test_the_signature_of_another_is_none(logged: Logged) -> None:
    other = KEY.replace(ORIGIN, "cunguan.invalid/other/1")
    found, _ = verify(msgspec.structs.replace(logged.asked(), keys=(other,)))
    assert not found.is_signature_checked
    assert [one.claim for one in found.findings] == ["checkpoint"]
    assert "is no Ed25519 key of a log" in found.findings[0].what


def test_one_of_two_keys_is_enough(logged: Logged) -> None:

    asked = msgspec.structs.replace(logged.asked(), keys=(Ed25519Signer(ORIGIN, b"n" * 32).key.text(), KEY))
    assert verify(asked)[0].is_signature_checked


def test_where_nothing_was_published_there_is_nothing_to_verify(tmp_path: Path) -> None:
    with pytest.raises(NoLog):
        verify(Asked(tmp_path))


# ── files ────────────────────────────────────────────────────────────────────
def test_files_alone_are_hashed_again(logged: Logged) -> None:
    found, kept = verify(Asked(logged.folder, keys=(KEY,)))
    assert (found.holds, found.with_books, kept) == (True, False, None)


#: file, offset -> rows that are named
FILES = {
    "an entry of a bundle": ("tile/entries/000", 44 * 7 + 20, ["log", "log"]),
    "an entry of the last bundle": ("tile/entries/001.p/25", 44 * 3 + 20, ["log", f"checkpoint of {SIZE}"]),
    "a hash of level 0": ("tile/0/000", 32 * 9, ["log"]),
    "a hash of level 0 at the edge": ("tile/0/001.p/25", 32 * 9, ["log"]),
    "a hash of level 1": ("tile/1/000.p/1", 3, ["log"]),
    "the signature": ("checkpoint", -9, ["checkpoint"]),
}


@pytest.mark.parametrize("what", FILES)
def test_a_changed_byte_of_a_file_is_found_without_the_books(logged: Logged, what: str) -> None:
    name, offset, rows = FILES[what]
    _flip(logged.folder / name, offset)
    found, _ = verify(Asked(logged.folder, keys=(KEY,)))
    assert [one.row for one in found.findings][: len(rows)] == rows


def test_a_changed_entry_is_named_by_its_place_and_its_sequence(logged: Logged) -> None:
    _flip(logged.folder / "tile/entries/000", 44 * 30 + 20)
    found = logged.findings()
    assert "entry 30" in found[0].what and found[0].claim == "tiles"
    leaves = [one for one in found if one.claim == "leaves"]
    assert [(one.lane, one.row) for one in leaves] == [(LANE, leaves[0].row)]


@pytest.mark.parametrize("name", ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"])
def test_a_file_that_is_gone_or_cut_is_found(logged: Logged, name: str) -> None:
    file = logged.folder / name
    file.write_bytes(file.read_bytes()[:-1])
    assert any(name in one.what for one in verify(Asked(logged.folder))[0].findings)
    file.unlink()
    assert any("it is not there" in one.what for one in verify(Asked(logged.folder))[0].findings)


def test_a_partial_tile_that_was_cleared_is_read_from_the_whole_one(logged: Logged) -> None:
    bundle, tile = logged.folder / "tile/entries/001.p/25", logged.folder / "tile/0/001.p/25"
    for cut, whole, width in (
        (bundle, logged.folder / "tile/entries/001", 44),
        (tile, logged.folder / "tile/0/001", 32),
    ):
        whole.write_bytes(cut.read_bytes() + (b"\0\x2a" + bytes(42) if width == 44 else bytes(32)) * (256 - 25))
        cut.unlink()
    assert verify(Asked(logged.folder, keys=(KEY,)))[0].holds


def _flip(file: Path, offset: int) -> None:
    content = bytearray(file.read_bytes())
    content[offset] ^= 1
    file.write_bytes(bytes(content))


# ── rolled back ──────────────────────────────────────────────────────────────
def test_a_checkpoint_that_was_put_back_is_found(logged: Logged) -> None:
    """An older size, well signed: its roots are stored, but a larger one was published."""

    kept = verify(logged.asked())[1]
    stack = Stack()
    for entry in Files(logged.folder, SIZE).entries(0)[:23]:
        stack.push(1, leaf_hash(entry))
    text = Checkpoint(ORIGIN, 23, stack.root()).text()
    (logged.folder / "checkpoint").write_bytes(Note(text, (SIGNER.sign(text),)).write())
    found = logged.findings()
    assert [(one.row, one.expected, one.found) for one in found if one.claim == "checkpoint"] == [
        ("checkpoint", str(SIZE), "23")
    ]
    again, _ = verify(logged.asked(kept=kept))
    assert "an earlier run has verified a larger log" in again.findings[0].what


def test_books_of_a_backup_are_older_than_the_log(logged: Logged) -> None:
    """What a copy restored from yesterday lacks: the last rows, the last chunks, the last sizes."""
    after = f"lane = {LANE} AND seq > 23"
    logged.owner_does(
        *(f"DELETE FROM {table} WHERE {after}" for table in ("instruction", "journal", "posting", "authority")),
        f"DELETE FROM batch WHERE lane = {LANE} AND first_seq > 23",
        f"UPDATE lane SET head = 23 WHERE lane = {LANE}",
        "DELETE FROM log_chunk WHERE first_index >= 92",
        "DELETE FROM log_checkpoint WHERE size > 92",
    )
    told = {(one.claim, one.row): one.what for one in logged.findings()}
    assert "restored from a backup" in told["checkpoint", "log_checkpoint"]
    assert "restored from a backup" in told["heads", f"log_lane {LANE}"]
    assert "the chunks do not end where the checkpoint does" in [
        what for (claim, _), what in told.items() if claim == "chunks"
    ]


def test_books_that_know_of_no_such_log_are_others(logged: Logged) -> None:
    logged.owner_does("UPDATE log_origin SET origin = 'cunguan.invalid/other/1'")
    assert ("checkpoint", "log_origin") in [(one.claim, one.row) for one in logged.findings()]


def test_what_the_log_has_not_taken_in_yet_is_counted(logged: Logged) -> None:
    logged.owner_does(f"UPDATE lane SET head = 119 WHERE lane = {LANE}")
    found, _ = verify(logged.asked())
    assert found.holds and found.behind == {LANE: 4}
