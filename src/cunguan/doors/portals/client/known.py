"""Known (客户资料存取): what the custodian keeps of this client himself: read for his own forms, written encrypted.

When    he opens an account, binds a card, brings documents
Shape   details lie in each lane under his own key (doors/persons). Between his form and his signature they wait in his session,
        sealed by the installation's key: a session is a row of a table
Errors  PersonRefused: his details may not be used now; what cannot be opened counts as not given
"""

import base64
from typing import Any, Final

import msgspec
import psycopg
from django.http import HttpRequest

from cunguan.channels.base import Payee
from cunguan.doors.api.context import Context
from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.payees import details as payees
from cunguan.doors.persons.keeping import Look, PersonRefused, Persons
from cunguan.doors.persons.opening import opened
from cunguan.doors.persons.payees import asked_who, keep_payee
from cunguan.doors.persons.shapes import Details
from cunguan.doors.portals.shell.house import house
from cunguan.doors.sealing import sealer_of
from cunguan.keys.sealed import Sealer

_WAITS: Final = "client.sealed"


def details_of(lane: int, person: str) -> Details | None:
    """Return what is kept of him in a lane, None where nothing is or may be used; that he looked himself is written down."""
    return house().call(_details, lane, person)


async def _details(context: Context, lane: int, person: str) -> Details | None:
    now = context.clock.now()

    def read(connection: psycopg.Connection[Any]) -> Details | None:
        persons = Persons(connection, opened(context.keys, connection))
        try:
            return persons.read(lane, person, Look(f"client:{person}", "details", "his own form"), now).details
        except PersonRefused:
            return None

    return await in_thread(context, read)


def keep_details(lane: int, person: str, details: Details) -> None:
    """Keep his details in a lane where he has an account."""
    house().call(_keep, lane, person, details)


async def _keep(context: Context, lane: int, person: str, details: Details) -> None:
    now = context.clock.now()

    def keep(connection: psycopg.Connection[Any]) -> None:
        Persons(connection, opened(context.keys, connection)).put(lane, person, details, now)

    await in_thread(context, keep)


def keep_document(lane: int, person: str, id: str, content: bytes, kind: str, media: str) -> None:
    """Keep a document of his."""
    house().call(_document, lane, person, id, content, kind, media)


async def _document(context: Context, lane: int, person: str, id: str, content: bytes, kind: str, media: str) -> None:
    now = context.clock.now()

    def keep(connection: psycopg.Connection[Any]) -> None:
        persons = Persons(connection, opened(context.keys, connection))
        persons.put_document(lane, person, id, content, now, kind=kind, media=media)

    await in_thread(context, keep)


def documents_of(lane: int, person: str) -> list[Any]:
    """Return the documents he has brought, without their content."""
    return house().call(_documents, lane, person)


async def _documents(context: Context, lane: int, person: str) -> list[Any]:
    def read(connection: psycopg.Connection[Any]) -> list[Any]:
        try:
            return list(Persons(connection, opened(context.keys, connection)).documents(lane, person))
        except PersonRefused:
            return []

    return await in_thread(context, read)


# ── his card ─────────────────────────────────────────────────────────────────
def keep_card(lane: int, person: str, payee: Payee) -> str:
    """Keep whose account a card is, under his own key; return the hash that stands for it in the books."""
    return house().call(_card, lane, person, payee)


async def _card(context: Context, lane: int, person: str, payee: Payee) -> str:
    row = payees.kept(await sealer_of(context), payee, context.clock.now())

    def keep(connection: psycopg.Connection[Any]) -> None:
        persons = Persons(connection, opened(context.keys, connection))
        with connection.transaction():
            keep_payee(persons, lane, person, row.payee_hash, payee, (row.name_hash, row.account_hash), row.at)

    await in_thread(context, keep)
    return row.payee_hash


def payee_shown(hash: str) -> str:
    """Return whose account a hash stands for and the end of its number, as its owner reads it; "" where that is not known here."""
    payee = house().call(asked_who, hash)
    return f"{payee.name} {payee.shown}" if payee is not None else ""


# ── between form and signature ───────────────────────────────────────────────
def put_by(request: HttpRequest, what: str, value: msgspec.Struct) -> None:
    """Keep something for this session's later page, sealed."""
    sealed = _sealer().seal(msgspec.json.encode(value), f"session:{what}")
    request.session[f"{_WAITS}.{what}"] = base64.b64encode(sealed).decode()


def take_back(request: HttpRequest, what: str, of: type[Any]) -> Any:
    """Return what was put by, once; None where nothing was."""
    held = request.session.pop(f"{_WAITS}.{what}", None)
    return (
        None
        if held is None
        else msgspec.json.decode(_sealer().unseal(base64.b64decode(held), f"session:{what}"), type=of)
    )


def _sealer() -> Sealer:
    return house().call(sealer_of)
