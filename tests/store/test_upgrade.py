"""Upgrade: the kept dump of the first schema comes to this code's, and every step can be tried again."""

import json
from pathlib import Path

import psycopg
import pytest

from cunguan.config.wiring import Wiring
from cunguan.desks.ledger import migrate as migrating
from cunguan.desks.ledger.migrate import Busy, PlaneRuns, migrate
from cunguan.doors.cli import main as cli
from cunguan.store.postgres import SCHEMA, SchemaUnknown, applied_schema
from cunguan.store.steps import apply, step_of, steps

KEPT = Path(__file__).parent / "kept"
INDEX = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'claim_by_holder'::regclass"


def load_kept(url: str) -> str:
    """Load the dump of the first schema; return the digest of its books."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute((KEPT / "0001_books.sql").read_bytes())
    return str(json.loads((KEPT / "0001_books.json").read_text("utf-8"))["digest"])


def is_valid(url: str) -> bool:
    with psycopg.connect(url) as owner:
        return owner.execute(INDEX).fetchone() == (True,)


def environ(url: str, home: Path) -> Wiring:
    return Wiring({"DATABASE_URL": url, "CUNGUAN_HOME": str(home)})


def test_the_kept_dump_comes_to_head_with_the_same_digest(
    database: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digest = load_kept(database)
    assert applied_schema(database) == 1
    assert cli.main(["db", "upgrade", "--prove", "--json"], environ(database, home)) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "schema": SCHEMA,
        "applied": [step.name for step in steps()[1:]],
        "beside": [],
        "digest": digest,
        "holds": True,
    }
    assert applied_schema(database) == SCHEMA and is_valid(database)


def test_an_upgraded_dump_has_the_tables_of_a_new_database(database: str, wheel_server_url: str) -> None:
    columns = (
        "SELECT table_name, column_name, data_type, is_nullable, column_default, collation_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name <> 'django_migrations' ORDER BY 1, 2"
    )
    indexes = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'django_migrations' ORDER BY 1"
    load_kept(database)
    migrate(database)
    with psycopg.connect(database) as owner:
        upgraded = [owner.execute(query).fetchall() for query in (columns, indexes)]
        owner.execute("DROP SCHEMA public CASCADE")
        owner.execute("CREATE SCHEMA public")
    migrate(database)
    with psycopg.connect(database) as owner:
        assert [owner.execute(query).fetchall() for query in (columns, indexes)] == upgraded


def test_an_upgrade_is_done_once(wheel_database: str) -> None:
    assert [step.number for step in migrate(wheel_database)] == list(range(1, SCHEMA + 1))
    assert migrate(wheel_database) == []


def test_steps_that_were_applied_without_a_record_of_django_are_not_applied_again(wheel_database: str) -> None:
    apply(wheel_database, *steps()[:2])
    assert [step.number for step in migrate(wheel_database)] == list(range(3, SCHEMA + 1))


def test_an_index_whose_making_failed_is_made_again(wheel_database: str) -> None:
    """A reader who stays holds CONCURRENTLY up until its timeout: what is left is an index that nobody may use."""
    apply(wheel_database, *steps()[:2])
    with psycopg.connect(wheel_database) as reader:
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT count(*) FROM claim")
        with psycopg.connect(wheel_database, autocommit=True) as owner, pytest.raises(psycopg.errors.QueryCanceled):
            owner.execute("SET statement_timeout = '300ms'")
            owner.execute(steps()[2].statements[1])
    assert not is_valid(wheel_database)
    migrate(wheel_database)
    assert is_valid(wheel_database)


def test_a_table_that_is_not_free_ends_the_upgrade_whole(wheel_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    apply(wheel_database, steps()[0])
    monkeypatch.setattr(migrating, "LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(migrating, "TRIES", 2)
    with psycopg.connect(wheel_database) as other:
        other.execute("LOCK TABLE claim IN ACCESS SHARE MODE")
        with pytest.raises(Busy):
            migrate(wheel_database)
    assert applied_schema(wheel_database) == 1
    migrate(wheel_database)
    assert applied_schema(wheel_database) == SCHEMA


def test_a_newer_database_is_refused(wheel_database: str) -> None:
    migrate(wheel_database)
    with psycopg.connect(wheel_database) as owner:
        owner.execute("INSERT INTO schema_step (number, name) VALUES (%s, 'later')", (SCHEMA + 1,))
    with pytest.raises(SchemaUnknown, match="newer"):
        migrate(wheel_database)


def test_what_takes_away_waits_for_the_plane_to_stop(wheel_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(wheel_database)
    taking = step_of(f"{SCHEMA + 1:04}_taking", "-- contract: nobody reads it\nALTER TABLE claim DROP COLUMN state;")
    monkeypatch.setattr(migrating, "steps", lambda: (*steps(), taking))
    with psycopg.connect(wheel_database) as owner:
        owner.execute("INSERT INTO lease VALUES (1, 'host:7', 1, now() + interval '1 hour')")
    with pytest.raises(PlaneRuns, match="host:7"):
        migrate(wheel_database)
