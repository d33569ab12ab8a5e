"""Rotating (密钥轮换): personal data under newer keys: the KEK's wrapping of each key, and each client's own key.

When    `cunguan person rotate`; a KEK was replaced (`cunguan key rotate kek`), a key may be known, a year is over
Does    kek: every key wrapped by an older KEK is wrapped by the newest. keys: every client gets a further key and his data is
        encrypted by it. payees: details of payees that the installation sealed go under the key of the client they are of
        each row is a transaction of its own: cut off, it is begun again and does what is left. An old key is destroyed when
        nothing is under it any more; an old KEK may be when `left` says none (keys/providers: destroy)
        lazily: whatever is written anew goes under the newest key, so that rotating only ends what writing began
Returns Rotated: how many were done, how many are left
Errors  SubjectKeyLost: a key cannot be had; the others are done before it is told
Source  NIST SP 800-57 part 1, 5.3.6 (cryptoperiods); docs/adr/0044
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

import msgspec
import psycopg

from cunguan.channels.base import Payee
from cunguan.doors.persons.keeping import PART_BYTES, Persons, pages, part_place, sealed, subject_of
from cunguan.doors.persons.opening import Opened
from cunguan.doors.persons.payees import keep_payee, payee_of, payee_place
from cunguan.keys.drawers import drawer_of
from cunguan.keys.subjects import StoredKey
from cunguan.store.sqlfiles import statement

PAGE: Final = 500
Say = Callable[[int, int], None]


class Rotated(msgspec.Struct, frozen=True):
    """What a rotation did, and what is left of it."""

    done: int
    left: int


class Wrapped(msgspec.Struct, frozen=True):
    """How many keys are under a version of the KEK."""

    kek: int
    keys: int


def under_keks(connection: psycopg.Connection[Any]) -> list[Wrapped]:
    """Return how many keys each KEK wraps: one that wraps none may be destroyed."""
    return [Wrapped(*row) for row in connection.execute(statement("subject_keys_by_kek"))]


def rewrap(connection: psycopg.Connection[Any], opened: Opened, say: Say) -> Rotated:
    """Wrap every key by the newest KEK."""
    newest, done = opened.subjects.newest_kek(), 0
    total = sum(one.keys for one in under_keks(connection) if one.kek < newest)
    for stored in _under_older(connection, newest):
        with connection.transaction():
            connection.execute(statement("subject_drawer_share"), {"drawer": stored.drawer})
            found = connection.execute(statement("subject_keys_of"), {"subject": stored.subject}).fetchall()
            for now in (StoredKey(*row) for row in found):
                if now.version == stored.version and now.kek < newest:
                    again = opened.subjects.rewrapped(now)
                    connection.execute(statement("subject_key_set"), msgspec.structs.asdict(again))
        done += 1
        if done % PAGE == 0:
            say(done, total)
    return Rotated(done, sum(one.keys for one in under_keks(connection) if one.kek < newest))


def renew(persons: Persons, now: datetime, say: Say, only: tuple[int, str] | None = None) -> Rotated:
    """Give every client, or one, a further key, and encrypt his data by it; what was begun before is ended first."""
    connection = persons.connection
    for place in [] if only else list(pages(connection, "persons_to_rotate")):
        _move(persons, *place, now)
    clients = [only] if only else list(pages(connection, "persons_after"))
    for done, (lane, person) in enumerate(clients, 1):
        renew_one(persons, lane, person, now)
        if done % PAGE == 0:
            say(done, len(clients))
    return Rotated(len(clients), sum(1 for _ in pages(connection, "persons_to_rotate")))


def finish(persons: Persons, now: datetime, say: Say) -> Rotated:
    """Encrypt by the newest keys what older ones still hold, and destroy those; no new key is made."""
    clients = list(pages(persons.connection, "persons_to_rotate"))
    for done, place in enumerate(clients, 1):
        _move(persons, *place, now)
        if done % PAGE == 0:
            say(done, len(clients))
    return Rotated(len(clients), sum(1 for _ in pages(persons.connection, "persons_to_rotate")))


def renew_one(persons: Persons, lane: int, person: str, now: datetime) -> None:
    """Give one client a further key, and encrypt his data by it."""
    subject = subject_of(lane, person)
    with persons.connection.transaction():  # the drawer before the row, as a shredding takes them
        persons.connection.execute(statement("subject_drawer_share"), {"drawer": drawer_of(subject)})
        persons.connection.execute(statement("person_detail_hold"), {"lane": lane, "person": person})
        ring = persons.keys(subject)
        if ring.stored:
            persons.add_key(subject, ring.stored[-1].version + 1, now)
    _move(persons, lane, person, now)


def _move(persons: Persons, lane: int, person: str, now: datetime) -> None:
    """Encrypt all of a client by his newest key, and destroy his older ones: nothing is under them any more."""
    connection, of = persons.connection, {"lane": lane, "person": person}
    with connection.transaction():
        connection.execute(statement("person_detail_hold"), of)
        ring = persons.keys(subject_of(lane, person))
        if len(ring.stored) < 2:
            return
        newest = ring.version(ring.stored[-1].version)
        row = connection.execute(statement("person_detail_of"), of).fetchone()
        assert row is not None, "it is held"
        details = persons.clear(lane, person, row[4:-4])
        held = sealed(details, newest, lane, person)
        given = {**of, "key_version": newest.version, **held, **persons.indexed(lane, details)}
        connection.execute(statement("person_detail_reseal"), given)
        _move_documents(persons, lane, person, newest)
        _move_payees(persons, lane, person, newest)
        older = {"subject": ring.subject, "version": newest.version - 1, "at": now}
        connection.execute(statement("subject_keys_destroy"), older)


def _move_documents(persons: Persons, lane: int, person: str, newest: Any) -> None:
    connection, of = persons.connection, {"lane": lane, "person": person}
    for row in connection.execute(statement("person_documents"), of).fetchall():
        content, id, parts = persons.whole(lane, person, row), row[0], row[6]
        for number in range(parts):
            piece = content[number * PART_BYTES : (number + 1) * PART_BYTES]
            held = newest.encrypt(piece, part_place(lane, person, id, number, parts))
            connection.execute(
                statement("person_document_part_put"), {**of, "id": id, "number": number, "content": held}
            )
        given = {**of, "id": id, "key_version": newest.version, "digest": newest.digest(content)}
        connection.execute(statement("person_document_reseal"), given)


def _move_payees(persons: Persons, lane: int, person: str, newest: Any) -> None:
    connection, of = persons.connection, {"lane": lane, "person": person}
    for hash, name_hash, account_hash, _, content, at in connection.execute(
        statement("person_payees_of"), of
    ).fetchall():
        payee = payee_of(persons, lane, person, hash, bytes(content))
        held = newest.encrypt(msgspec.json.encode(payee), payee_place(lane, person, hash))
        connection.execute(statement("person_payee_put"), {
            **of, "payee_hash": hash, "name_hash": name_hash, "account_hash": account_hash, "key_version": newest.version,
            "content": held, "at": at,
        })  # fmt: skip


def move_payees(persons: Persons, unseal: Callable[[str, bytes], Payee], now: datetime, say: Say) -> Rotated:
    """Put payees' details that the installation sealed under the keys of the clients they are of."""
    done, after = 0, ""
    connection = persons.connection
    while rows := connection.execute(statement("person_payees_to_move"), {"after": after, "limit": PAGE}).fetchall():
        for hash, name_hash, account_hash, content in rows:
            with connection.transaction():
                clients = connection.execute(statement("person_payee_clients"), {"payee_hash": hash}).fetchall()
                for lane, person in clients:
                    keep_payee(
                        persons, lane, person, hash, unseal(hash, bytes(content)), (name_hash, account_hash), now
                    )
                connection.execute(statement("payee_detail_gone"), {"payee_hash": hash})
            done += 1
        after = rows[-1][0]
        say(done, done)
    return Rotated(done, 0)


def _under_older(connection: psycopg.Connection[Any], newest: int) -> Iterator[StoredKey]:
    after: dict[str, Any] = {"subject": "", "version": 0}
    while True:
        given = {**after, "kek": newest, "limit": PAGE}
        rows = connection.execute(statement("subject_keys_under_kek"), given).fetchall()
        if not rows:
            return
        yield from (StoredKey(*row) for row in rows)
        after = {"subject": rows[-1][0], "version": rows[-1][1]}
