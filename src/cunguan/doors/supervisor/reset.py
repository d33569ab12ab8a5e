"""Reset (清空沙箱): wipes the sandbox of a home, so that the next start begins with nothing.

When    `cunguan up --reset`, when a person has said yes
Does    embedded: stops the database and removes what an installation keeps in its home; what else lies there stays
        DATABASE_URL: empties its schema, when everything in it is ours
Errors  NoSandbox: it holds a platform that is no sandbox, or something that is not ours, or a plane writes it now
"""

import re
import shutil
from pathlib import Path
from typing import Any, Final

import psycopg

from cunguan.store.embedded.server import External, Server
from cunguan.store.postgres import applied_schema
from cunguan.store.sqlfiles import statement
from cunguan.store.steps import BY_MIGRATIONS, steps

#: what an installation keeps in its home beside its database
KEPT: Final = (
    "demobank", "logs", "metrics", "up.json", "high-water*", "sandbox-keys", "sealing-key", "sandbox-platform*", "plane*.sock",
    "log", "log-high-water*", "log-policy", "witnesses", "web-secret", "static-*",
)  # fmt: skip

_FOREIGN: Final = f"""
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND NOT relispartition
      AND relname <> ALL (%s) AND relname !~ '{BY_MIGRATIONS}' ORDER BY relname"""
_CREATE: Final = re.compile(r"CREATE (?:TABLE|VIEW) (\w+) (?:\(|AS)")


class NoSandbox(RuntimeError):
    """It is not ours to wipe; the message says why."""


def check(url: str) -> None:
    """Raise NoSandbox unless everything in a database is a sandbox's."""
    with psycopg.connect(url, autocommit=True) as connection:
        foreign = [name for (name,) in connection.execute(_FOREIGN, (_ours(),))]
        if foreign:
            raise NoSandbox(f"this database holds what is not ours: {', '.join(foreign[:5])}; it is not wiped")
        if not applied_schema(url):
            return
        if others := real_platforms(connection):
            raise NoSandbox(f"this database holds platforms that are no sandbox: {', '.join(others)}; it is not wiped")
        if written := sorted({owner for _, owner in connection.execute(statement("lanes_written"))}):
            raise NoSandbox(f"{', '.join(written)} writes this database now: stop it first")


def real_platforms(connection: "psycopg.Connection[Any]") -> list[str]:
    """Return the platforms that are no sandbox."""
    found = connection.execute("SELECT platform FROM lane_day WHERE lane > 0 AND NOT sandbox ORDER BY lane")
    return [name for (name,) in found]


def _ours() -> list[str]:
    return [match[1] for step in steps() for text in step.statements if (match := _CREATE.match(text))]


def wipe(database: Server | External, home: Path) -> None:
    """Remove a sandbox, its database and what is kept beside; NoSandbox when it is none."""
    url = database.start(tied=True)
    check(url)
    if isinstance(database, Server):
        remove(database)
    else:
        empty(url)
    remove_kept(home)


def empty(url: str) -> None:
    """Remove everything in a database that was checked."""
    with psycopg.connect(url) as connection:
        connection.execute("DROP SCHEMA IF EXISTS wall CASCADE")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def remove(server: Server) -> None:
    """Stop an embedded database that was checked, and remove it."""
    server.stop()
    _remove(server.path)
    if (server.home / "postgres").is_symlink():
        (server.home / "postgres").unlink()


def remove_kept(home: Path) -> None:
    """Remove what an installation keeps in its home beside its database."""
    for name in KEPT:
        for path in home.glob(name):
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
