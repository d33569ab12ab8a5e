"""Cursors (翻页游标): where a list goes on, as a text that nobody else's list takes.

Shape   base64url of eight bytes of a SHA-256 and the place as JSON; the hash is over lane, path, filters and place
Errors  Problem 422: a cursor that was changed, or belongs to another list, other filters or another platform
Source  it is no secret: whoever makes one himself goes on in his own rows, for the lane is never read from it
"""

import base64
import binascii
import hashlib
from typing import Any

import msgspec

from cunguan.doors.api.endpoint import Call
from cunguan.doors.api.problem import Problem
from cunguan.kernel.codes import Code

_HASH_BYTES = 8


def cursor(call: Call, place: Any) -> str | None:
    """Return the cursor of a place in this list; None at its end."""
    if place is None:
        return None
    said = msgspec.json.encode(place)
    return base64.urlsafe_b64encode(_seal(call, said) + said).rstrip(b"=").decode()


def place(call: Call, shape: Any) -> Any:
    """Return the place a caller's cursor stands for; None where he brings none and begins."""
    text = call.query.after
    if text is msgspec.UNSET:
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        found = msgspec.json.decode(raw[_HASH_BYTES:], type=shape)
    except (binascii.Error, ValueError):
        raise _wrong() from None
    if cursor(call, found) != text:
        raise _wrong()
    return found


def _seal(call: Call, said: bytes) -> bytes:
    asked = {name: value for name, value in sorted(call.request.query_params.items()) if name not in ("after", "limit")}
    bound = msgspec.json.encode([call.caller.lane, call.request.url.path, asked])
    return hashlib.sha256(bound + said).digest()[:_HASH_BYTES]


def _wrong() -> Problem:
    return Problem(
        422, Code.malformed, "this is no cursor of this list: send the `next` of the page before, with the same filters",
        field="after",
    )  # fmt: skip
