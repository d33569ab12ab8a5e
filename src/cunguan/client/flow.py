"""Flow: what a call does, step by step, without doing it: the same for a program that waits and for one on asyncio.

Shape   a Flow yields Asked (send this) or Pause (wait so long) and is sent Heard; what it returns is the call's result
Errors  those of errors.py
"""

import random
import secrets
from collections.abc import Callable, Generator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from cunguan.client.errors import CunguanError, Details, Failed, Pending, Refused, Unreached

T = TypeVar("T")

#: what may pass by itself: the door, the plane or the way to it is busy or away
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
IN_DOUBT = 202
PAUSE_FIRST, PAUSE_MAX = 0.1, 2.0


class Asked(msgspec.Struct, frozen=True):
    """A request to be signed and sent; `id` is its Instruction-Id where it can change something."""

    method: str
    path: str
    query: Mapping[str, Any] = {}
    body: bytes | None = None
    id: str = ""
    media_type: str = "application/json"


class Pause(msgspec.Struct, frozen=True):
    """Time that must pass."""

    seconds: float


class Heard(msgspec.Struct, frozen=True):
    """What came back; status 0: nothing did. `at` is the caller's clock, in seconds."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    at: float
    why: str = ""


Flow = Generator[Asked | Pause, Heard, T]
Decode = Callable[[bytes], T]


def problem(heard: Heard) -> Details:
    """Return the details of a refusal; of what is no problem document, as much as can be said."""
    try:
        return msgspec.json.decode(heard.body, type=Details)
    except msgspec.MsgspecError:
        return Details(heard.status, "unreadable_answer", detail=f"HTTP {heard.status} without problem details")


def once(asked: Asked, decode: Decode[T], patience: float) -> Flow[T]:
    """Ask until an answer comes: what only reads, and what is done once by its id, may be asked again."""
    begun, pauses = None, _pauses()
    while True:
        heard = yield asked
        begun = heard.at if begun is None else begun
        if 200 <= heard.status < 300 and heard.status != IN_DOUBT:
            return decode(heard.body)
        if heard.status not in (0, IN_DOUBT, *PASSING):
            raise _refusal(heard)
        if heard.at - begun >= patience:
            raise _unanswered(asked, heard)
        yield Pause(_pause(heard, pauses))


def instruct(asked: Asked, decode: Decode[T], patience: float) -> Flow[T]:
    """Hand an instruction in and go on until its outcome is known, always under the one id.

    A time-out is not an answer: first it is looked up what became of the id, and only what was not taken is sent again.
    """
    begun, pauses = None, _pauses()
    while True:
        heard = yield asked
        begun = heard.at if begun is None else begun
        if heard.status == 0:  # it may have arrived: ask for it
            known = yield Asked("GET", f"/v1/instructions/{quoted(asked.id)}")
            if known.status == 200 and not in_doubt(known):
                return _told(known, decode)
            heard = heard if known.status in (0, 404) else known
        elif 200 <= heard.status < 300 and heard.status != IN_DOUBT:
            return decode(heard.body)
        elif heard.status != IN_DOUBT and heard.status not in PASSING:
            raise _refusal(heard)
        if heard.at - begun >= patience:
            raise Pending(asked.id, heard.why or f"HTTP {heard.status}")
        yield Pause(_pause(heard, pauses))


def now() -> Flow[float]:
    """Return the caller's clock."""
    return (yield Pause(0)).at


def in_doubt(heard: Heard) -> bool:
    """Return whether what was looked up is not decided yet."""
    return bool(msgspec.json.decode(heard.body, type=dict[str, Any]).get("status") in ("in_doubt", "quarantined"))


def _told(known: Heard, decode: Decode[T]) -> T:
    said = msgspec.json.decode(known.body, type=dict[str, Any])
    if said.get("status") == "refused":
        raise Refused(Details(422, said["code"], detail=said.get("why", ""), instruction_id=said["id"], answer=said))
    return decode(known.body)


def _unanswered(asked: Asked, heard: Heard) -> CunguanError:
    if heard.status == IN_DOUBT:
        return Pending(asked.id, "HTTP 202")
    return Unreached(heard.why) if heard.status == 0 else Failed(problem(heard))


def _refusal(heard: Heard) -> Failed:
    details = problem(heard)
    return Refused(details) if details.answer else Failed(details)


def _pauses() -> Generator[float, None, None]:
    pause = PAUSE_FIRST
    while True:
        yield pause * random.uniform(0.5, 1.0)
        pause = min(pause * 2, PAUSE_MAX)


def _pause(heard: Heard, pauses: Generator[float, None, None]) -> float:
    asked_for = heard.headers.get("retry-after", "")
    return max(next(pauses), float(asked_for) if asked_for.isdecimal() else 0.0)


def new_id(what: str) -> str:
    """Return an id nobody has used, for what has no id of its own."""
    return f"{what}:{secrets.token_hex(12)}"


def quoted(part: str) -> str:
    """Return a part of a path, percent-encoded."""
    return quote(part, safe="")
