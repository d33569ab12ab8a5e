"""A log's folder has the names of its standard and no others; a file is there whole or not at all."""

from pathlib import Path

import pytest

from cunguan.store.log.folder import Folder, NameWrong, folder_of
from cunguan.transparency.note import Note, Signature

GOOD = ("tile/0/000", "tile/0/x001/234", "tile/63/000.p/1", "tile/entries/x001/x234/067.p/255", "checkpoint")
BAD = ("", "tile/0/00", "tile/64/000", "tile/00/000", "tile/0/000.p/256", "tile/0/000.p/0", "tile/0/000.p/01", "tile/0/001/234",
       "tile/0/../../checkpoint", "../checkpoint", "/checkpoint", "checkpoint\n", "tile/0/０００", ".lock", "tile/0/000.draft")  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_the_standard_names_is_put_and_fetched(name: str, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "log")
    with pytest.raises(FileNotFoundError):
        folder.fetch(name)
    folder.put(name, b"one")
    folder.put(name, b"two")
    assert folder.fetch(name) == b"two"
    assert [path for path in folder.path.rglob("*") if path.is_file()] == [folder.path / name]


@pytest.mark.parametrize("name", BAD, ids=range(len(BAD)))
def test_another_name_is_no_file(name: str, tmp_path: Path) -> None:
    for act in (Folder(tmp_path).fetch, lambda name: Folder(tmp_path).put(name, b"")):
        with pytest.raises(NameWrong):
            act(name)
    assert not list(tmp_path.iterdir())


def test_a_checkpoint_is_read_as_it_was_published(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"CUNGUAN_LOG_DIR": str(tmp_path / "logs")}, 2)
    folder.path.mkdir(parents=True)
    assert folder.path == tmp_path / "logs" / "2" and folder.checkpoint() is None
    note = Note("o\n1\nx\n", (Signature("o", b"abcd", b"e"),))
    folder.publish(note)
    assert folder.checkpoint() == note


def test_what_was_there_before_a_tile_was_full_is_cleared(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for name in ("tile/0/000.p/7", "tile/0/000.p/9", "tile/0/000"):
        folder.put(name, b"x")
    folder.clear("tile/0/000")
    folder.settle()
    assert not (tmp_path / "tile/0/000.p").exists() and folder.fetch("tile/0/000") == b"x"
