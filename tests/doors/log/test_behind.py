"""A database that knows less than was signed signs nothing; another log goes on from it, and says what it follows."""

import json
import shutil
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cunguan.doors.log.anew import NotBegun, begin_another
from cunguan.doors.log.beginning import LogBehind
from cunguan.doors.log.process import AlreadyRuns, Ground, once
from cunguan.doors.log.sequencer import LogDiffers
from cunguan.keys.salts import SaltKeyMissing
from cunguan.store.log.origins import OtherName
from cunguan.transparency.leaf import LeafType
from tests.conftest import copy_database
from tests.doors.log.books import SOME, commit
from tests.doors.log.reading import entries, opened, published


def copy_of(url: str) -> str:
    """Keep a copy of a database, as a backup would; return its name."""
    name = f"{conninfo_to_dict(url)['dbname']}_kept"
    _anew(url, name, str(conninfo_to_dict(url)["dbname"]))
    return name


def put_back(url: str, name: str) -> None:
    """Put a copy in the place of the database."""
    _anew(url, str(conninfo_to_dict(url)["dbname"]), name)


def _anew(url: str, name: str, template: str) -> None:
    with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as owner:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        copy_database(owner, name, template)


def drop(url: str, name: str) -> None:
    with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as owner:
        owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_an_older_copy_signs_nothing_until_another_log_is_open(books: str, ground: Ground) -> None:
    commit(books, 1, *SOME)
    once(ground)
    kept = copy_of(books)
    commit(books, 1, *SOME)
    once(ground)
    signed = published(ground)[0].fetch("checkpoint")
    put_back(books, kept)
    drop(books, kept)
    head = commit(books, 1, "i", "i", "i", "i")  # what the older copy went on with is not what was signed
    with pytest.raises(LogBehind, match=r"has 8 leaves, and the database 4.*cunguan log new"):
        once(ground)
    old, _ = published(ground)
    files = {path: path.read_bytes() for path in old.path.rglob("*") if path.is_file()}

    with pytest.raises(NotBegun, match="two names"):
        begin_another(ground, "restored", "li", "li")
    closed, new = begin_another(ground, "restored from Tuesday's backup", "li", "wang")
    assert (closed.log, closed.size, closed.in_database, new.log, new.opened_by) == (1, 8, 4, 2, 1)
    once(ground)

    found = entries(ground)
    assert found == [*opened(ground, (-1, 1)), *opened(ground, (1, head))]
    assert found[0][1] == LeafType.ORIGIN
    with psycopg.connect(books) as owner:
        row = owner.execute("SELECT content FROM log_act WHERE seq = 1").fetchone()
    assert row is not None
    told = json.loads(row[0])
    assert told["closed"]["root"] == closed.root and told["closed"]["size"] == 8 and told["maker"] == "li"
    assert old.fetch("checkpoint") == signed
    assert files == {path: path.read_bytes() for path in files}
    assert published(ground)[1].origin != closed.origin


def test_the_act_that_opens_a_log_stands_first_and_those_before_it_follow(books: str, ground: Ground) -> None:
    with psycopg.connect(books) as owner:
        for number in (1, 2):
            owner.execute("SELECT log_act_add(6, %s, '{}')", (f"door_key:{number}",))
    commit(books, 1, *SOME)
    once(ground)
    begin_another(ground, "the key was copied", "li", "wang")
    with psycopg.connect(books) as owner:
        owner.execute("SELECT log_act_add(6, 'door_key:3', '{}')")
    once(ground)
    acts = [
        int.from_bytes(entry[2:10], "big") for entry in entries(ground) if entry[1] in (LeafType.KEY, LeafType.ORIGIN)
    ]
    assert acts == [3, 1, 2, 4]
    commit(books, 1, *SOME)
    once(ground)
    assert sorted(entries(ground)) == sorted([*opened(ground, (-1, 4)), *opened(ground, (1, 8))])


def test_numbers_and_parts_are_those_of_the_log_before(books: str, ground: Ground) -> None:
    commit(books, 1, *SOME)
    once(ground)
    before = entries(ground)
    begin_another(ground, "the key was copied", "li", "wang")
    once(ground)
    assert entries(ground)[1:] == before


def test_the_mark_in_the_home_refuses_when_the_files_are_gone(books: str, ground: Ground) -> None:
    commit(books, 1, *SOME)
    once(ground)
    kept = copy_of(books)
    commit(books, 1, *SOME)
    once(ground)
    put_back(books, kept)
    drop(books, kept)
    shutil.rmtree(published(ground)[0].path)
    with pytest.raises(LogBehind, match=r"log-high-water-.*has 8 leaves, and the database 4"):
        once(ground)


def test_files_that_are_gone_are_made_again_and_a_changed_row_is_not_signed(books: str, ground: Ground) -> None:
    commit(books, 1, *SOME * 2)
    once(ground)
    folder, _ = published(ground)
    before = {path.relative_to(folder.path): path.read_bytes() for path in folder.path.rglob("*") if path.is_file()}
    shutil.rmtree(folder.path)
    once(ground)
    assert before == {
        path.relative_to(folder.path): path.read_bytes() for path in folder.path.rglob("*") if path.is_file()
    }
    shutil.rmtree(folder.path)
    with psycopg.connect(books) as owner:
        owner.execute(
            "ALTER TABLE posting_default DISABLE TRIGGER USER; UPDATE posting SET amount_minor = 61 WHERE amount_minor = 60"
        )
    with pytest.raises(LogDiffers, match="lane 1, sequences 1 to 8 no longer give"):
        once(ground)
    assert folder.checkpoint() is None


def test_a_lost_salt_key_is_asked_for_and_none_is_made(books: str, ground: Ground) -> None:
    commit(books, 1, "i")
    once(ground)
    key = next(ground.home.glob("log-salt-key-0*"))
    content = key.read_bytes()
    key.unlink()
    commit(books, 1, "i")
    with pytest.raises(SaltKeyMissing, match="log-salt-key-0"):
        once(ground)
    assert not key.exists()
    key.write_bytes(content)
    key.chmod(0o600)
    once(ground)
    assert len(entries(ground)) == 2


def test_there_is_one_sequencer_and_a_log_keeps_its_name(
    books: str, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cunguan.doors.log.process.LOCK_SECONDS", 0.0)
    with ground.held(), pytest.raises(AlreadyRuns):
        once(ground)
    commit(books, 1, "i")
    once(ground)
    with pytest.raises(OtherName, match="cunguan log new"):
        once(Ground(ground.url, ground.home, {"CUNGUAN_LOG_ORIGIN": "log.example/1"}))


def test_files_of_another_log_are_not_written_over(books: str, ground: Ground) -> None:
    commit(books, 1, "i")
    once(ground)
    place = Path(published(ground)[0].path / "checkpoint")
    place.write_bytes(place.read_bytes().replace(b"cunguan.invalid/", b"another.invalid/"))
    with pytest.raises(LogBehind, match=r"holds the log 'another\.invalid/"):
        once(ground)
