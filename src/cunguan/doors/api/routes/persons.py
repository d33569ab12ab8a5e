"""Persons (客户信息): a platform brings who its client is, looks at it masked, finds him by a whole value, keeps his documents.

When    after the client has an account here; other platforms' clients do not exist, also where they are the same person
Returns masked details (张*, 138****1234), unless the key has the scope `reveal`: a look in clear is written down with its key
        values to search by stand in a body, never in an address, which proxies and histories keep
Errors  Problem 404, 409, 422, 503 (doors/persons/refusing.py)
Source  docs/personal-data.md
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType
from starlette.responses import Response

from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.api.lists import Items
from cunguan.doors.api.problem import Problem
from cunguan.doors.persons.keeping import DOCUMENT_BYTES_MAX, Document, Kept, Look, Persons
from cunguan.doors.persons.opening import opened
from cunguan.doors.persons.refusing import told
from cunguan.doors.persons.shapes import Details, masked
from cunguan.kernel.codes import Code

T = TypeVar("T")
Jurisdiction = Literal["CN", "EU", "HK", "SG", "UK"]
_MEDIA = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")


class PersonBody(Details, frozen=True, forbid_unknown_fields=True):
    """A client's details, all of them: what is left out is not kept any more.

    jurisdiction  by whose law they are kept, where the platform's rule pack does not say it
    """

    jurisdiction: Jurisdiction | UnsetType = UNSET


class PersonShown(msgspec.Struct, frozen=True):
    """What is kept of a client; `details` masked, or in clear for a key that may see them so."""

    person: str
    state: str
    jurisdiction: str
    kept_until: date | None
    at: datetime
    changed_at: datetime
    details: Details


class PersonSearch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole value, as people write it."""

    column: Literal["phone", "id_number", "card_number"]
    value: Annotated[str, Meta(min_length=1, max_length=64)]


class PersonFound(msgspec.Struct, frozen=True):
    """A client who has the value."""

    person: str


class DocumentAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a document is: id_card_front, contract …"""

    kind: Annotated[str, Meta(max_length=200)] = "document"


async def put(call: Call) -> PersonShown:
    """Keep a client's details."""
    body: PersonBody = call.body
    details = Details(*(getattr(body, name) for name in Details.__struct_fields__))
    jurisdiction = "" if body.jurisdiction is UNSET else body.jurisdiction
    now, lane, person = call.context.clock.now(), call.caller.lane, call.path["person"]

    def keep(persons: Persons) -> Kept:
        persons.put(lane, person, details, now, jurisdiction)
        return persons.read(lane, person)

    return _shown(await _asked(call, keep), in_clear=False)


async def get(call: Call) -> PersonShown:
    """Return what is kept of a client, masked."""
    return _shown(
        await _asked(call, lambda persons: persons.read(call.caller.lane, call.path["person"])), in_clear=False
    )


async def reveal(call: Call) -> PersonShown:
    """Return what is kept of a client, and write down who looked."""
    look, now = _look(call, "details"), call.context.clock.now()
    kept = await _asked(call, lambda persons: persons.read(call.caller.lane, call.path["person"], look, now))
    return _shown(kept, in_clear=True)


async def search(call: Call) -> Items[PersonFound]:
    """Find clients by a whole value."""
    body: PersonSearch = call.body
    found = await _asked(call, lambda persons: persons.find([call.caller.lane], body.column, body.value))
    return Items([PersonFound(person) for _, person in found], None)


async def documents(call: Call) -> Items[Document]:
    """Return the documents of a client."""
    return Items(await _asked(call, lambda persons: persons.documents(call.caller.lane, call.path["person"])), None)


async def upload(call: Call) -> Document:
    """Keep a document."""
    media = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if _MEDIA.fullmatch(media) is None:
        raise Problem(
            415, Code.media_type_unsupported, "say what the document is: Content-Type: image/jpeg, application/pdf …"
        )
    now, content = call.context.clock.now(), call.raw
    return await _asked(call, lambda persons: persons.put_document(
        call.caller.lane, call.path["person"], call.path["document"], content, now, kind=call.query.kind, media=media,
    ))  # fmt: skip


async def download(call: Call) -> Response:
    """Return a document as it came, and write down who looked."""
    name, now = call.path["document"], call.context.clock.now()
    look = _look(call, f"document {name}")
    found, content = await _asked(
        call, lambda persons: persons.document(call.caller.lane, call.path["person"], name, look, now)
    )
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return Response(content, headers=headers, media_type=found.media)


async def _asked(call: Call, act: Callable[[Persons], T]) -> T:
    with told():
        return await in_thread(
            call.context, lambda connection: act(Persons(connection, opened(call.context.keys, connection)))
        )


def _look(call: Call, what: str) -> Look:
    return Look(f"{call.caller.platform} {call.caller.key_id}", what, "")


def _shown(kept: Kept, *, in_clear: bool) -> PersonShown:
    return PersonShown(
        kept.person, kept.state, kept.jurisdiction, kept.kept_until, kept.at, kept.changed_at,
        kept.details if in_clear else masked(kept.details),
    )  # fmt: skip


_PERSON = "/v1/persons/{person}"
_EXAMPLE = {"name": "李雷", "id_type": "id_card", "id_number": "11010519491231002X", "phone": "13800001234",
            "address": "北京市东城区", "devices": ["device-1"], "cards": ["6222021001010001"]}  # fmt: skip

ENDPOINTS = (
    Endpoint("PUT", _PERSON, "Keep who a client is, encrypted by his own key (客户信息)", "persons", put, answer=PersonShown,
             body=PersonBody, example=_EXAMPLE, tag="persons"),
    Endpoint("GET", _PERSON, "Get who a client is, masked", "persons", get, answer=PersonShown, tag="persons"),
    Endpoint("GET", _PERSON + "/clear", "Get who a client is, in clear; the look is written down", "reveal", reveal,
             answer=PersonShown, tag="persons"),
    Endpoint("POST", "/v1/persons/search", "Find clients by a whole phone, ID or card number", "persons", search,
             answer=Items[PersonFound], body=PersonSearch, example={"column": "phone", "value": "13800001234"}, tag="persons"),
    Endpoint("GET", _PERSON + "/documents", "List a client's documents (影像资料)", "persons", documents,
             answer=Items[Document], tag="persons"),
    Endpoint("PUT", _PERSON + "/documents/{document}", "Keep a client's document: the body is the file", "persons", upload,
             answer=Document, query=DocumentAsked, tag="persons", bytes_max=DOCUMENT_BYTES_MAX),
    Endpoint("GET", _PERSON + "/documents/{document}", "Download a document; the look is written down", "reveal", download,
             tag="persons"),
)  # fmt: skip
