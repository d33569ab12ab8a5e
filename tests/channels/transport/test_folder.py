"""A watched folder: files appear whole, never over another's; what is still written, hidden or no file is not taken."""

import os
from pathlib import Path

import pytest

from cunguan.channels.transport.base import TransportRefused
from cunguan.channels.transport.folder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "out").mkdir()
    (tmp_path / "in").mkdir()
    return Folder(tmp_path / "out", tmp_path / "in", quiet_seconds=2.0, now=lambda: 1_000.0)


def laid(tmp_path: Path, name: str, content: bytes = b"x", at: float = 990.0) -> Path:
    path = tmp_path / "in" / name
    path.write_bytes(content)
    os.utime(path, (at, at))
    return path


def test_a_file_appears_whole_and_once(tmp_path: Path, folder: Folder) -> None:
    folder.put("a.xml", b"<a/>")
    folder.put("a.xml", b"<a/>")
    with pytest.raises(TransportRefused, match="with other bytes"):
        folder.put("a.xml", b"<b/>")
    assert [(file.name, file.read_bytes()) for file in (tmp_path / "out").iterdir()] == [("a.xml", b"<a/>")]


def test_what_is_quiet_is_listed_and_read(tmp_path: Path, folder: Folder) -> None:
    laid(tmp_path, "b.xml", b"b" * 3_000_000)
    laid(tmp_path, "a.xml")
    laid(tmp_path, "young.xml", at=998.5)
    for name in (".hidden.xml", "c.xml.part", "d.tmp"):
        laid(tmp_path, name)
    (tmp_path / "in" / "folder").mkdir()
    (tmp_path / "in" / "link.xml").symlink_to(tmp_path / "in" / "a.xml")
    assert [one.name for one in folder.listed()] == ["a.xml", "b.xml"]
    assert b"".join(folder.get("b.xml")) == b"b" * 3_000_000


def test_a_file_that_changed_has_another_mark(tmp_path: Path, folder: Folder) -> None:
    laid(tmp_path, "a.xml")
    before = folder.listed()
    laid(tmp_path, "a.xml", b"y", at=991.0)
    assert before != folder.listed()


@pytest.mark.parametrize("name", ["../out/a.xml", "/etc/passwd", "", "..", "a\x00b", "link.xml", "missing.xml"])
def test_nothing_outside_is_read(tmp_path: Path, folder: Folder, name: str) -> None:
    (tmp_path / "in" / "link.xml").symlink_to("/etc/hostname")
    with pytest.raises(Exception, match=r"no name of a file|could not be read"):
        list(folder.get(name))


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(TransportRefused, match="folders of the bank's profile"):
        Folder(tmp_path / "no", tmp_path / "no").listed()
    with pytest.raises(TransportRefused):
        Folder(tmp_path / "no", tmp_path / "no").put("a", b"")
