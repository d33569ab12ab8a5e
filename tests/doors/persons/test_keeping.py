"""Keeping: what is brought is read back, masked where it is shown; rows that were exchanged in the database open for nobody."""

from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from cunguan.doors.persons.keeping import Look, PersonRefused, Persons
from cunguan.doors.persons.opening import _opened, opened
from cunguan.doors.persons.shapes import Details, DetailsWrong, masked
from cunguan.kernel.codes import Code
from cunguan.keys.blind import CARD_NUMBER, ID_NUMBER, NAME, PHONE
from cunguan.keys.drawers import FILE, DrawersMissing
from cunguan.keys.fields import FieldBroken
from cunguan.keys.installation import Keys
from cunguan.store import roles
from tests.doors.persons.conftest import NOW, ONE, TWO

LOOK = Look("alice", "details", "case 7")
PAGES = bytes(range(256)) * 5000  # more than one part


def refused(code: Code, act: Any, *given: Any, **named: Any) -> str:
    with pytest.raises(PersonRefused) as told:
        act(*given, **named)
    assert told.value.code is code
    return str(told.value)


def test_is_read_back_and_written_anew(persons: Persons) -> None:
    persons.put(1, "p7", ONE, NOW)
    kept = persons.read(1, "p7")
    assert (kept.details, kept.state, kept.jurisdiction, kept.at) == (ONE, "active", "CN", NOW)
    persons.put(1, "p7", TWO, NOW, "UK")
    again = persons.read(1, "p7")
    assert (again.details, again.jurisdiction) == (TWO, "UK")


def test_is_each_platforms_own(persons: Persons) -> None:
    persons.put(1, "p7", ONE, NOW)
    refused(Code.not_found, persons.read, 2, "p7")
    persons.put(2, "p7", TWO, NOW)
    assert persons.read(1, "p7").details == ONE and persons.read(2, "p7").details == TWO


def test_is_kept_of_clients_alone(persons: Persons) -> None:
    refused(Code.not_found, persons.put, 1, "nobody", ONE, NOW)
    with pytest.raises(DetailsWrong, match="say at least one of "):
        persons.put(1, "p7", Details(), NOW)
    with pytest.raises(DetailsWrong, match="name: only printable characters"):
        persons.put(1, "p7", Details("a\nb"), NOW)


def test_is_found_by_a_whole_value_in_any_writing_and_in_its_lanes_alone(persons: Persons) -> None:
    persons.put(1, "p7", ONE, NOW)
    persons.put(1, "p8", TWO, NOW)
    persons.put(2, "p8", ONE, NOW)
    assert persons.find([1], PHONE, "138 0000 1234") == [(1, "p7")]
    assert persons.find([1, 2], ID_NUMBER, "11010519491231002x") == [(1, "p7"), (2, "p8")]
    assert persons.find([1], CARD_NUMBER, "6222021001010002") == [(1, "p7")]
    assert persons.find([1], CARD_NUMBER, "622202100101000") == [] == persons.find([1], PHONE, "")
    assert persons.find([1], PHONE, "6222021001010002") == []
    assert persons.find([1, 2], NAME, "张 三丰") == [(1, "p7"), (2, "p8")] and persons.find([1], NAME, "张三") == []
    assert persons.find([1], NAME, "SMITH, Jane") == [(1, "p8")] == persons.find([1, 2], NAME, "jane smith", 1)
    persons.put(1, "p8", ONE, NOW)
    assert persons.find([1], NAME, "Jane Smith") == [] and persons.find([1], NAME, ONE.name) == [(1, "p7"), (1, "p8")]


def test_a_look_in_clear_is_written_down_and_a_masked_one_is_not(
    persons: Persons, connection: psycopg.Connection[Any]
) -> None:
    persons.put(1, "p7", ONE, NOW)
    assert masked(persons.read(1, "p7").details).name == "张**"
    persons.read(1, "p7", LOOK, NOW)
    rows = connection.execute("SELECT lane, person, by_whom, what, reason, at FROM person_access").fetchall()
    assert rows == [(1, "p7", "alice", "details", "case 7", NOW)]
    with pytest.raises(psycopg.DatabaseError, match="append-only"):
        connection.execute("UPDATE person_access SET by_whom = 'bob'")


COLUMNS = ("name", "id_type", "id_number", "phone", "address")


