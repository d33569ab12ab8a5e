"""Finding: clients of one name are told apart by what is shown masked, and by the end of a number, held against it in memory."""

from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from cunguan.doors.persons import acting, rotating
from cunguan.doors.persons.acting import Act
from cunguan.doors.persons.finding import MOST, Asked, Hits, look
from cunguan.doors.persons.indexing import index_names
from cunguan.doors.persons.keeping import Persons
from cunguan.doors.persons.shapes import Details
from cunguan.keys.blind import ID_NUMBER, NAME, PHONE
from tests.doors.persons.conftest import NOW, ONE, TWO

OTHER = replace(ONE, phone="13800005678", id_number="110105194912310038", cards=("6222021001019999",))


def by_name(persons: Persons, end: str = "", value: str = ONE.name) -> Hits:
    (found,) = look(persons, [1, 2], [Asked(NAME, value, end)])
    return found


def who(found: Hits) -> list[tuple[int, str]]:
    return [(one.lane, one.person) for one in found.candidates]


@pytest.fixture
def two(persons: Persons) -> Persons:
    """Two clients of one name, in two lanes, and another."""
    persons.put(1, "p7", ONE, NOW)
    persons.put(2, "p7", OTHER, NOW)
    persons.put(1, "p8", TWO, NOW)
    return persons


@pytest.mark.parametrize(("end", "whom"), [
    ("",      [(1, "p7"), (2, "p7")]),
    ("1234",  [(1, "p7")]),  # a phone
    ("5678",  [(2, "p7")]),
    ("002x",  [(1, "p7")]),  # an ID
    ("0038",  [(2, "p7")]),
    ("0002",  [(1, "p7")]),  # the second of his cards
    ("9999",  [(2, "p7")]),
    ("7890",  []),
])  # fmt: skip
def test_a_name_is_narrowed_by_the_end_of_a_number(two: Persons, end: str, whom: list[tuple[int, str]]) -> None:
    found = by_name(two, end)
    assert (who(found), found.looked_at, found.is_more, found.is_partial) == (whom, 2, False, False)


def test_what_is_shown_is_masked_and_where_he_lives_stays_closed(two: Persons) -> None:
    details = by_name(two, "1234").candidates[0].details
    assert details == Details(
        "张**", "id_card", "110***********002X", "138****1234", "", (), ("**** 0001", "**** 0002")
    )


def test_all_are_read_by_one_statement(two: Persons, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    execute = psycopg.Connection.execute

    def seen(self: Any, query: Any, *given: Any, **more: Any) -> Any:
        sent.append(str(query))
        return execute(self, query, *given, **more)

    monkeypatch.setattr(psycopg.Connection, "execute", seen)
    assert len(by_name(two).candidates) == 2
    assert len(sent) == 3, "who has the name, what is kept of them, whether all names are indexed"


def test_the_restricted_are_not_found_and_who_cannot_be_read_may_be_the_one(two: Persons) -> None:
    act = Act(2, "p7", "restrict", "alice", "bob", "letter 7")
    acting.act(two.connection, two.subjects, act, NOW, NOW.date())
    assert who(by_name(two)) == [(1, "p7")]
    two.connection.execute("UPDATE person_detail SET phone = id_type WHERE lane = 1 AND person = 'p7'")
    found = by_name(two, "7890")
    assert who(found) == [(1, "p7")] and found.candidates[0].details is None


def test_more_than_the_most_are_said_and_not_read(persons: Persons, connection: psycopg.Connection[Any]) -> None:
    for number in range(MOST + 1):
        connection.execute(
            "INSERT INTO holder_account (lane, id, person, pool, role, kind, state, base, key_id, method, source) "
            "VALUES (1, %s, %s, 'main', 'lender', 'person', 'active', %s, 'k', 'sandbox', 'sandbox')",
            (f"many{number:03}", f"many{number:03}", 10_000 + 10 * number),
        )
        persons.put(1, f"many{number:03}", Details("张伟", phone=f"13900000{number:03}"), NOW)
    found = by_name(persons, value="张伟")
    assert (len(found.candidates), found.is_more) == (MOST, True)
    narrowed = by_name(persons, "0007", "张伟")
    assert (who(narrowed), narrowed.looked_at, narrowed.is_more) == ([(1, "many007")], MOST, True)
    assert by_name(persons, "0100", "张伟").candidates == [], (
        "who comes after the most is not looked at, and is_more says so"
    )


def test_several_kinds_are_asked_at_once(two: Persons) -> None:
    asked = [Asked(PHONE, ONE.phone), Asked(ID_NUMBER, OTHER.id_number), Asked(NAME, "nobody at all")]
    assert [who(one) for one in look(two, [1, 2], asked)] == [[(1, "p7")], [(2, "p7")], []]


# ── names that were kept before they were searched ───────────────────────────
def older(persons: Persons) -> None:
    """What an upgrade finds."""
    persons.connection.execute("UPDATE person_detail SET name_index = NULL")


def test_names_kept_before_are_indexed_by_the_verb_also_of_the_restricted(two: Persons) -> None:
    two.put(2, "p8", Details("***", phone="13812345678"), NOW)
    older(two)
    act = Act(2, "p7", "restrict", "alice", "bob", "letter 7")
    acting.act(two.connection, two.subjects, act, NOW, NOW.date())
    said: list[tuple[int, int]] = []
    before = by_name(two)
    assert who(before) == [] and before.is_partial
    assert index_names(two, lambda *given: said.append(given), only=2) == rotating.Rotated(2, 0)
    assert by_name(two).is_partial, "lane 1 waits still"
    assert index_names(two, lambda *given: said.append(given)) == rotating.Rotated(2, 0)
    assert index_names(two, lambda *given: said.append(given)) == rotating.Rotated(0, 0), (
        "a name without a letter was looked at"
    )
    acting.act(two.connection, two.subjects, replace(act, event="resume"), NOW, NOW.date())
    found = by_name(two)
    assert who(found) == [(1, "p7"), (2, "p7")] and not found.is_partial
    assert two.find([2], PHONE, OTHER.phone) == [(2, "p7")] and two.read(1, "p7").details == ONE


def test_who_cannot_be_read_is_left_and_the_others_are_indexed(two: Persons, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cunguan.doors.persons.indexing.PAGE", 1)
    older(two)
    two.connection.execute("UPDATE person_detail SET phone = id_type WHERE lane = 1 AND person = 'p7'")
    said: list[tuple[int, int]] = []
    assert index_names(two, lambda *given: said.append(given)) == rotating.Rotated(2, 1)
    assert said == [(1, 3), (2, 3), (3, 3)] and who(by_name(two)) == [(2, "p7")]


def test_a_rotation_of_keys_indexes_too(two: Persons) -> None:
    older(two)
    rotating.renew(two, NOW, lambda *given: None)
    found = by_name(two)
    assert who(found) == [(1, "p7"), (2, "p7")] and not found.is_partial
    assert two.find([1], PHONE, ONE.phone) == [(1, "p7")]
