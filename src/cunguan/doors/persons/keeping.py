"""Keeping (客户信息存取): a client's details and documents, written encrypted and read by who may.

When    his platform brings them, reads them, looks for him; a person of the custodian's does
Does    one transaction each; a client's first key is made with his first details. All fields are written by his newest key
Reads   only what may be used: of a restricted client nothing is shown, and he is not found; of a shredded one nothing is there
        what is shown in clear is written down first (person_access), in the same transaction
Errors  PersonRefused with its code; FieldBroken, SubjectKeyLost: somebody changed rows, or a key is away
Source  schema 0018; states/subject.py; docs/adr/0044
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec
import psycopg

from cunguan.doors.persons.opening import Opened
from cunguan.doors.persons.shapes import FIELDS, LISTS, Details, checked
from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.keys.blind import CARD_NUMBER, ID_NUMBER, NAME, PHONE
from cunguan.keys.drawers import drawer_of
from cunguan.keys.fields import FieldKey, Place, version_of
from cunguan.keys.subjects import StoredKey, SubjectKeyLost
from cunguan.policy.personal import jurisdiction_of
from cunguan.store.sqlfiles import statement

DOCUMENT_BYTES_MAX: Final = 16 * 2**20
PART_BYTES: Final = 2**20
FOUND_MOST: Final = 100
TABLE, PARTS = "person_detail", "person_document_part"


class PersonRefused(Exception):
    """It cannot be done: the code, and why in words that name nobody."""

    def __init__(self, code: Code, why: str) -> None:
        super().__init__(why)
        self.code, self.why = code, why


class Kept(msgspec.Struct, frozen=True):
    """What is kept of a client of one lane."""

    lane: int
    person: str
    state: str
    jurisdiction: str
    kept_until: date | None
    at: datetime
    changed_at: datetime
    details: Details


class Document(msgspec.Struct, frozen=True):
    """A document of a client, without its content."""

    id: str
    kind: str
    media: str
    bytes: int
    at: datetime


class Look(msgspec.Struct, frozen=True):
    """Who looks at what in clear or brings it, and why: `by_whom` is the key of a platform, or a person of the custodian's."""

    by_whom: str
    what: str
    reason: str


