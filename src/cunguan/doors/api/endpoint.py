"""Endpoint: one operation of the platform's door, as a value from which routing, OpenAPI and tests are made.

Shape   Endpoint: method, path, the scope a key needs, types of query, body and answer, the handler
        Call: what a handler is given; Reply: an answer with another status or headers than the usual
Errors  Problem (problem.py), raised by a handler: the only way in which an endpoint refuses
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from starlette.requests import Request

from cunguan.doors.api.context import Context


class Caller(msgspec.Struct, frozen=True):
    """Who signed the request; `person`: who of the platform's people asks at its console, where no key has signed."""

    key_id: str
    platform: str
    lane: int
    scopes: frozenset[str]
    is_sandbox: bool
    person: str = ""


NOBODY = Caller("", "", -1, frozenset(), False)


class Call(msgspec.Struct, frozen=True):
    """One request, verified and decoded."""

    context: Context
    caller: Caller
    request: Request
    path: Mapping[str, str]
    query: Any  # of the endpoint's `query` type
    body: Any  # of the endpoint's `body` type
    raw: bytes


class Reply(msgspec.Struct, frozen=True):
    """An answer that says more than its body."""

    value: Any = None
    status: int = 200
    headers: Mapping[str, str] = {}


Handler = Callable[[Call], Awaitable[Any]]


class Endpoint(msgspec.Struct, frozen=True):
    """One operation.

    scope     what the key must be allowed; "" for what anybody may see (health, documentation, the client's own pages)
    handler   returns a value of `answer`, a Reply around one, or a Starlette Response
    body      None: the request has none
    sandbox   only in a sandbox, for a sandbox platform's key; elsewhere it does not exist
    example   a body that can be sent, for the documentation
    bytes_max how large a body may be, 0: as most are (app.py)
    may_lack  whether it may be that there is none yet, and 404 says so, though its path names no object
    """

    method: str
    path: str
    summary: str
    scope: str
    handler: Handler
    answer: Any = None
    body: Any = None
    query: type[msgspec.Struct] | None = None
    status: int = 200
    sandbox: bool = False
    example: Any = None
    tag: str = ""
    bytes_max: int = 0
    may_lack: bool = False

    @property
    def is_open(self) -> bool:
        """Whether no signature is asked for."""
        return not self.scope
