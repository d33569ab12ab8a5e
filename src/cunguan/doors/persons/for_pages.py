"""For pages (门户查阅): a party's details as the custodian's pages keep, show and reveal them.

When    a view of the portals asks by house().call: these run in a thread of their own, for a key may have to be unwrapped
Shape   a client's details lie in the lanes of his platforms, what the custodian knows by itself in lane 0
        Shown: masked, or why nothing is shown; in clear only by `reveal` and `document`, which are written down first with who and why
Errors  PersonRefused with its code; DetailsWrong; as doors/persons/keeping.py
Source  docs/adr/0044, 0046
"""

import secrets
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, Final, TypeVar

import msgspec

from cunguan.doors.api.context import Context
from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.persons.keeping import Document, Look, PersonRefused, Persons, may_be_used, subject_of
from cunguan.doors.persons.media import PAGE_BYTES_MAX, media_of
from cunguan.doors.persons.opening import opened
from cunguan.doors.persons.shapes import Details, masked
from cunguan.kernel.codes import Code
from cunguan.store.sqlfiles import statement

T = TypeVar("T")
OWN: Final = 0
#: by whose law the custodian's own parties are kept
JURISDICTION: Final = "CN"
REASON_MIN, REASON_MAX = 4, 400
#: where the key begins in a row of person_kept_in_lanes
KEY_AT: Final = 10


class Shown(msgspec.Struct, frozen=True):
    """What one lane keeps of somebody: details, masked; a code where they are restricted, shredded, or not readable."""

    lane: int
    details: Details | None
    state: str
    documents: tuple[Document, ...] = ()


async def keep(context: Context, lane: int, person: str, details: Details) -> None:
    """Keep somebody's details."""
    now = context.clock.now()
    await _asked(context, lambda persons: persons.put(lane, person, details, now, JURISDICTION if lane == OWN else ""))


async def shown(context: Context, lanes: Sequence[int], person: str) -> list[Shown]:
    """Return what some lanes keep of somebody, masked; lanes that keep nothing are left out."""
    return await _asked(context, lambda persons: _shown(persons, lanes, person))


async def reveal(context: Context, lane: int, person: str, by_whom: str, reason: str) -> Details:
    """Return somebody's details in clear, after who looks and why was written down."""
    look, now = Look(by_whom, "details", _reason(reason)), context.clock.now()
    return (await _asked(context, lambda persons: persons.read(lane, person, look, now))).details


async def bring(
    context: Context, lane: int, person: str, kind: str, content: bytes, by_whom: str, reason: str
) -> Document:
    """Keep a document that one of the custodian's people adds to somebody's file; who, what and why is written down with it."""
    media = media_of(content)
    if not media or len(content) > PAGE_BYTES_MAX:
        raise PersonRefused(Code.media_type_unsupported, "a document is a PDF, JPEG or PNG of at most 5 MB")
    id, now = f"{kind}:{secrets.token_hex(6)}", context.clock.now()
    look = Look(by_whom, f"document {id} added", _reason(reason))
    return await _asked(
        context, lambda persons: persons.put_document(lane, person, id, content, now, kind=kind, media=media, look=look)
    )


async def document(
    context: Context, lane: int, person: str, id: str, by_whom: str, reason: str
) -> tuple[Document, bytes]:
    """Return a document whole, after who looks and why was written down."""
    look, now = Look(by_whom, f"document {id}", _reason(reason)), context.clock.now()
    return await _asked(context, lambda persons: persons.document(lane, person, id, look, now))


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not REASON_MIN <= len(reason) <= REASON_MAX:
        raise PersonRefused(Code.reason_missing, "say why you need to see it")
    return reason


def _shown(persons: Persons, lanes: Sequence[int], person: str) -> list[Shown]:
    given = {"lanes": list(lanes), "person": person}
    rows = persons.connection.execute(statement("person_kept_in_lanes"), given).fetchall()
    return [_of_lane(persons, person, list(of)) for _, of in groupby(rows, key=lambda row: int(row[0]))]


def _of_lane(persons: Persons, person: str, rows: Sequence[Sequence[Any]]) -> Shown:
    """Return what one lane keeps, of rows that are the same but for the key."""
    lane, state, documents, *fields = rows[0][:KEY_AT]
    try:
        may_be_used(state)
    except PersonRefused as refused:
        return Shown(lane, None, refused.code.name)
    ring = persons.ring(subject_of(lane, person), (row[KEY_AT:] for row in rows))
    details = persons.clear(lane, person, fields, ring)
    return Shown(lane, masked(details), state, tuple(msgspec.convert(documents, list[Document])))


async def _asked(context: Context, act: Callable[[Persons], T]) -> T:
    return await in_thread(context, lambda connection: act(Persons(connection, opened(context.keys, connection))))
