"""The demo's database (演示数据库): a fresh one each run, on the server of this installation; older ones are dropped.

When    a demo begins; the last one stays, so that it can be looked at
Shape   owner: the URL that owns it; plane: the URL the plane writes with, a role of its own where that is ours to make
Errors  DatabaseError: the server's owner may not make a database; it says what to grant
Source  design/lanes.md rule 18
"""

import contextlib
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import quote

import msgspec
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cunguan.desks.ledger.migrate import migrate
from cunguan.store import roles
from cunguan.store.embedded.errors import DatabaseError
from cunguan.store.embedded.server import Server

PREFIX: Final = "cunguan_demo_"

#: lets one demo at a time make its database and drop the old ones
_LOCK: Final = 7_010_001

_IDLE: Final = """
    SELECT datname FROM pg_database d
    WHERE datname LIKE 'cunguan\\_demo\\_%' AND pg_get_userbyid(datdba) = current_user
      AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname)
    ORDER BY datname"""


class DemoDatabase(msgspec.Struct, frozen=True):
    """A database of one run."""

    name: str
    owner: str
    plane: str
    are_roles_separated: bool
    is_embedded: bool


@contextlib.contextmanager
def fresh(wiring: Any, say: Callable[[str], None]) -> Iterator[DemoDatabase]:
    """Yield a fresh database; stop the server afterwards if this call started it, also when this process dies."""
    server = wiring.database()
    was_up = server.status().is_up()
    if not was_up:
        say("starting PostgreSQL (the first start makes its cluster)")
    url = server.start(tied=True)
    try:
        name, kept_open = _make(url)
        with kept_open:
            yield _prepared(wiring, server, url, name, say)
    finally:
        if not was_up:
            server.stop()


def _make(url: str) -> tuple[str, psycopg.Connection[Any]]:
    """Make a database, and return a connection that shows other demos that it is in use."""
    name = f"{PREFIX}{time.strftime('%Y%m%d_%H%M%S', time.gmtime())}_{secrets.token_hex(2)}"
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        old = [row[0] for row in owner.execute(_IDLE.encode())]
        try:
            owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege as refused:
            user = owner.info.user
            raise DatabaseError(
                f"the demo makes a database of its own, and {user} may not: {str(refused).strip()}\n"
                f'Let a superuser type: ALTER ROLE "{user}" CREATEDB;   (or unset DATABASE_URL to use the embedded one)'
            ) from refused
        connection = psycopg.connect(of(url, name), autocommit=True)
        for other in old:
            with contextlib.suppress(psycopg.errors.ObjectInUse):  # somebody began to look at it just now
                owner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(other)))
    return name, connection


def _prepared(wiring: Any, server: Any, url: str, name: str, say: Callable[[str], None]) -> DemoDatabase:
    owner = of(url, name)
    is_embedded = isinstance(server, Server)
    migrate(owner)
    if is_embedded:
        roles.create(owner)
    plane = of(wiring.plane_url(url), name) if is_embedded else owner
    separated = roles.are_separated(plane)
    if not separated:
        say("roles are not separated: the plane writes as the owner of this database (`cunguan db roles --sql`)")
    return DemoDatabase(name, owner, plane, separated, is_embedded)


def of(url: str, name: str) -> str:
    """Return the same server's URL of another database."""
    return make_conninfo(url, dbname=name)


def how_to_look(database: DemoDatabase, program: str) -> str:
    """Return what to type to look at the books again."""
    if not database.is_embedded:
        return (
            f"The books stay in the database {database.name} until the next demo. With DATABASE_URL naming it:\n"
            f"  {program} prove\n  {program} db psql"
        )
    parts = conninfo_to_dict(database.owner)
    host = quote(str(parts["host"]), safe="/")
    url = f"postgresql://{parts['user']}@/{database.name}?host={host}&port={parts['port']}"
    return (
        "The books stay until the next demo. To look at them:\n"
        f"  {program} db start\n"
        f"  DATABASE_URL='{url}' {program} prove\n"
        f"  DATABASE_URL='{url}' {program} db psql"
    )
