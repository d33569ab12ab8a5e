"""Key backups: the drill. A copy of the database opens nobody by itself; a newer key backup opens all but who was shredded."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cunguan.doors.persons import rotating
from cunguan.doors.persons.keeping import PersonRefused, Persons
from cunguan.doors.persons.keeping_keys import KeyBackupWrong, PutBack, head_of, put_back, take
from cunguan.doors.persons.opening import _opened, opened
from cunguan.kernel.codes import Code
from cunguan.keys.blind import PHONE
from cunguan.keys.drawers import DrawersMissing
from cunguan.keys.installation import Keys
from cunguan.keys.providers.base import KEK
from cunguan.keys.subjects import SubjectKeyLost, about
from tests.conftest import copy_database
from tests.doors.persons.conftest import NOW, ONE, TWO
from tests.doors.persons.test_acting import act

HERE = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
def copy(books: str) -> Iterator[Any]:
    """Copy the database as it is now: what a backup of the cluster is."""
    made: list[str] = []

    def now() -> str:
        name = f"{conninfo_to_dict(books)['dbname']}_copy{len(made)}"
        made.append(name)
        with psycopg.connect(make_conninfo(books, dbname="postgres"), autocommit=True) as owner:
            owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (conninfo_to_dict(books)["dbname"],),
            )
            copy_database(owner, name, str(conninfo_to_dict(books)["dbname"]))
        return make_conninfo(books, dbname=name)

    yield now
    with psycopg.connect(make_conninfo(books, dbname="postgres"), autocommit=True) as owner:
        for name in made:
            owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def at(url: str, keys: Keys) -> Persons:
    connection = psycopg.connect(url, autocommit=True)
    return Persons(connection, opened(keys, connection))


def backup(persons: Persons, keys: Keys, folder: Path, days: int = 30, age: int = 0) -> Path:
    taken = take(
        persons.connection, keys, opened(keys, persons.connection), HERE, folder, NOW - timedelta(days=age), days
    )
    return Path(taken.file)


def moved(keys: Keys, home: Path) -> Keys:
    """A new host: the KEK is brought (it would be in hardware), nothing else of the old home is."""
    home.mkdir()
    for file in keys.home.iterdir():
        if "kek" in file.name:
            (home / file.name).write_bytes(file.read_bytes())
            (home / file.name).chmod(0o600)
    return Keys(home)


def test_the_drill(books: str, keys: Keys, copy: Any, tmp_path: Path) -> None:
    """Backup, a shredding, a new client, a key backup, the loss of the host: all are there again but the shredded one."""
    persons = at(books, keys)
    persons.put(1, "p7", ONE, NOW)
    persons.put(1, "p8", TWO, NOW)
    persons.put_document(1, "p8", "scan", b"page", NOW, kind="id", media="image/png")
    persons.connection.close()
    main = copy()
    persons = at(books, keys)
    act(persons, "restrict")
    act(persons, "shred")
    kept = backup(persons, keys, tmp_path / "keys")
    assert b'"p7"' not in kept.read_bytes().replace(b'"person":"p7"', b"") and kept.stat().st_mode & 0o777 == 0o600

    # the old copy with this home's own drawers: his lock was destroyed
    with pytest.raises(SubjectKeyLost, match="shredded"):
        at(main, keys).read(1, "p7")

    # the old copy on a new host
    new = moved(keys, tmp_path / "new")
    with pytest.raises(DrawersMissing):
        at(main, new)
    with psycopg.connect(main, autocommit=True) as owner:
        assert put_back(owner, new, HERE, kept, NOW) == PutBack(1, 1, [])
        assert put_back(owner, new, HERE, kept, NOW) == PutBack(1, 1, []), "again is the same"
    restored = at(main, new)
    assert restored.read(1, "p8").details == TWO and restored.find([1], PHONE, TWO.phone) == [(1, "p8")]
    assert restored.whole(1, "p8", restored.connection.execute(
        "SELECT id, kind, media, key_version, digest, bytes, parts, at FROM person_document"
    ).fetchone() or ()) == b"page"  # fmt: skip
    with pytest.raises(PersonRefused) as told:
        restored.read(1, "p7")
    assert told.value.code is Code.person_shredded
    assert restored.connection.execute(
        "SELECT name, phone_index, name_index FROM person_detail WHERE person = 'p7'"
    ).fetchone() == (None, None, None)
    restored.put(1, "p8", ONE, NOW)
    assert restored.read(1, "p8").details == ONE


def test_who_is_in_no_key_backup_is_lost_and_named(books: str, keys: Keys, copy: Any, tmp_path: Path) -> None:
    persons = at(books, keys)
    persons.put(1, "p7", ONE, NOW)
    kept = backup(persons, keys, tmp_path / "keys")
    persons.put(1, "p8", TWO, NOW)
    persons.connection.close()
    main = copy()
    new = moved(keys, tmp_path / "new")
    with psycopg.connect(main, autocommit=True) as owner:
        assert put_back(owner, new, HERE, kept, NOW) == PutBack(1, 0, ["1:p8"])
    restored = at(main, new)
    assert restored.read(1, "p7").details == ONE
    with pytest.raises(SubjectKeyLost):
        restored.read(1, "p8")
    restored.put(1, "p8", TWO, NOW)
    assert restored.read(1, "p8").details == TWO, "his platform brings him again"


def test_key_backups_end_in_time_and_hold_no_key_in_clear(books: str, keys: Keys, tmp_path: Path) -> None:
    persons, folder = at(books, keys), tmp_path / "keys"
    persons.put(1, "p7", ONE, NOW)
    old, edge = backup(persons, keys, folder, age=31), backup(persons, keys, folder, age=30)
    newest = backup(persons, keys, folder)
    assert (old.exists(), edge.exists(), newest.exists()) == (False, True, True)
    assert head_of(newest).at == NOW
    line = newest.read_text().splitlines()[1]
    wrapped = base64.b64decode(line.partition('"wrapped":"')[2].rstrip('"}'))
    assert len(keys.provider.unwrap(wrapped, about("1:p7", 1))) == 32, "only the provider opens it"
    persons.connection.close()


DAMAGES: dict[str, Any] = {
    "cut": lambda text: text[:-20],
    "changed": lambda text: text.replace('"version":1', '"version":2'),
    "without a head": lambda text: text.split("\n", 1)[1],
    "another installation's": lambda text: text.replace(HERE, HERE[:-1] + "2"),
    "empty": lambda text: "",
}


def test_a_damaged_key_backup_changes_nothing(books: str, keys: Keys, tmp_path: Path) -> None:
    persons = at(books, keys)
    persons.put(1, "p7", ONE, NOW)
    kept = backup(persons, keys, tmp_path / "keys")
    sound = kept.read_text()
    for what, damage in DAMAGES.items():
        kept.write_text(damage(sound))
        with pytest.raises(KeyBackupWrong):
            put_back(persons.connection, keys, HERE, kept, NOW)
        assert persons.read(1, "p7").details == ONE, what
    persons.connection.close()


def test_rotation_of_both_levels_can_be_cut_off_and_ends_with_nothing_under_the_old(books: str, keys: Keys) -> None:
    def say(done: int, total: int) -> None:
        pass

    persons = at(books, keys)
    for lane, person in ((1, "p7"), (1, "p8"), (2, "p7")):
        persons.put(lane, person, ONE, NOW)
    persons.put_document(1, "p7", "scan", b"page" * 300_000, NOW, kind="id", media="image/png")
    keys.provider.rotate(KEK)
    opens = opened(keys, persons.connection)
    assert rotating.rewrap(persons.connection, opens, say) == rotating.Rotated(3, 0)
    assert rotating.rewrap(persons.connection, opens, say) == rotating.Rotated(0, 0)
    assert rotating.under_keks(persons.connection) == [rotating.Wrapped(2, 3)]
    keys.provider.destroy(KEK, 1)
    _opened.cache_clear()

    # cut off after a client's new key was made
    with persons.connection.transaction():
        persons.add_key("1:p7", 2, NOW)
    assert persons.read(1, "p7").details == ONE and rotating.finish(persons, NOW, say) == rotating.Rotated(1, 0)
    assert rotating.renew(persons, NOW, say) == rotating.Rotated(3, 0)
    rows = persons.connection.execute("SELECT subject, version, state FROM subject_key ORDER BY 1, 2").fetchall()
    assert rows == [("1:p7", 1, "destroyed"), ("1:p7", 2, "destroyed"), ("1:p7", 3, "current"), ("1:p8", 1, "destroyed"),
                    ("1:p8", 2, "current"), ("2:p7", 1, "destroyed"), ("2:p7", 2, "current")]  # fmt: skip
    assert persons.read(1, "p7").details == ONE
    row = persons.connection.execute(
        "SELECT id, kind, media, key_version, digest, bytes, parts, at FROM person_document"
    ).fetchone()
    assert row is not None and persons.whole(1, "p7", row) == b"page" * 300_000 and row[3] == 3
    persons.connection.close()


def test_a_shredding_that_was_cut_off_is_ended_by_the_next_backup(
    persons: Persons, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lock would open him from a copy of the database as long as nobody else of his drawer is shredded."""
    persons.put(1, "p7", ONE, NOW)
    (stored,) = persons.keys("1:p7").stored
    act(persons, "restrict")
    monkeypatch.setattr("cunguan.doors.persons.acting.destroy_locks", lambda *given: 0)
    act(persons, "shred")
    assert persons.subjects.wrapped(stored)
    monkeypatch.undo()
    backup(persons, keys, tmp_path / "backups")
    with pytest.raises(SubjectKeyLost, match="shredded"):
        persons.subjects.wrapped(stored)
