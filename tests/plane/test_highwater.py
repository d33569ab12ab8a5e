"""High water: a database that is older than its file does not start; one that is not, does."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from cunguan.kernel.codes import Code
from cunguan.plane import highwater
from cunguan.plane.highwater import DatabaseIsBehind, HighWater
from cunguan.plane.process import Process
from tests.conftest import copy_database, migrated
from tests.plane.harness import LANE, bid, books_hold


@pytest.fixture
def copy(books: str, wheel_server_url: str) -> Iterator[str]:
    """A copy of the books as they were at the beginning: what a restore brings back."""
    name = f"copy_{uuid.uuid4().hex}"
    source = str(conninfo_to_dict(books)["dbname"])
    with psycopg.connect(wheel_server_url, autocommit=True) as owner:
        copy_database(owner, name, source)
    yield make_conninfo(wheel_server_url, dbname=name)
    with psycopg.connect(wheel_server_url, autocommit=True) as owner:
        owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def plane(url: str, home: Path) -> Process:
    return Process(url, owner="test", channels=lambda lane: {}, high_water=home)


def bids(url: str, home: Path, *numbers: int) -> None:
    with plane(url, home) as process:
        assert {process.plane.ask(LANE, bid(n)).code for n in numbers} <= {Code.done}


def test_an_older_copy_is_refused_and_nothing_is_written_to_it(books: str, copy: str, tmp_path: Path) -> None:
    bids(books, tmp_path, 1, 2)
    before = highwater.seen(copy)
    mark = before.file(tmp_path)
    with pytest.raises(DatabaseIsBehind) as refused:
        plane(copy, tmp_path).start()
    head = before.heads["1"]
    assert f"lane 1: {head} < {head + 2}" in str(refused.value)
    assert "it is an older copy" in str(refused.value) and str(mark) in str(refused.value)
    assert highwater.seen(copy) == before
    assert msgspec.json.decode(mark.read_bytes(), type=HighWater) == highwater.seen(books)


def test_the_command_says_why_and_ends(books: str, copy: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bids(books, home, 1)
    environ = {"PATH": os.environ["PATH"], "DATABASE_URL": copy, "CUNGUAN_HOME": str(home)}
    assert cli.main(["plane"], Wiring(environ)) == 1
    assert "it is an older copy" in capsys.readouterr().err


def test_a_database_equal_to_its_file_or_ahead_of_it_starts(books: str, tmp_path: Path) -> None:
    bids(books, tmp_path, 1)
    early = highwater.seen(books).file(tmp_path).read_bytes()
    bids(books, tmp_path, 2)  # equal
    highwater.seen(books).file(tmp_path).write_bytes(early)
    bids(books, tmp_path, 3)  # ahead
    books_hold(books)


def test_another_database_has_a_file_of_its_own(books: str, wheel_database: str, tmp_path: Path) -> None:
    migrated(wheel_database)
    bids(books, tmp_path, 1)
    with plane(wheel_database, tmp_path):
        pass
    assert {path.name for path in tmp_path.iterdir()} == {
        highwater.seen(url).file(tmp_path).name for url in (books, wheel_database)
    }
    assert len(list(tmp_path.iterdir())) == 2


def test_an_epoch_declared_above_the_mark_may_start(books: str, copy: str, tmp_path: Path) -> None:
    bids(books, tmp_path, 1)
    with psycopg.connect(copy) as owner:
        owner.execute("INSERT INTO epoch (epoch, reason, heads) VALUES (2, 'declared in a test', '{}')")
    bids(copy, tmp_path)
    with pytest.raises(DatabaseIsBehind, match="epoch 1 < 2"):
        plane(books, tmp_path).start()