def test_two_rows_two_columns_and_two_subjects_are_never_exchanged(
    persons: Persons, connection: psycopg.Connection[Any]
) -> None:
    """A database owner exchanges ciphertexts: whoever reads them is refused, and hears nothing of what stood there."""
    everything = ", ".join(COLUMNS)
    for lane, person, details in ((1, "p7", ONE), (1, "p8", TWO), (2, "p7", TWO)):
        persons.put(lane, person, details, NOW)
    exchanged = [
        # two columns of one row
        "UPDATE person_detail SET name = address, address = name WHERE lane = 1 AND person = 'p7'",
        # two rows, with everything that lies there
        f"UPDATE person_detail d SET ({everything}) = (SELECT {everything} FROM person_detail o WHERE o.lane = 1 AND o.person = "
        "CASE d.person WHEN 'p7' THEN 'p8' ELSE 'p7' END) WHERE lane = 1",
        # the same client of two platforms: two subjects
        f"UPDATE person_detail d SET ({everything}) = (SELECT {everything} FROM person_detail o WHERE o.person = 'p7' AND o.lane = "
        "3 - d.lane) WHERE person = 'p7'",
        # the keys with them
        "UPDATE subject_key k SET (locked, drawer, lock) = (SELECT locked, drawer, lock FROM subject_key o WHERE o.subject = "
        "CASE k.subject WHEN '1:p7' THEN '1:p8' ELSE '1:p7' END) WHERE subject IN ('1:p7', '1:p8')",
    ]  # fmt: skip
    for text in exchanged:
        with pytest.raises((FieldBroken, Exception)) as told, connection.transaction():
            connection.execute(text.encode())
            persons.read(1, "p7")
        assert type(told.value).__name__ in ("FieldBroken", "SubjectKeyLost"), text
        assert not any(word in str(told.value) for word in ("张三丰", "Jane", "High Street"))
        assert persons.read(1, "p7").details == ONE


def test_documents_come_back_whole_and_no_part_is_exchanged_or_cut_off(
    persons: Persons, connection: psycopg.Connection[Any]
) -> None:
    refused(Code.not_found, persons.put_document, 1, "p7", "scan", b"x", NOW, kind="id_card", media="image/png")
    persons.put(1, "p7", ONE, NOW)
    made = persons.put_document(1, "p7", "scan", PAGES, NOW, kind="id_card", media="image/png")
    assert persons.put_document(1, "p7", "scan", PAGES, NOW, kind="id_card", media="image/png") == made
    put = {"kind": "id_card", "media": "image/png"}
    refused(Code.exists_with_different_body, persons.put_document, 1, "p7", "scan", PAGES + b"x", NOW, **put)
    refused(Code.id_malformed, persons.put_document, 1, "p7", "my scan", b"x", NOW, **put)
    assert persons.documents(1, "p7") == [made] and made.bytes == len(PAGES)
    assert persons.document(1, "p7", "scan", LOOK, NOW) == (made, PAGES)
    refused(Code.not_found, persons.document, 1, "p7", "other", LOOK, NOW)
    for text in (
        "UPDATE person_document_part SET number = 1 - number",
        "UPDATE person_document SET parts = 1; DELETE FROM person_document_part WHERE number = 1",
    ):
        with pytest.raises((FieldBroken, psycopg.errors.UniqueViolation)), connection.transaction():
            connection.execute("ALTER TABLE person_document_part DROP CONSTRAINT person_document_part_is_there_once")
            connection.execute(text)
            persons.document(1, "p7", "scan", LOOK, NOW)
    with pytest.raises(PersonRefused, match="a part of the document is missing"), connection.transaction():
        connection.execute("DELETE FROM person_document_part WHERE number = 1")
        persons.document(1, "p7", "scan", LOOK, NOW)


def test_the_doors_role_writes_and_reads_but_destroys_no_key(books: str, keys: Keys) -> None:
    with psycopg.connect(make_conninfo(books, user=roles.DOOR), autocommit=True) as door:
        persons = Persons(door, opened(keys, door))
        persons.put(1, "p7", ONE, NOW)
        persons.put(1, "p7", TWO, NOW)
        persons.put_document(1, "p7", "scan", b"x", NOW, kind="id", media="image/png")
        assert persons.read(1, "p7", LOOK, NOW).details == TWO
        for text in (
            "UPDATE subject_key SET locked = ''", "DELETE FROM subject_key", "UPDATE person_detail SET state = 'restricted'",
            "DELETE FROM person_detail", "DELETE FROM person_access", "INSERT INTO person_move DEFAULT VALUES",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                door.execute(text.encode())
    for role in (roles.WEB, roles.AUDIT, roles.PLANE):
        with (
            psycopg.connect(make_conninfo(books, user=role)) as reader,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            reader.execute("SELECT locked FROM subject_key")


def test_no_new_drawers_are_made_beside_what_others_locked(persons: Persons, keys: Keys) -> None:
    persons.put(1, "p7", ONE, NOW)
    (keys.home / FILE).unlink()
    _opened.cache_clear()
    with pytest.raises(DrawersMissing, match="restore-keys"):
        opened(keys, persons.connection)
    assert not (keys.home / FILE).exists()
