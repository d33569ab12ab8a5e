"""Requests of the dialect (懒猫请求): by requestNo the first answer for ever, and what came of it.

Shape   asked → answered (INIT where a client must confirm) → ended with a result, told by CALLBACK and NOTIFY
        `told`: fields that every answer to the request repeats, and those that are true only once it is done
Returns the request as it stands; of two processes the first word stands
Errors  Refused 100013: the number was used for something else
Source  domain.md (c.0); domain-decisions.md 34
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from cunguan.doors.api import authorisations, sql
from cunguan.doors.api.context import Context
from cunguan.doors.api.handing_in import is_custodians
from cunguan.doors.api.lanmao import words
from cunguan.doors.api.lanmao.problem import Fault, Refused
from cunguan.doors.api.lanmao.protocol import Message, encode
from cunguan.kernel.ids import is_id

#: how long a client may take where the page says nothing
PAGE_LIFE: Final = timedelta(minutes=30)
LIFE_MAX: Final = timedelta(days=7)

#: a step that is no authorisation: the client pays in (services/recharge.py)
RECHARGE: Final = "recharge"


class Step(msgspec.Struct, frozen=True):
    """One thing the client confirms: an authorisation under this id; `body` is the JSON of its kind."""

    id: str
    kind: str
    body: str


class Told(msgspec.Struct, frozen=True):
    """Fields of answers: `always`, and `done`: what may be said only after success."""

    always: dict[str, Any] = {}
    done: dict[str, Any] = {}


class Request(msgspec.Struct, frozen=True):
    """A request as it is stored."""

    lane: int
    number: int
    request_no: str
    service: str
    content_hash: bytes
    page_hash: bytes
    legacy_sha1: bool
    device: str
    redirect_url: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    steps: bytes | None
    told: bytes | None
    answer: bytes | None
    result: bytes | None
    ended_at: datetime | None
    notify_at: datetime | None
    notify_failures: int
    notified_at: datetime | None

    @property
    def to_confirm(self) -> list[Step]:
        """What the client confirms, in order."""
        return [] if self.steps is None else msgspec.json.decode(self.steps, type=list[Step])

    @property
    def fields(self) -> Told:
        """What answers repeat."""
        return fields_of(self.told)


def fields_of(told: bytes | None) -> Told:
    """Return what answers to a request repeat."""
    return Told() if told is None else msgspec.json.decode(told, type=Told)


async def begin(context: Context, message: Message, request_no: str, redirect_url: str) -> Request:
    """Note a request, or return the one that was noted under its number; Refused when that was another."""
    if not is_id(request_no) or len(request_no) > 100:
        raise Refused(Fault.malformed, "requestNo is 1 to 100 of letters, digits and _.:/@+#=-")
    if is_custodians(request_no):
        raise Refused(Fault.malformed, f"requestNo {request_no} is of a form that the custodian gives: choose another")
    hashed = content_hash(context, message)
    now = context.clock.now()
    values = {
        "lane": message.lane, "request_no": request_no, "service": message.service, "content_hash": hashed,
        "page_hash": authorisations.page_hash(token_of(context, message.lane, request_no)),
        "legacy_sha1": message.legacy, "device": message.device, "redirect_url": redirect_url,
        "asked_by": message.key_id, "asked_at": now, "expires_at": _expires_at(message, now),
    }  # fmt: skip
    await sql.run(context, "lanmao_ask", values)
    found = await find(context, message.lane, request_no)
    assert found is not None, "it was written, here or before"
    if (found.service, found.content_hash) != (message.service, hashed):
        raise Refused(Fault.duplicate, f"requestNo {request_no} was used for something else")
    return found


def _expires_at(message: Message, now: datetime) -> datetime:
    if not message.data.get("expired"):
        return now + PAGE_LIFE
    at = words.instant(message.data["expired"], "expired")
    if not now < at <= now + LIFE_MAX:
        raise Refused(Fault.refused, "expired lies ahead, at most seven days")
    return at


def content_hash(context: Context, message: Message) -> bytes:
    """Return what tells whether two messages ask the same; the timestamp and the page's expiry do not."""
    content = {name: value for name, value in message.data.items() if name not in ("timestamp", "expired")}
    told = json.dumps([message.service, content], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(authorisations.fingerprint(context.home, told).encode()).digest()


def token_of(context: Context, lane: int, request_no: str) -> str:
    """Return the unguessable end of the address of a request's page."""
    return authorisations.token_of(context.home, lane, f"lanmao {request_no}")


async def find(context: Context, lane: int, request_no: str) -> Request | None:
    """Return a request by its number."""
    values = {"lane": lane, "request_no": request_no}
    found = await sql.typed(context, Request, "lanmao_request_of", values)
    return found[0] if found else None


async def of_page(context: Context, token: str) -> Request | None:
    """Return the request behind a page."""
    values = {"page_hash": authorisations.page_hash(token)}
    found = await sql.typed(context, Request, "lanmao_request_of_page", values)
    return found[0] if found else None


async def answer(
    context: Context, request: Request, told: Mapping[str, Any], steps: Sequence[Step] | None = None,
    fields: Told | None = None,
) -> Request:  # fmt: skip
    """Keep the first answer, and what the client is to confirm."""
    values = {
        "lane": request.lane, "request_no": request.request_no, "answer": encode(told),
        "steps": None if steps is None else msgspec.json.encode(list(steps)),
        "told": None if fields is None else msgspec.json.encode(fields),
    }  # fmt: skip
    await sql.run(context, "lanmao_answer", values)
    return await _again(context, request)


async def end(context: Context, request: Request, told: Mapping[str, Any], *, notify: bool) -> Request:
    """Keep what came of a request, and let it be told."""
    now = context.clock.now()
    values = {
        "lane": request.lane, "request_no": request.request_no, "result": encode(told), "now": now,
        "notify_at": now if notify else None,
    }  # fmt: skip
    await sql.run(context, "lanmao_end", values)
    return await _again(context, request)


async def _again(context: Context, request: Request) -> Request:
    found = await find(context, request.lane, request.request_no)
    assert found is not None, "a request is never removed"
    return found
