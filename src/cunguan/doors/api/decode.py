"""Decode: bytes of a request to the types of its endpoint, strictly.

When    after the signature was verified
Shape   one pass of msgspec to the type; what msgspec would let through is looked for beside it: a key twice (it keeps the
        last), a number beyond int64, a NUL. Most bodies cannot hold these and pay one generic pass; the others pay a
        second one in Python
Returns values of the endpoint's `query` and `body` types
Errors  Problem 415 (not JSON by its type), 422 with the field's name: not JSON, not UTF-8, a key twice, too deep, a number
        too large, a field that is missing, unknown or of another type
Source  RFC 8259 sections 4, 6 and 8.1; design/lanes.md rule 9 "not admitted"
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import Any, NoReturn
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from cunguan.doors.api.endpoint import Endpoint
from cunguan.doors.api.problem import Problem
from cunguan.kernel.codes import Code

INT_MAX, INT_MIN = 2**63 - 1, -(2**63)
QUERY_BYTES_MAX = 4096

_JSON = re.compile(r"application/json *(; *charset=\"?utf-8\"? *)?\Z", re.IGNORECASE)
_MANY_DIGITS = re.compile(rb"\d{19}")
_FIELD = re.compile(r"field `([^`]+)`")
_AT = re.compile(r" - at `\$\.?([^`]*)`")

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


# ── the body ─────────────────────────────────────────────────────────────────
def body_of(endpoint: Endpoint, request: Request, raw: bytes) -> Any:
    """Return the body as the endpoint's type; None where it takes none."""
    if endpoint.body is None:
        if raw and request.method in ("GET", "HEAD", "DELETE"):
            raise Problem(422, Code.malformed, "this operation takes no body")
        return None
    content_type = request.headers.get("content-type", "")
    if _JSON.match(content_type) is None:
        raise Problem(415, Code.media_type_unsupported, "send JSON, with Content-Type: application/json")
    return typed(raw, endpoint.body)


def typed(raw: bytes, of: Any) -> Any:
    """Return JSON as a type, strictly."""
    try:
        value = _decoder(of).decode(raw)
        plain = _is_plain(raw)
    except msgspec.ValidationError as error:
        raise Problem(422, Code.malformed, str(error), field=field_of(str(error))) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(422, Code.malformed, _not_json(raw, error)) from error
    except RecursionError as error:
        raise Problem(422, Code.malformed, "the body is nested too deep") from error
    if not plain:
        _look_closely(raw)
    return value


@cache
def _decoder(of: Any) -> "msgspec.json.Decoder[Any]":
    return msgspec.json.Decoder(of)


def _is_plain(raw: bytes) -> bool:
    r"""Return whether the bytes can hold no key twice, no escape and no large number.

    Without escapes, every colon stands between a key and its value or inside a text. A key that msgspec dropped takes its
    colon with it, so that the value written again has fewer.

    >>> _is_plain(b'{"a": 1, "b": {"a": "x:y"}}'), _is_plain(b'{"a":1,"a":2}'), _is_plain(b'{"a":"\\u0041"}')
    (True, False, False)
    """
    if b"\\" in raw or _MANY_DIGITS.search(raw) is not None:
        return False
    again = _encode(_decode(raw))
    return again == raw or again.count(b":") == raw.count(b":")


def _look_closely(raw: bytes) -> None:
    """Look for what msgspec lets through, with the field's name in the refusal."""
    try:
        value = json.loads(raw, object_pairs_hook=_object)
        _look_at(value, "")
    except RecursionError as error:
        raise Problem(422, Code.malformed, "the body is nested too deep") from error
    except ValueError as error:
        raise Problem(422, Code.malformed, f"this is not JSON: {error}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse(_twice(name for name, _ in pairs), "a field stands here twice")
    return found


def _look_at(value: Any, field: str) -> None:
    if isinstance(value, str):
        if "\x00" in value:
            _refuse(field, "a text with a NUL in it cannot be stored")
    elif isinstance(value, int):
        if not INT_MIN <= value <= INT_MAX:
            _refuse(field, f"a number is at most {INT_MAX}; this one is larger")
    elif isinstance(value, dict):
        for name, held in value.items():
            _look_at(name, field)
            _look_at(held, f"{field}.{name}" if field else name)
    elif isinstance(value, list):
        for place, held in enumerate(value):
            _look_at(held, f"{field}[{place}]")


def _not_json(raw: bytes, error: Exception) -> str:
    if not raw:
        return "the body is empty: send JSON"
    if raw.startswith(b"\xef\xbb\xbf"):
        return "the body begins with a byte order mark: send JSON in UTF-8 without it"
    if isinstance(error, UnicodeDecodeError):
        return f"the body is not UTF-8: {error.reason} at byte {error.start} of a text"
    return f"this is not JSON: {error}"


def field_of(text: str) -> str:
    """Return the field msgspec complains about, with the way to it.

    >>> field_of("Object missing required field `id` - at `$.items[1]`"), field_of("Expected `int`, got `str` - at `$.a`")
    ('items[1].id', 'a')
    >>> field_of("Expected `object`, got `array`")
    ''
    """
    at, name = _AT.search(text), _FIELD.search(text)
    parts = [found.group(1) for found in (at, name) if found is not None]
    return ".".join(part for part in parts if part)


# ── the query ────────────────────────────────────────────────────────────────
def query_of(endpoint: Endpoint, request: Request) -> Any:
    """Return the query's parameters as the endpoint's type; None where it takes none."""
    given: bytes = request.scope["query_string"]
    if not given:
        return _nothing(endpoint.query)
    parameters = _parameters(given)
    if endpoint.query is None:
        _refuse(next(iter(parameters)), "there is no such parameter here")
    try:
        value = msgspec.convert(parameters, endpoint.query, strict=False)
    except msgspec.ValidationError as error:
        raise Problem(422, Code.malformed, str(error), field=field_of(str(error))) from error
    told = msgspec.to_builtins(value)
    for name, text in parameters.items():
        held = told[name]
        if (
            isinstance(held, int)
            and not isinstance(held, bool)
            and (str(held) != text or not INT_MIN <= held <= INT_MAX)
        ):
            _refuse(name, "a whole number is asked for")
    return value


def _nothing(of: type[msgspec.Struct] | None) -> Any:
    try:
        return None if of is None else msgspec.convert({}, of)
    except msgspec.ValidationError as error:
        raise Problem(422, Code.malformed, str(error), field=field_of(str(error))) from error


def _parameters(given: bytes) -> dict[str, str]:
    if len(given) > QUERY_BYTES_MAX:
        raise Problem(422, Code.malformed, f"a query has at most {QUERY_BYTES_MAX} bytes")
    try:
        pairs = parse_qsl(given.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError as error:
        raise Problem(422, Code.malformed, "the query is not name=value&…, percent-encoded UTF-8") from error
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse(_twice(name for name, _ in pairs), "this parameter stands here twice")
    for name, text in pairs:
        if "\x00" in name + text:
            _refuse(name.replace("\x00", ""), "a text with a NUL in it is no value of anything")
    return found


def _twice(names: Iterable[str]) -> str:
    known: set[str] = set()
    for name in names:
        if name in known:
            return name
        known.add(name)
    raise AssertionError("a name stands here twice")


def _refuse(field: str, detail: str) -> NoReturn:
    raise Problem(422, Code.malformed, detail, field=field)
