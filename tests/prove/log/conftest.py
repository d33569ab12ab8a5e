"""A database with the case in it and its log beside it, made once; each test gives back what it changed."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg
import pytest

from cunguan.prove.findings import Finding
from cunguan.prove.log.verify import Asked, verify
from tests.conftest import fresh_database
from tests.prove.case import filled
from tests.prove.log.made import KEY, SALT_KEYS, publish

#: what drills change, and is put back after each
TABLES = (
    "instruction", "journal", "posting", "authority", "batch", "lane", "balance", "log_origin", "log_lane", "log_chunk",
    "log_checkpoint", "log_account", "log_act", "log_act_head",
)  # fmt: skip
#: what an act is about; its triggers stay, but while a drill goes round them
ABOUT = "log_before_pay"


class Logged(msgspec.Struct, frozen=True):
    """Books, and the folder of their log."""

    url: str
    folder: Path

    def asked(self, **others: object) -> Asked:
        """Return what a verification of all of it is asked for."""
        return Asked(self.folder, self.url, (KEY,), SALT_KEYS, **others)  # type: ignore[arg-type]

    def owner_does(self, *statements: str, **values: object) -> None:
        """Change rows as the owner of the database, who has switched the triggers off."""
        with psycopg.connect(self.url) as owner:
            for statement in statements:
                assert owner.execute(statement.encode(), values).rowcount != 0, f"nothing was changed by {statement}"

    def goes_round_the_acts(self, statement: str, table: str = ABOUT) -> None:
        """Change the row that an act is about, with its triggers switched off for a moment."""
        with psycopg.connect(self.url) as owner:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
            assert owner.execute(statement.encode()).rowcount != 0, f"nothing was changed by {statement}"
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())

    def findings(self) -> list[Finding]:
        """Return what a verification of all of it finds; nothing is kept of one that found something."""
        found, kept = verify(self.asked())
        assert found.holds == (not found.findings) and (kept is not None) == found.holds
        return found.findings


@pytest.fixture(scope="session")
def kept(wheel_server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logged]:
    """Books and log that are sound."""
    folder = tmp_path_factory.mktemp("log") / "1"
    for url in fresh_database(wheel_server_url):
        filled(url)
        publish(url, folder)
        with psycopg.connect(url) as owner:
            for table in TABLES:
                owner.execute(f"CREATE TABLE saved_{table} AS TABLE {table}".encode())
                owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        yield Logged(url, folder)


@pytest.fixture
def logged(kept: Logged, tmp_path: Path) -> Iterator[Logged]:
    """The same books for each test, and a copy of the log's files."""
    shutil.copytree(kept.folder, tmp_path / "log")
    yield Logged(kept.url, tmp_path / "log")
    with psycopg.connect(kept.url) as owner:
        for table in (ABOUT, "door_key"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
            owner.execute(f"DELETE FROM {table}".encode())
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())
        for table in TABLES:
            owner.execute(f"DELETE FROM {table}".encode())
            owner.execute(f"INSERT INTO {table} SELECT * FROM saved_{table}".encode())
