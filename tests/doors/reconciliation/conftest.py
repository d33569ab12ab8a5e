"""Books with a case in them, made once a session and copied, and a connection of the door's role to them."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from cunguan.desks.ledger.migrate import migrate
from cunguan.store import roles
from tests.conftest import copied
from tests.prove.case import book, lanes, write


def _made(url: str) -> None:
    migrate(url)
    roles.create(url)
    lanes(url)
    write(url, book())


@pytest.fixture
def books(wheel_copy: str) -> str:
    """The owner's URL of books that hold the case of the proof."""
    copied(wheel_copy, "reconciled_case", _made)
    return wheel_copy


@pytest.fixture
def door(books: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection that may do what the door may."""
    with psycopg.connect(make_conninfo(books, user=roles.DOOR), autocommit=True) as connection:
        yield connection
