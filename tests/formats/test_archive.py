"""Archives: what is in them, or why they are refused."""

import gzip
import io
import zipfile
from itertools import count
from pathlib import Path

import pytest

from cunguan.formats.archive import MEMBERS_MAX, ArchiveRefused, is_archive, members

HOSTILE = Path(__file__).parents[3] / "shared/data/09-hostile-input/archives"


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def read(raw: bytes) -> list[tuple[str, bytes]]:
    return [(name, stream.read()) for name, stream in members(io.BytesIO(raw))]


def test_yields_each_file() -> None:
    assert read(zipped(("a.xml", b"<a/>"), ("in/b.xml", b"<b/>"))) == [("a.xml", b"<a/>"), ("in/b.xml", b"<b/>")]
    assert read(gzip.compress(b"<a/>")) == [("", b"<a/>")]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (zipped(("../a.xml", b"x")), "leaves its folder"),
        (zipped(("in/../../a.xml", b"x")), "leaves its folder"),
        (zipped(("/etc/a.xml", b"x")), "leaves its folder"),
        (zipped(("C:a.xml", b"x")), "leaves its folder"),
        (zipped(("..\\a.xml", b"x")), "leaves its folder"),
        (zipped(("a.zip", b"x")), "an archive in the archive"),
        (zipped(("a.xml", zipped(("b", b"x")))), "an archive in the archive"),
        (zipped(("a.xml", b"\0" * 3_000_000)), "would unpack to"),
        (gzip.compress(b"\0" * 3_000_000), "unpacks to more than it may"),
        (gzip.compress(gzip.compress(b"x")), "an archive in the archive"),
        (zipped(*((f"{number}", b"") for number in range(MEMBERS_MAX + 1))), "are the most"),
        (zipped(("a.xml", b"x" * 100))[:-40], "cannot be read"),
        (gzip.compress(b"x" * 100)[:-10], "cannot be read"),
        (b"PK\x03\x04" + b"x" * 100, "cannot be read"),
        (b"", "cannot be read"),
        (zipped(), "no file is in it"),
        (zipped(("folder/", b"")), "no file is in it"),
    ],
    ids=count(1),  # an archive has the time in it: its bytes are another name in every process
)
def test_refuses(raw: bytes, why: str) -> None:
    with pytest.raises(ArchiveRefused, match=why):
        read(raw)


def test_refuses_a_size_that_is_only_claimed() -> None:
    raw = bytearray(zipped(("a.xml", b"\0" * 3_000_000)))
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = raw.rfind(mark) + place
        raw[at : at + 4] = (1000).to_bytes(4, "little")
    with pytest.raises(ArchiveRefused):
        read(bytes(raw))


def test_refuses_two_files_of_one_name() -> None:
    raw = zipped(("a.xml", b"x"), ("b.xml", b"y")).replace(b"b.xml", b"a.xml")
    with pytest.raises(ArchiveRefused, match="one name"):
        read(raw)


def test_refuses_the_hostile_archives() -> None:
    if not HOSTILE.is_dir():
        pytest.skip("the hostile files are not here: ../shared/data/09-hostile-input")
    for path in HOSTILE.glob("*.zip"):
        assert is_archive(path.read_bytes())
        with pytest.raises(ArchiveRefused):
            read(path.read_bytes())
