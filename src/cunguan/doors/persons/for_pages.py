"""For pages (门户查阅): a party's details as the custodian's pages keep, show and reveal them.

When    a view of the portals asks by house().call: these run in a thread of their own, for a key may have to be unwrapped
Shape   a client's details lie in the lanes of his platforms, what the custodian knows by itself in lane 0
        Shown: masked, or why nothing is shown; in clear only by `reveal`, which is written down first with who and why
Errors  PersonRefused with its code; DetailsWrong; as doors/persons/keeping.py
Source  docs/adr/0044, 0046
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import msgspec

from cunguan.doors.api.context import Context
from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.persons.keeping import Document, Look, PersonRefused, Persons
from cunguan.doors.persons.opening import opened
from cunguan.doors.persons.shapes import Details, masked
from cunguan.kernel.codes import Code

T = TypeVar("T")
OWN: Final = 0
#: by whose law the custodian's own parties are kept
JURISDICTION: Final = "CN"
REASON_MIN: Final = 4


class Shown(msgspec.Struct, frozen=True):
    """What one lane keeps of somebody: details, masked; a code where they are restricted, shredded, or not readable."""

    lane: int
    details: Details | None
    state: str
    documents: tuple[Document, ...] = ()


async def keep(context: Context, lane: int, person: str, details: Details) -> None:
    """Keep somebody's details."""
    now = context.clock.now()
    await _asked(context, lambda persons: persons.put(lane, person, details, now, JURISDICTION if lane == OWN else ""))


async def shown(context: Context, lanes: Sequence[int], person: str) -> list[Shown]:
    """Return what some lanes keep of somebody, masked; lanes that keep nothing are left out."""
    return await _asked(context, lambda persons: [one for lane in lanes if (one := _shown(persons, lane, person))])


async def reveal(context: Context, lane: int, person: str, by_whom: str, reason: str) -> Details:
    """Return somebody's details in clear, after who looks and why was written down."""
    if len(reason.strip()) < REASON_MIN:
        raise PersonRefused(Code.reason_missing, "say why you need to see it")
    look, now = Look(by_whom, "details", reason.strip()), context.clock.now()
    return (await _asked(context, lambda persons: persons.read(lane, person, look, now))).details


def _shown(persons: Persons, lane: int, person: str) -> Shown | None:
    try:
        kept = persons.read(lane, person)
        return Shown(lane, masked(kept.details), kept.state, tuple(persons.documents(lane, person)))
    except PersonRefused as refused:
        return None if refused.code is Code.not_found else Shown(lane, None, refused.code.name)


async def _asked(context: Context, act: Callable[[Persons], T]) -> T:
    return await in_thread(context, lambda connection: act(Persons(connection, opened(context.keys, connection))))
