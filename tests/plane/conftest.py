"""Books for the tests of the plane: made once a session, copied for each test."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.conftest import copy_database
from tests.plane.harness import ground


@pytest.fixture(scope="session")
def ground_name(wheel_server_url: str) -> Iterator[str]:
    """The name of the database that tests copy; nobody is connected to it."""
    name = f"ground_{uuid.uuid4().hex}"
    with psycopg.connect(wheel_server_url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    ground(make_conninfo(wheel_server_url, dbname=name))
    yield name
    with psycopg.connect(wheel_server_url, autocommit=True) as owner:
        owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def books(wheel_server_url: str, ground_name: str) -> Iterator[str]:
    """The owner's URL of a fresh copy of the ground."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(wheel_server_url, autocommit=True) as owner:
        copy_database(owner, name, ground_name)
    yield make_conninfo(wheel_server_url, dbname=name)
    with psycopg.connect(wheel_server_url, autocommit=True) as owner:
        owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
