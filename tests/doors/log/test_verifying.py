"""What the real sequencer published is verified by the verb and by the job; what was found is kept, told, and an alarm."""

import json
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cunguan.doors.api.routes.metrics import _of_log
from cunguan.doors.cli import log_verify
from cunguan.doors.jobs import log_verify as job
from cunguan.doors.log import verifying
from cunguan.doors.log.process import Ground, once
from cunguan.doors.log.verifying import Wanted
from cunguan.doors.telemetry.metrics import ALARMS
from cunguan.prove.log.verify import NoLog
from cunguan.store import roles
from tests.conftest import copy_database
from tests.doors.log.books import SOME, commit

LANE = 1


def tamper(url: str) -> None:
    with psycopg.connect(url) as owner:
        owner.execute("ALTER TABLE posting DISABLE TRIGGER USER")
        owner.execute("UPDATE posting SET amount_minor = 61 WHERE lane = 1 AND seq = 4 AND line = 0")


@pytest.fixture
def audited(books: str, ground: Ground) -> Any:
    """What a verb is given: two batches of a lane that are in the log, and one of another."""
    commit(books, LANE, *SOME)
    once(ground)
    commit(books, 2, "i", [(5, 7, 9)])
    once(ground)
    audit = make_conninfo(books, user=roles.AUDIT)
    server = SimpleNamespace(status=lambda: SimpleNamespace(is_up=lambda: True), start=lambda: books)
    return SimpleNamespace(home=ground.home, environ={}, database=lambda: server, audit_url=lambda owner: audit)


def ask(audited: Any, **asked: Any) -> int:
    given = {
        "full": True,
        "workers": 1,
        "log": None,
        "key": None,
        "state": None,
        "no_books": False,
        "json": False,
        **asked,
    }
    return log_verify.run(Namespace(**given), audited)


def test_the_verb_reads_as_the_auditors_role_and_agrees(audited: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(audited) == 0
    told = capsys.readouterr().out
    assert "6 entries" in told and "6 leaves derived from the books: all agree" in told
    assert ask(audited, full=False, json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["is_full"], found["found"]["began_at"], found["found"]["broken"]) == (False, 6, 0)


def test_the_verb_names_the_row_and_both_values(audited: Any, books: str, capsys: pytest.CaptureFixture[str]) -> None:
    tamper(books)
    assert ask(audited) == 1
    told = capsys.readouterr().out
    assert (
        "✗ leaves: lane 1 " in told
        and "posting 4/0" in told
        and "findings: 1; see docs/runbooks/log-differs.md" in told
    )
    assert "findings: 1" in verifying.told(audited.home)


def test_the_files_alone_need_no_database(audited: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(audited, no_books=True) == 2
    capsys.readouterr()
    nowhere = SimpleNamespace()
    assert ask(nowhere, no_books=True, log=audited.home / "log" / "1") == 0
    assert "nobody's signature was checked" in capsys.readouterr().out


def test_an_auditor_keeps_his_own_state_and_takes_the_key_from_elsewhere(audited: Any, tmp_path: Path) -> None:
    other = "cunguan.invalid/other/1+00000000+AAAA"
    assert ask(audited, state=tmp_path, key=[other]) == 1
    assert (tmp_path / verifying.RESULT).exists() and not (audited.home / verifying.RESULT).exists()


def test_without_a_log_there_is_nothing_to_verify(books: str, home: Path) -> None:
    with pytest.raises(NoLog, match="no sequencer has begun"):
        verifying.run(books, home, {}, Wanted())
    assert verifying.told(home) == "the log was never verified: cunguan log verify --full"


def test_an_older_copy_of_the_database_is_told_to_be_one(audited: Any, books: str) -> None:
    """The rollback drill: a copy, then the log grows; the copy is verified against the log's files."""
    name = f"{conninfo_to_dict(books)['dbname']}_copy"
    with psycopg.connect(make_conninfo(books, dbname="postgres"), autocommit=True) as server:
        copy_database(server, name, str(conninfo_to_dict(books)["dbname"]))
    commit(books, LANE, *SOME)
    once(Ground(make_conninfo(books, user=roles.LOG), audited.home, {}))
    found = verifying.run(make_conninfo(books, dbname=name), audited.home, {}, Wanted()).found
    with psycopg.connect(make_conninfo(books, dbname="postgres"), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    assert (found.size, found.holds) == (10, False)
    assert ("log_checkpoint", "10", "6") in [(one.row, one.expected, one.found) for one in found.findings]
    assert "restored from a backup" in found.findings[0].what
    assert verifying.run(books, audited.home, {}, Wanted()).holds


# ── job, metrics ─────────────────────────────────────────────────────────────
def alarms() -> float:
    return ALARMS.labels(job.ALARM)._value.get()


def test_what_differs_is_an_alarm_and_what_agrees_is_none(
    audited: Any, books: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = alarms()
    job.tell(verifying.run(books, audited.home, {}, Wanted()))
    assert alarms() == before
    tamper(books)
    job.tell(verifying.run(books, audited.home, {}, Wanted()))
    assert alarms() == before + 1
    assert "posting 4/0" in caplog.text and "see docs/runbooks/log-differs.md" in caplog.text


def test_the_page_of_figures_tells_of_the_last_run(audited: Any, books: str) -> None:
    assert _of_log(audited.home, datetime.now(UTC)) == []
    last = verifying.run(books, audited.home, {}, Wanted())
    figures = {name: figure for name, _, figure in _of_log(audited.home, last.at)}
    assert figures == {
        "cunguan_log_verified_age_seconds": 0.0, "cunguan_log_verified_entries": 6.0, "cunguan_log_findings": 0.0,
    }  # fmt: skip
