"""Restrict and shred: two people, the law's period first; afterwards no dump and no copy from before opens what was there."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cunguan.doors.persons import acting
from cunguan.doors.persons.acting import Act
from cunguan.doors.persons.keeping import Look, PersonRefused, Persons
from cunguan.kernel.codes import Code
from cunguan.keys.blind import NAME, PHONE
from cunguan.keys.drawers import drawer_of
from cunguan.keys.subjects import StoredKey, SubjectKeyLost
from tests.doors.persons.conftest import ENDED, NOW, ONE, TWO

LAST = date(
    ENDED.year + 10, ENDED.month, ENDED.day
)  # the law of 2025 keeps what the law of 2007 had not let go before it
FREE = LAST + timedelta(days=1)
LOOK = Look("alice", "details", "case 7")


def act(
    persons: Persons, event: Any, today: date = FREE, *, lane: int = 1, person: str = "p7", **said: str
) -> acting.Moved:
    given = {"maker": "alice", "checker": "bob", "reason": "asked on paper 17", **said}
    return acting.act(persons.connection, persons.subjects, Act(lane, person, event, **given), NOW, today)


def code_of(persons: Persons, event: Any, today: date = FREE, **said: Any) -> str:
    with pytest.raises(PersonRefused) as told:
        act(persons, event, today, **said)
    return told.value.code.name


def test_restricted_is_shown_to_nobody_found_for_nobody_and_not_written(persons: Persons) -> None:
    persons.put(1, "p7", ONE, NOW)
    persons.put_document(1, "p7", "scan", b"page", NOW, kind="id", media="image/png")
    assert act(persons, "restrict").state == "restricted"
    for refused in (
        lambda: persons.read(1, "p7", LOOK, NOW), lambda: persons.put(1, "p7", TWO, NOW), lambda: persons.documents(1, "p7"),
        lambda: persons.document(1, "p7", "scan", LOOK, NOW),
    ):  # fmt: skip
        with pytest.raises(PersonRefused) as told:
            refused()
        assert told.value.code is Code.person_restricted
    assert persons.find([1], PHONE, ONE.phone) == [] == persons.find([1], NAME, ONE.name)
    assert act(persons, "resume").state == "active"
    assert persons.read(1, "p7").details == ONE and persons.find([1], PHONE, ONE.phone) == [(1, "p7")]
    assert persons.find([1], NAME, ONE.name) == [(1, "p7")]


def test_two_people_and_a_reason(persons: Persons) -> None:
    persons.put(1, "p7", ONE, NOW)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"maker": ""}, "two_names_required"), ({"checker": "alice"}, "same_person_twice"), ({"reason": " "}, "reason_missing"),
        ({"person": "nobody"}, "not_found"), ({"lane": 2}, "not_found"),
    ]  # fmt: skip
    for said, code in cases:
        assert code_of(persons, "restrict", **said) == code


def test_the_law_comes_first(persons: Persons, connection: psycopg.Connection[Any]) -> None:
    persons.put(1, "p7", ONE, NOW)
    persons.put(1, "p8", TWO, NOW)
    persons.put(2, "p7", TWO, NOW)
    assert code_of(persons, "shred") == "state_forbids"
    for lane, person in ((1, "p7"), (1, "p8"), (2, "p7")):
        act(persons, "restrict", lane=lane, person=person)
    with pytest.raises(PersonRefused, match=f"until {LAST}, they may go from {FREE} on: 反洗钱法"):
        act(persons, "shred", LAST)
    assert code_of(persons, "shred", person="p8") == "person_is_client"
    assert code_of(persons, "shred", lane=2) == "person_is_client"
    connection.execute("UPDATE holder_account SET state = 'closed' WHERE lane = 2 AND id = 'Lp7'")
    connection.execute("INSERT INTO state_move VALUES (2, 5, 0, 'account', 'Lp7', 'closed', 'closed')")
    connection.execute(
        "INSERT INTO batch SELECT 2, 1, 9, at, business_date, 'x', 'x', 1, 'x', 0 FROM batch WHERE lane = 1"
    )
    assert code_of(persons, "shred", lane=2) == "jurisdiction_unknown"
    connection.execute(
        "INSERT INTO legal_order VALUES (0, 'o', 'p7', 'court', 'paper', 'CNY', 9, 0, 0, 0, 0, '2030-01-01', 'a', 'b', 1, 'in_force')"
    )
    assert code_of(persons, "shred") == "person_under_order"
    connection.execute("DELETE FROM legal_order")
    assert act(persons, "shred").state == "shredded"
    assert code_of(persons, "resume") == "person_shredded" == code_of(persons, "shred")


def test_shredded_is_gone_from_rows_keys_and_from_a_copy_of_the_rows_from_before(
    persons: Persons, connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    persons.put(1, "p7", ONE, NOW)
    persons.put_document(1, "p7", "scan", b"page", NOW, kind="id", media="image/png")
    neighbour = next(f"n{n}" for n in range(9999) if drawer_of(f"1:n{n}") == drawer_of("1:p7"))
    connection.execute("UPDATE holder_account SET person = %s WHERE lane = 1 AND id = 'Lp8'", (neighbour,))
    persons.put(1, neighbour, TWO, NOW)
    before = [StoredKey(*row) for row in connection.execute(
        "SELECT subject, version, drawer, lock, kek, locked FROM subject_key WHERE subject = '1:p7'"
    )]  # fmt: skip
    drawers = (tmp_path / "subject-key-drawers").read_bytes()
    act(persons, "restrict")
    act(persons, "shred")
    with pytest.raises(PersonRefused, match="nobody can read them any more"):
        persons.read(1, "p7")
    assert connection.execute("SELECT state, locked FROM subject_key WHERE subject = '1:p7'").fetchall() == [
        ("destroyed", b"")
    ]
    assert connection.execute("SELECT count(*) FROM person_document_part").fetchone() == (0,)
    emptied = "SELECT name, name_index FROM person_detail WHERE lane = 1 AND person = 'p7'"
    assert connection.execute(emptied).fetchone() == (None, None)
    with pytest.raises(SubjectKeyLost, match="shredded"):
        persons.subjects.ready(before[0])
    persons.subjects.forget(f"1:{neighbour}")
    assert persons.read(1, neighbour).details == TWO, "who lay in the same drawer is read as before"
    assert (tmp_path / "subject-key-drawers").read_bytes() != drawers
    assert code_of(persons, "restrict") == "person_shredded"
    with pytest.raises(PersonRefused) as told:
        persons.put(1, "p7", ONE, NOW)
    assert told.value.code is Code.person_shredded


def test_each_move_is_kept_and_is_an_act_of_the_log_without_its_reason(
    persons: Persons, connection: psycopg.Connection[Any]
) -> None:
    persons.put(1, "p7", ONE, NOW)
    act(persons, "restrict", reason="letter of 李雷")
    act(persons, "shred")
    assert [(one.event, one.maker, one.checker, one.kept_until) for one in acting.moves(connection, 1, "p7")] == [
        ("restrict", "alice", "bob", LAST), ("shred", "alice", "bob", LAST),
    ]  # fmt: skip
    acts = connection.execute(
        "SELECT type, subject, convert_from(content, 'UTF8') FROM log_act WHERE type = 8 ORDER BY seq"
    ).fetchall()
    assert [(kind, subject) for kind, subject, _ in acts] == [(8, "person_move:p7")] * 2
    assert not any("letter" in content or "李" in content for *_, content in acts)
    with pytest.raises(psycopg.DatabaseError, match="append-only"):
        connection.execute("DELETE FROM person_move")


def test_a_shredding_that_was_cut_off_leaves_the_client_restricted_and_can_be_done_again(
    persons: Persons, connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    persons.put(1, "p7", ONE, NOW)
    act(persons, "restrict")
    with monkeypatch.context() as patch:
        patch.setattr(acting, "relock", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            act(persons, "shred")
    act(persons, "resume")
    assert persons.read(1, "p7").details == ONE
    act(persons, "restrict")
    assert act(persons, "shred").state == "shredded"


def test_a_card_that_was_brought_without_his_name_goes_with_him_unless_it_is_anothers_too(
    persons: Persons, connection: psycopg.Connection[Any]
) -> None:
    """The installation's seal would open it as long as the installation lives."""
    for hash, holder in (("own", "Lp7"), ("shared", "Lp7"), ("shared", "Lp8")):
        name = f"{hash}-{holder}"
        connection.execute(
            "INSERT INTO card VALUES (1, %s, %s, %s, '2018-03-01', '2018-03-01', 'active')", (name, holder, hash)
        )
    for hash in ("own", "shared", "another"):
        connection.execute("INSERT INTO payee_detail VALUES (%s, 'n', 'a', 'sealed', now())", (hash,))
    persons.put(1, "p7", ONE, NOW)
    act(persons, "restrict")
    act(persons, "shred")
    left = connection.execute("SELECT payee_hash FROM payee_detail ORDER BY payee_hash").fetchall()
    assert left == [("another",), ("shared",)]
    told = connection.execute(
        "SELECT payee_hash, name_hash, account_hash, content FROM person_payee ORDER BY payee_hash"
    )
    assert told.fetchall() == [("own", "", "", b""), ("shared", "", "", b"")]
