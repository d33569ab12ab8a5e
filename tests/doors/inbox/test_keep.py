"""Kept bytes: whole, sealed, by the role of the doors; the same ones twice are one file."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import psycopg
import pytest

from cunguan.doors.inbox.keep import PART_BYTES, KeptWrong, content, keep, mark
from cunguan.keys.sealed import SealBroken, Sealer
from cunguan.store import roles
from tests.conftest import fresh_database, migrated
from tests.plane.harness import as_role

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SEALER = Sealer(b"k" * 32)
LARGE = b"".join(bytes([number % 251]) * 4096 for number in range(PART_BYTES * 2 // 4096)) + b"the rest"


@pytest.fixture(scope="module")
def url(wheel_server_url: str) -> Iterator[str]:
    for made in fresh_database(wheel_server_url):
        migrated(made)
        roles.create(made)
        yield made


@pytest.fixture
def door(url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(as_role(url, roles.DOOR), autocommit=True) as connection:
        yield connection


def kept(door: psycopg.Connection[Any], clear: bytes, channel: str, **other: Any) -> Any:
    return keep(door, SEALER, io.BytesIO(clear), **{"channel": channel, "name": "a.xml", "at": NOON, **other})


@pytest.mark.parametrize(
    "clear", [b"", b"<Document/>", LARGE[:PART_BYTES], LARGE], ids=["empty", "small", "part", "large"]
)
def test_are_read_back_as_they_came(door: psycopg.Connection[Any], clear: bytes) -> None:
    file = kept(door, clear, "read-back")
    assert (file.is_new, file.bytes, file.sha256) == (True, len(clear), sha256(clear).digest())
    assert content(door, SEALER, file.id).read() == clear
    parts = door.execute("SELECT content FROM bank_file_part WHERE file = %s", (file.id,)).fetchall()
    assert len(parts) == -(-len(clear) // PART_BYTES)
    assert not any(b"Document" in part for (part,) in parts)


def test_come_in_pieces_of_any_size(door: psycopg.Connection[Any]) -> None:
    pieces = [LARGE[at : at + 700_001] for at in range(0, len(LARGE), 700_001)]
    file = keep(door, SEALER, iter(pieces), channel="pieces", name="p", at=NOON)
    assert content(door, SEALER, file.id).read(PART_BYTES + 5) == LARGE[: PART_BYTES + 5]


def test_are_one_file_when_they_come_twice(door: psycopg.Connection[Any]) -> None:
    first, again = kept(door, b"x", "twice"), kept(door, b"x", "twice", name="b.xml")
    assert (again.id, again.is_new, again.bytes) == (first.id, False, 1)
    assert door.execute("SELECT name FROM bank_file_again WHERE file = %s", (first.id,)).fetchall() == [("b.xml",)]
    assert door.execute("SELECT count(*) FROM bank_file_part WHERE file = %s", (first.id,)).fetchone() == (1,)
    others = kept(door, b"x", "twice", direction="out"), kept(door, b"x", "another")
    assert all(other.is_new for other in others)


def test_leave_nothing_when_the_bank_breaks_off(door: psycopg.Connection[Any]) -> None:
    def broken() -> Iterator[bytes]:
        yield LARGE
        raise ConnectionResetError

    before = door.execute("SELECT count(*) FROM bank_file_part").fetchone()
    with pytest.raises(ConnectionResetError):
        keep(door, SEALER, broken(), channel="broken", name="b", at=NOON)
    assert door.execute("SELECT count(*) FROM bank_file_part").fetchone() == before
    assert kept(door, LARGE, "broken").is_new


def test_say_so_when_they_are_not_what_was_kept(url: str, door: psycopg.Connection[Any]) -> None:
    lacking, changed, swapped = (kept(door, LARGE, name).id for name in ("lacking", "changed", "swapped"))
    with psycopg.connect(url, autocommit=True) as owner:
        with pytest.raises(psycopg.Error, match="append-only"):
            owner.execute("DELETE FROM bank_file_part WHERE file = %s AND part = 2", (lacking,))
        for table in ("bank_file", "bank_file_part"):  # as a disk might do it: past what the tables forbid
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        owner.execute("DELETE FROM bank_file_part WHERE file = %s AND part = 2", (lacking,))
        owner.execute("UPDATE bank_file SET sha256 = '\\x00' WHERE id = %s", (changed,))
        owner.execute(
            "UPDATE bank_file_part SET content = (SELECT content FROM bank_file_part WHERE file = %s AND part = 1)"
            " WHERE file = %s AND part = 0",
            (swapped, swapped),
        )
    for file, wrong in ((lacking, KeptWrong), (changed, KeptWrong), (swapped, SealBroken), (0, KeptWrong)):
        with pytest.raises(wrong):
            content(door, SEALER, file).read()


def test_are_marked_and_never_changed(door: psycopg.Connection[Any]) -> None:
    file = kept(door, b"m", "marked")
    mark(door, file.id, "flagged", "the sums differ")
    assert door.execute("SELECT state, why FROM bank_file WHERE id = %s", (file.id,)).fetchone() == (
        "flagged",
        "the sums differ",
    )
    for text in ("UPDATE bank_file SET name = ''", "DELETE FROM bank_file_part", "UPDATE bank_file_part SET part = 9"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            door.execute(text.encode())
