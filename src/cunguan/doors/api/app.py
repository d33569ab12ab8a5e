"""App: the platform's door as an ASGI application: find the endpoint, let the gate verify, decode, call once, answer.

Shape   every module of routes/ with ENDPOINTS takes part; a new resource is a new file
Returns JSON by msgspec; a Problem as RFC 9457; a mistake of ours as 500 with nothing of its cause in the answer
Order   path, method, size of the body (the gate before it where it may be large), the gate, content type, query, body; nothing
        of it changes anything
Source  design/house.md "Doors translate"; RFC 9110
"""

import asyncio
import importlib
import logging
import pkgutil
from collections.abc import Sequence
from functools import cache, partial
from time import perf_counter
from typing import Any, Protocol

import msgspec
import psycopg
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

import cunguan.doors.api.routes
from cunguan.doors.api.context import Context
from cunguan.doors.api.decode import body_of, query_of
from cunguan.doors.api.endpoint import NOBODY, Call, Caller, Endpoint, Reply
from cunguan.doors.api.problem import MEDIA_TYPE, Problem
from cunguan.doors.api.table import Found, Table
from cunguan.doors.telemetry import logs
from cunguan.doors.telemetry.metrics import answered
from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.keys.httpsig import SAFE
from cunguan.keys.providers.base import KeysWrong

log = logging.getLogger(__name__)

BODY_BYTES_MAX = 2**20
#: a larger body is read when the signature holds: whoever is unknown fills no memory
UNSIGNED_BYTES_MAX = 2 * 2**20
#: a body that has begun is there by then, or it is not waited for
BODY_SECONDS = 20.0

RETRY_AFTER = {"Retry-After": "1"}

#: where a request's scope keeps the path of its endpoint
ENDPOINT = "cunguan.endpoint"

_encode = msgspec.json.Encoder().encode


class Gate(Protocol):
    """What stands before every endpoint that asks for a scope, and behind every answer."""

    async def admit(self, endpoint: Endpoint, request: Request, raw: bytes | None) -> Caller:
        """Return who signed the request and may do this; Problem when anything of it fails. `raw` None: it is not read yet."""

    def sign(self, request: Request, response: Response) -> None:
        """Sign an answer."""


@cache
def endpoints() -> tuple[Endpoint, ...]:
    """Return every operation of the door."""
    found: list[Endpoint] = []
    for info in pkgutil.iter_modules(cunguan.doors.api.routes.__path__):
        module = importlib.import_module(f"cunguan.doors.api.routes.{info.name}")
        found.extend(getattr(module, "ENDPOINTS", ()))
    return tuple(found)


class Door:
    """The application of one process; what it works with is made inside the running loop (opening.py)."""

    def __init__(self, context: Context, gate: Gate, which: Sequence[Endpoint] | None = None) -> None:
        offered = [one for one in which or endpoints() if context.is_sandbox or not one.sandbox]
        self._context, self._gate = context, gate
        self._table = Table(offered, lambda endpoint: partial(self._answer, endpoint))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return  # a lifespan is the worker's affair (opening.py)
        request, began = Request(scope, receive), perf_counter()
        try:
            response = await self.respond(request)
        except ClientDisconnect:
            return  # nobody is left to be told; nothing was handed in
        if scope["method"] == "HEAD":
            response.body = b""  # the length stays: it is the one a GET would have
        await response(scope, receive, send)
        answered(scope["method"], scope.get(ENDPOINT, ""), response.status_code, perf_counter() - began)

    async def respond(self, request: Request) -> Response:
        """Return the signed answer to one request, which has an id of its own in our logs."""
        with logs.of_a_request() as name:
            response = await self._told(request, name)
        response.headers["Request-Id"] = name
        response.headers.setdefault("Cache-Control", "no-store")  # no header here tells a cache that it is somebody's
        self._gate.sign(request, response)
        return response

    async def _told(self, request: Request, name: str) -> Response:
        try:
            return await self._found(request)
        except Problem as problem:
            return refusal(problem)
        except ClientDisconnect:
            raise
        except psycopg.OperationalError:  # away, too slow, or no connection was free
            log.exception("the database did not answer", extra=_of(request))
            return refusal(Problem(503, Code.database_unavailable, "send the same again", headers=RETRY_AFTER))
        except KeysWrong:
            log.exception("the keys are not to be had", extra=_of(request))
            return refusal(Problem(503, Code.keys_unavailable, "send the same again", headers=RETRY_AFTER))
        except Exception:
            log.exception("an endpoint failed", extra=_of(request))
            return refusal(
                Problem(500, Code.internal_error, f"the custodian looks at it: name request {name} to its people")
            )

    async def _found(self, request: Request) -> Response:
        scope = request.scope
        found: Found | None = self._table.find(scope["raw_path"].decode("latin-1"))
        if found is None:
            raise Problem(404, Code.not_found, "there is no such page")
        methods, scope["path_params"] = found
        served = methods.get(scope["method"])
        if served is not None:
            return await served(request)  # type: ignore[no-any-return]
        allowed = {"Allow": ", ".join(sorted({*methods, "OPTIONS"}))}
        if scope["method"] == "OPTIONS":
            return Response(status_code=204, headers=allowed)
        raise Problem(405, Code.method_not_allowed, f"here one may {allowed['Allow']}", headers=allowed)

    async def _answer(self, endpoint: Endpoint, request: Request) -> Response:
        request.scope[ENDPOINT] = endpoint.path
        most = endpoint.bytes_max or BODY_BYTES_MAX
        if most > UNSIGNED_BYTES_MAX and not endpoint.is_open:
            await self._gate.admit(endpoint, request, None)
        raw = await _read(request, most)
        caller = NOBODY if endpoint.is_open else await self._gate.admit(endpoint, request, raw)
        if endpoint.sandbox and not caller.is_sandbox:
            raise Problem(404, Code.not_found, "there is no such page")
        query, body = query_of(endpoint, request), body_of(endpoint, request, raw)
        if not endpoint.is_open:
            _same_id(request, body)
        call = Call(self._context, caller, request, request.path_params, query, body, raw)
        return response_of(await endpoint.handler(call), endpoint.status)


