"""Roles: the plane writes as a role that can append and no more; the others read."""

from typing import Any

import psycopg
import pytest
from psycopg import sql

from cunguan.kernel.codes import Code
from cunguan.plane.process import Process
from cunguan.store import roles
from tests.plane.harness import LANE, as_role, bid, books_hold, deposit

FORBIDDEN = {
    roles.PLANE: (
        "UPDATE posting SET amount_minor = 1",
        "DELETE FROM posting",
        "TRUNCATE posting",
        "UPDATE journal SET postings = 1",
        "UPDATE instruction SET body = ''",
        "DELETE FROM instruction_key",
        "UPDATE hold SET amount_minor = 1",
        "DELETE FROM hold",
        "UPDATE account SET owner = 'me'",
        "DROP TABLE posting",
        "ALTER TABLE posting DISABLE TRIGGER ALL",
    ),
    roles.WEB: (
        "INSERT INTO posting SELECT * FROM posting LIMIT 1",
        "INSERT INTO mandate SELECT * FROM mandate LIMIT 1",
        "UPDATE balance SET balance = 0",
        "UPDATE lane SET head = 0",
        "DELETE FROM instruction",
    ),
    roles.AUDIT: (
        "INSERT INTO posting SELECT * FROM posting LIMIT 1",
        "INSERT INTO mandate SELECT * FROM mandate LIMIT 1",
        "UPDATE balance SET balance = 0",
        "DELETE FROM posting",
    ),
}  # fmt: skip


def test_the_plane_works_as_a_role_that_can_only_append(books: str) -> None:
    url = as_role(books, roles.PLANE)
    assert roles.are_separated(url) and not roles.are_separated(books)
    with Process(url, owner="test", channels=lambda lane: {}) as process:
        assert process.plane.ask(LANE, bid(1)).code is Code.done
        assert process.plane.ask(LANE, deposit(1)).code is Code.done
        assert process.stopped() == {}
    books_hold(books)


@pytest.mark.parametrize(("role", "forbidden"), [(role, each) for role, these in FORBIDDEN.items() for each in these])
def test_a_role_cannot_do_more_than_its_work(books: str, role: str, forbidden: str) -> None:
    with psycopg.connect(as_role(books, role)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(forbidden.encode())


def test_who_audits_can_read_every_table_but_secrets(books: str) -> None:
    with psycopg.connect(as_role(books, roles.AUDIT)) as connection:
        assert _closed(connection) == {*roles._SECRET, *roles._OF_WEB}
        assert all(_count(connection, name) > 0 for name in ("posting", "instruction", "mandate"))


def test_the_portals_read_the_books_by_the_wall_alone(books: str) -> None:
    with psycopg.connect(as_role(books, roles.WEB)) as connection:
        assert {*roles._SECRET, "posting", "instruction", "mandate", "door_key"} <= _closed(connection)
        assert all(_count(connection, name) == 0 for name in ("posting", "instruction", "mandate"))
        connection.execute("SELECT set_config('cunguan.lanes', '*', true)")
        assert all(_count(connection, name) > 0 for name in ("posting", "instruction", "mandate"))


def _closed(connection: "psycopg.Connection[Any]") -> set[str]:
    """Return the tables that a role may not read."""
    found = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
        "AND NOT has_table_privilege(oid, 'SELECT')"
    )
    return {name for (name,) in found}


def _count(connection: "psycopg.Connection[Any]", name: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
    return row[0] if row is not None else 0
