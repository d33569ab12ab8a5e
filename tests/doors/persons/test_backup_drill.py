"""The drill on whole clusters: a backup, then a shredding, the loss of the host, a newer key backup; the books prove throughout."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from cunguan.doors.persons import acting
from cunguan.doors.persons.keeping import PersonRefused, Persons
from cunguan.doors.persons.opening import opened
from cunguan.kernel.codes import Code
from cunguan.keys.installation import Keys
from cunguan.prove.report import prove
from cunguan.store.embedded.server import Server
from tests.conftest import make_home, remove_home, wheel_binaries
from tests.doors.persons.conftest import NOW, ONE, TWO
from tests.doors.persons.test_acting import act
from tests.plane.harness import LANE, LENDERS, ground

SHREDDED, LIVES = f"person:{LENDERS[0]}", f"person:{LENDERS[1]}"


@pytest.fixture
def other_home() -> Iterator[Path]:
    home = make_home()
    yield home
    remove_home(home)


def verb(home: Path, *argv: str) -> int:
    return cli.main(["db", *argv], Wiring({"CUNGUAN_HOME": str(home), "PATH": os.environ["PATH"]}))


def at(url: str, home: Path) -> Persons:
    connection = psycopg.connect(url, autocommit=True)
    return Persons(connection, opened(Keys(home), connection))


def test_a_backup_from_before_a_shredding_opens_all_but_who_was_shredded(
    home: Path, other_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        acting, "_check_standing", lambda *_: None
    )  # his accounts are open: the ladder has tests of its own
    server = Server(home, wheel_binaries())
    url = server.start(tied=True)
    ground(url)
    persons = at(url, home)
    for person, details in ((SHREDDED, ONE), (LIVES, TWO)):
        persons.put(LANE, person, details, NOW)
    before = prove(url).digest
    folder, early, late = tmp_path / "backup", tmp_path / "keys", tmp_path / "late"
    assert verb(home, "backup", str(folder), "--keys", str(early)) == 0
    for event in ("restrict", "shred"):
        act(persons, event, datetime.now(UTC).date(), lane=LANE, person=SHREDDED)
    report = prove(url)
    assert report.holds and report.digest == before, "the books know nothing of it"
    assert verb(home, "backup-keys", str(late)) == 0
    persons.connection.close()
    server.stop()

    into = ("restore", str(folder), "--into", str(other_home))
    assert verb(other_home, *into) == 1
    assert (
        "details of 2 clients are in it, and without a backup of their keys nobody can read them"
        in capsys.readouterr().err
    )
    assert not (other_home / "postgres").exists(), "nothing was put back"
    shutil.copy(home / "kek-key", other_home)  # in production it would be in hardware
    (kept,) = late.iterdir()
    assert verb(other_home, *into, "--keys", str(kept), "--verify") == 0
    assert "1 keys put back, 1 clients stay shredded, 0 lost" in capsys.readouterr().err

    again = Server(other_home, wheel_binaries())
    restored = at(again.start(tied=True), other_home)
    assert restored.read(LANE, LIVES).details == TWO
    with pytest.raises(PersonRefused) as told:
        restored.read(LANE, SHREDDED)
    assert told.value.code is Code.person_shredded
    restored.connection.close()
    again.stop()