def build(context: Context, gate: Gate, which: Sequence[Endpoint] | None = None) -> Door:
    """Return the application."""
    return Door(context, gate, which)


def _same_id(request: Request, body: Any) -> None:
    """The signature covers the header: what it names is what is done."""
    named, signed = getattr(body, "id", None), request.headers.get("instruction-id")
    if signed is not None and request.method not in SAFE and not is_id(signed):
        detail = "the header Instruction-Id is 1 to 200 of letters, digits and _.:/@+#=-"
        raise Problem(422, Code.id_malformed, detail, field="" if named is None else "id", instruction_id=signed[:200])
    if named is not None and signed is not None and named != signed:
        raise Problem(
            422, Code.instruction_id_differs, f"the header Instruction-Id says {signed[:200]!r}", field="id",
            instruction_id=str(named)[:200],
        )  # fmt: skip


def _of(request: Request) -> dict[str, str]:
    """Return what a log may say of a request: the path as it is documented, for the real one may hold a token."""
    asked = {"method": request.method, "endpoint": request.scope.get(ENDPOINT, "")}
    return {**asked, "instruction_id": request.headers.get("instruction-id", "")}


async def _read(request: Request, most: int) -> bytes:
    """Return the body; no more of it is read than is taken."""
    if _declared(request) > most:
        raise _too_large(most)
    message = await request.receive()
    if message["type"] == "http.request" and not message.get("more_body", False):
        raw: bytes = message.get("body", b"")
    else:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                raw = await _rest(request, message, most)
        except TimeoutError:
            raise Problem(408, Code.body_too_slow, f"a body is sent within {BODY_SECONDS:g} seconds") from None
    if len(raw) > most:
        raise _too_large(most)
    return raw


async def _rest(request: Request, message: Any, most: int) -> bytes:
    parts, size = [], 0
    while True:
        if message["type"] != "http.request":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise _too_large(most)
        if not message.get("more_body", False):
            return b"".join(parts)
        message = await request.receive()


def _declared(request: Request) -> int:
    for name, value in request.scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


def _too_large(most: int) -> Problem:
    return Problem(
        413,
        Code.body_too_large,
        f"a body has at most {most} bytes here: send it in parts",
        headers={"Connection": "close"},
    )


def response_of(value: Any, status: int = 200) -> Response:
    """Return what a handler said as a response."""
    if isinstance(value, Response):
        return value
    if isinstance(value, Reply):
        return Response(_encode(value.value), value.status, dict(value.headers), "application/json")
    return Response(_encode(value), status, media_type="application/json")


def refusal(problem: Problem) -> Response:
    """Return a problem as a response."""
    return Response(_encode(problem.details), problem.status, problem.headers, MEDIA_TYPE)