class Persons:
    """Personal data over one connection in autocommit."""

    def __init__(self, connection: psycopg.Connection[Any], opened: Opened) -> None:
        self.connection, self.subjects, self._indexes = connection, opened.subjects, opened.indexes

    # ── details ──────────────────────────────────────────────────────────────
    def put(self, lane: int, person: str, details: Details, now: datetime, jurisdiction: str = "") -> None:
        """Keep a client's details in place of those before; in lane 0 those of a party of the custodian's own."""
        checked(details)
        with self.connection.transaction():
            if not self._one("person_is_known", lane=lane, person=person)[0]:
                raise no_client()
            held = self._do("person_detail_hold", lane=lane, person=person).fetchone()
            if held is not None:
                may_be_used(held[0])
            key = self.key_for_writing(subject_of(lane, person), now)
            self._do(
                "person_detail_put", lane=lane, person=person, key_version=key.version, at=now,
                jurisdiction=jurisdiction or self._jurisdiction(lane), **self.indexed(lane, details),
                **sealed(details, key, lane, person),
            )  # fmt: skip

    def read(self, lane: int, person: str, look: Look | None = None, now: datetime | None = None) -> Kept:
        """Return a client's details, for who masks them; `look` is written down of who shows them in clear."""
        with self.connection.transaction():
            row = self._do("person_detail_of", lane=lane, person=person).fetchone()
            if row is None:
                raise no_client()
            may_be_used(row[2])
            if look is not None:
                self._note(lane, person, look, now)
            return self._kept(row)

    def find(self, lanes: Sequence[int], column: str, value: str, limit: int = FOUND_MOST) -> list[tuple[int, str]]:
        """Return who has this value in a column, by lane and reference, at most so many."""
        asked = [(lane, index) for lane in lanes for index in self._indexes.all_of(column, lane, value)]
        given = {"lanes": [lane for lane, _ in asked], "indexes": [index for _, index in asked]}
        return [
            (lane, person) for lane, person in self._do("person_details_found", column=column, limit=limit, **given)
        ]

    # ── documents ────────────────────────────────────────────────────────────
    def put_document(
        self, lane: int, person: str, id: str, content: bytes, now: datetime, *, kind: str, media: str, look: Look | None = None,
    ) -> Document:  # fmt: skip
        """Keep a document; the same again is the same one, another under its id is refused.

        `look` is written down with it, where one of the custodian's people brings it and says why.
        """
        if not is_id(id) or not is_id(kind):
            raise PersonRefused(
                Code.id_malformed, "a document's id and kind are 1 to 200 of letters, digits and _.:/@+#=-"
            )
        if not 0 < len(content) <= DOCUMENT_BYTES_MAX:
            raise PersonRefused(Code.malformed, f"a document has 1 to {DOCUMENT_BYTES_MAX} bytes")
        with self.connection.transaction():
            self.usable(lane, person)
            if look is not None:
                self._note(lane, person, look, now)
            key = self.key_for_writing(subject_of(lane, person), now)
            pieces = [content[at : at + PART_BYTES] for at in range(0, len(content), PART_BYTES)]
            of = {"lane": lane, "person": person, "id": id}
            row = {"kind": kind, "media": media, "key_version": key.version, "digest": key.digest(content), "at": now}
            if self._do("person_document_add", **of, **row, bytes=len(content), parts=len(pieces)).fetchone() is None:
                return self._same(lane, person, id, content)
            for number, piece in enumerate(pieces):
                place = part_place(lane, person, id, number, len(pieces))
                self._do("person_document_part_put", **of, number=number, content=key.encrypt(piece, place))
        return Document(id, kind, media, len(content), now)

    def documents(self, lane: int, person: str) -> list[Document]:
        """Return the documents of a client."""
        self.usable(lane, person)
        return [_document(row) for row in self._do("person_documents", lane=lane, person=person)]

    def document(self, lane: int, person: str, id: str, look: Look, now: datetime) -> tuple[Document, bytes]:
        """Return a document whole, and write down who looked."""
        with self.connection.transaction():
            self.usable(lane, person)
            row = self._do("person_document_of", lane=lane, person=person, id=id).fetchone()
            if row is None:
                raise PersonRefused(Code.not_found, "there is no such document")
            self._note(lane, person, look, now)
            return _document(row), self.whole(lane, person, row)

    def whole(self, lane: int, person: str, row: Sequence[Any]) -> bytes:
        """Return the content of a row of person_document."""
        id, parts = row[0], row[6]
        keys = self.keys(subject_of(lane, person))
        found = self._do("person_document_parts", lane=lane, person=person, id=id).fetchall()
        pieces = [
            keys.of(bytes(content)).decrypt(bytes(content), part_place(lane, person, id, number, parts))
            for number, content in found
        ]
        if len(pieces) != parts:
            raise PersonRefused(Code.personal_data_unreadable, "a part of the document is missing")
        return b"".join(pieces)

    # ── keys ─────────────────────────────────────────────────────────────────
    def keys(self, subject: str) -> "Ring":
        """Return the keys of a subject that still read."""
        return self.ring(subject, self._do("subject_keys_of", subject=subject))

    def ring(self, subject: str, rows: Iterable[Sequence[Any]]) -> "Ring":
        """Return the keys of a subject in rows that were read already; a row may hold none."""
        return Ring(subject, [StoredKey(*row) for row in rows if row[0] is not None], self.subjects)

    def key_for_writing(self, subject: str, now: datetime) -> FieldKey:
        """Return a subject's newest key, made if he has none; within a transaction."""
        ring = self.keys(subject)
        if ring.stored:
            return self.subjects.ready(ring.stored[-1])
        self.add_key(subject, int(self._one("subject_key_next", subject=subject)[0]), now)
        return self.subjects.ready(self.keys(subject).stored[-1])

    def add_key(self, subject: str, version: int, now: datetime) -> None:
        """Give a subject a further key; his drawer keeps its lock until the commit."""
        self._do("subject_drawer_share", drawer=drawer_of(subject))
        self._do("subject_key_ages", subject=subject)
        self._do("subject_key_add", **msgspec.structs.asdict(self.subjects.new(subject, version)), at=now)

    # ── inside ───────────────────────────────────────────────────────────────
    def _kept(self, row: Sequence[Any]) -> Kept:
        lane, person, state, _, *fields, jurisdiction, kept_until, at, changed_at = row
        return Kept(lane, person, state, jurisdiction, kept_until, at, changed_at, self.clear(lane, person, fields))

    def clear(self, lane: int, person: str, fields: Sequence[bytes | None], ring: "Ring | None" = None) -> Details:
        """Return the clear fields of a row, in the order of FIELDS; with his keys, where they were read already."""
        keys = ring or self.keys(subject_of(lane, person))
        found: dict[str, Any] = {}
        for name, held in zip(FIELDS, fields, strict=True):
            if held is not None:
                text = keys.of(bytes(held)).decrypt(bytes(held), field_place(name, lane, person))
                found[name] = msgspec.json.decode(text, type=tuple[str, ...]) if name in LISTS else text.decode()
        return Details(**found)

    def indexed(self, lane: int, details: Details) -> dict[str, Any]:
        """Return what stands for details in search; a name without a letter is written as one that was looked at."""
        cards = [self._indexes.of(CARD_NUMBER, lane, one) for one in details.cards]
        return {
            "phone_index": self._indexes.of(PHONE, lane, details.phone),
            "id_number_index": self._indexes.of(ID_NUMBER, lane, details.id_number),
            "card_number_indexes": [one for one in cards if one is not None],
            "name_index": (self._indexes.of(NAME, lane, details.name) or b"") if details.name else None,
        }

    def _same(self, lane: int, person: str, id: str, content: bytes) -> Document:
        row = self._do("person_document_of", lane=lane, person=person, id=id).fetchone()
        assert row is not None, "its id was taken"
        if self.keys(subject_of(lane, person)).version(row[3]).digest(content) != bytes(row[4]):
            raise PersonRefused(Code.exists_with_different_body, "the id was used for another document: take a new one")
        return _document(row)

    def usable(self, lane: int, person: str) -> None:
        """Refuse a client of whom nothing is kept, or nothing may be used; his row is held until the commit."""
        held = self._do("person_detail_hold", lane=lane, person=person).fetchone()
        if held is None:
            raise no_client()
        may_be_used(held[0])

    def _note(self, lane: int, person: str, look: Look, now: datetime | None) -> None:
        self._do("person_access_add", lane=lane, person=person, at=now, **msgspec.structs.asdict(look))

    def _jurisdiction(self, lane: int) -> str:
        row = self._do("person_pack", lane=lane).fetchone()
        return jurisdiction_of(str(row[0])) if row is not None else ""

    def _one(self, name: str, /, **given: Any) -> Sequence[Any]:
        row = self._do(name, **given).fetchone()
        assert row is not None, name
        return row  # type: ignore[no-any-return]

    def _do(self, name: str, /, **given: Any) -> psycopg.Cursor[Any]:
        return self.connection.execute(statement(name), given)


