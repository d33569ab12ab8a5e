"""App: the platform's door as an ASGI application: find the endpoint, let the gate verify, decode, call once, answer.

Shape   every module of routes/ with ENDPOINTS takes part; a new resource is a new file
Returns JSON by msgspec; a Problem as RFC 9457; a mistake of ours as 500 with nothing of its cause in the answer
Source  design/house.md "Doors translate"; RFC 9110
"""

import importlib
import logging
import pkgutil
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import cunguan.doors.api.routes
from cunguan.doors.api.context import Context
from cunguan.doors.api.decode import body_of, query_of
from cunguan.doors.api.endpoint import NOBODY, Call, Caller, Endpoint, Reply
from cunguan.doors.api.problem import MEDIA_TYPE, Problem

log = logging.getLogger(__name__)

BODY_BYTES_MAX = 2**20
BATCH_BYTES_MAX = 2 * 2**20

_encode = msgspec.json.Encoder().encode


class Gate(Protocol):
    """What stands before every endpoint that asks for a scope, and behind every answer."""

    async def admit(self, endpoint: Endpoint, request: Request, raw: bytes) -> Caller:
        """Return who signed the request and may do this; Problem when anything of it fails."""

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


def build(context: Context, gate: Gate, which: Sequence[Endpoint] | None = None) -> Starlette:
    """Return the application."""
    offered = [one for one in which or endpoints() if context.is_sandbox or not one.sandbox]
    return Starlette(routes=[Route(one.path, _served(one, context, gate), methods=[one.method]) for one in offered])


def _served(endpoint: Endpoint, context: Context, gate: Gate) -> Any:
    async def serve(request: Request) -> Response:
        try:
            response = await _answer(endpoint, context, gate, request)
        except Problem as problem:
            response = refusal(problem)
        except Exception:
            log.exception("an endpoint failed: %s %s", endpoint.method, endpoint.path)
            response = refusal(Problem(500, "internal_error", "the custodian looks at it", retry=True))
        gate.sign(request, response)
        return response

    return serve


async def _answer(endpoint: Endpoint, context: Context, gate: Gate, request: Request) -> Response:
    raw = await request.body()
    caller = NOBODY if endpoint.is_open else await gate.admit(endpoint, request, raw)
    if endpoint.sandbox and not caller.is_sandbox:
        raise Problem(404, "not_found", "there is no such page")
    call = Call(context, caller, request, request.path_params, query_of(endpoint, request), body_of(endpoint, raw), raw)
    return response_of(await endpoint.handler(call), endpoint.status)


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
