"""A small database whose rows the log takes in, and a home for its files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from cunguan.desks.ledger.migrate import migrate
from cunguan.doors.log.process import Ground
from cunguan.store import roles
from tests.conftest import copied


def _make(url: str) -> None:
    migrate(url)
    roles.create(url)


@pytest.fixture
def books(wheel_copy: str) -> str:
    """The owner's URL of a database with this code's schema and roles, and nothing in it."""
    copied(wheel_copy, "logged", _make)
    return wheel_copy


@pytest.fixture
def ground(books: str, home: Path) -> Iterator[Ground]:
    """Where the log of these books is kept, by the sequencer's own role."""
    yield Ground(make_conninfo(books, user=roles.LOG), home, {})


@pytest.fixture(autouse=True)
def nothing_waits_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a killed process has written is in the system's memory all the same, as in the tests' servers."""
    monkeypatch.setattr("cunguan.store.log.folder._sync", lambda descriptor: None)
