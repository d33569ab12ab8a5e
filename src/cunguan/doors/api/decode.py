"""Decode: bytes of a request to the types of its endpoint, strictly.

Returns values of the endpoint's `query` and `body` types
Errors  Problem 400 (not JSON, not UTF-8, a key twice, too deep, a number too large) or 422 (a field that is missing, unknown
        or of another type), with the field's name
Source  RFC 8259; design/lanes.md rule 9 "not admitted"
"""

from typing import Any

import msgspec
from starlette.requests import Request

from cunguan.doors.api.endpoint import Endpoint
from cunguan.doors.api.problem import Problem
from cunguan.kernel.codes import Code


def query_of(endpoint: Endpoint, request: Request) -> Any:
    """Return the query's parameters as the endpoint's type; None where it takes none."""
    if endpoint.query is None:
        return None
    try:
        return msgspec.convert(dict(request.query_params), endpoint.query, strict=False)
    except msgspec.ValidationError as error:
        raise Problem(422, Code.malformed, str(error)) from error


def body_of(endpoint: Endpoint, raw: bytes) -> Any:
    """Return the body as the endpoint's type; None where it takes none."""
    if endpoint.body is None:
        return None
    try:
        return msgspec.json.decode(raw, type=endpoint.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(422, Code.malformed, str(error)) from error