class Ring:
    """The keys of one subject that still read, each made ready when it is asked for."""

    def __init__(self, subject: str, stored: Iterable[StoredKey], subjects: Any) -> None:
        self.subject, self.stored, self._subjects = subject, list(stored), subjects

    def of(self, sealed_field: bytes) -> FieldKey:
        """Return the key a field was encrypted by."""
        return self.version(version_of(sealed_field))

    def version(self, number: int) -> FieldKey:
        """Return the key of a version."""
        for one in self.stored:
            if one.version == number:
                return self._subjects.ready(one)  # type: ignore[no-any-return]
        raise SubjectKeyLost(f"the key {number} of {self.subject} is not there")


def subject_of(lane: int, person: str) -> str:
    """Return the name of a platform's client among subjects."""
    return f"{lane}:{person}"


def field_place(column: str, lane: int, person: str) -> Place:
    """Return where a field of a client's details stands."""
    subject = subject_of(lane, person)
    return Place(TABLE, column, subject, subject)


def part_place(lane: int, person: str, document: str, number: int, parts: int) -> Place:
    """Return where a part of a document stands: of so many, so that none can be cut off."""
    subject = subject_of(lane, person)
    return Place(PARTS, "content", f"{subject}:{document}:{number}/{parts}", subject)


def sealed(details: Details, key: FieldKey, lane: int, person: str) -> dict[str, bytes | None]:
    """Return the fields as they are stored; None for what is empty."""
    return {name: _sealed(getattr(details, name), key, field_place(name, lane, person)) for name in FIELDS}


def _sealed(value: str | tuple[str, ...], key: FieldKey, place: Place) -> bytes | None:
    if not value:
        return None
    return key.encrypt(value.encode() if isinstance(value, str) else msgspec.json.encode(value), place)


def may_be_used(state: str) -> None:
    """Refuse what is restricted or shredded."""
    if state == "restricted":
        raise PersonRefused(Code.person_restricted, "the client's details are restricted: kept by law, shown to nobody")
    if state == "shredded":
        raise PersonRefused(Code.person_shredded, "the client's details were shredded: nobody can read them any more")


def no_client() -> PersonRefused:
    """Return what is said of who is no client here, and of another platform's clients alike."""
    return PersonRefused(Code.not_found, "there is no such client")


def _document(row: Sequence[Any]) -> Document:
    id, kind, media, _, _, size, _, at = row
    return Document(id, kind, media, size, at)


def pages(connection: psycopg.Connection[Any], name: str, limit: int = 500) -> Iterator[tuple[int, str]]:
    """Yield clients by lane and reference, in short statements."""
    lane, person = -1, ""
    while found := connection.execute(statement(name), {"lane": lane, "person": person, "limit": limit}).fetchall():
        yield from found
        lane, person = found[-1]
