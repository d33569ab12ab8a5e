"""Lists (列表): how every list of the platform's door is asked for and answered, and how one object is found.

Shape   query: `after` (the `next` of the page before) and `limit`, beside the list's own filters; answer: items and next.
        A page may hold fewer than `limit`, even none, while `next` says that the list goes on
Errors  Problem 404 for what is not there and for another platform's alike; 422 for a cursor that is no cursor of this list
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cunguan.doors.api.cursors import cursor, place
from cunguan.doors.api.endpoint import Call
from cunguan.doors.api.problem import not_found
from cunguan.kernel.ids import is_id
from cunguan.store import reading

LIMIT, LIMIT_MAX = 50, 500

T = TypeVar("T")

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/@+#=-]{0,199}$", description="an id, byte for byte")]
Word = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,64}$")]


class Paged(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every list can be asked."""

    after: Annotated[str, Meta(max_length=2000, description="the `next` of the page before")] | UnsetType = UNSET
    limit: Annotated[int, Meta(ge=1, le=LIMIT_MAX, description="at most so many")] = LIMIT


class Items(msgspec.Struct, Generic[T], frozen=True):
    """A page of a list; `next` is null at its end."""

    items: list[T]
    next: str | None


def lister(shape: type[msgspec.Struct], of: str = "") -> Callable[[Call], Awaitable[Items[Any]]]:
    """Return the handler of a list of rows; `of` is the filter that the id in the path stands for."""

    async def answer(call: Call) -> Items[Any]:
        asked = filters(call.query) | ({of: call.path["id"]} if of else {})
        after = place(call, str) or ""
        page = await reading.rows(call.context.pool, call.caller.lane, shape, asked, after, call.query.limit)
        return Items(page.items, cursor(call, page.next))

    return answer


def finder(shape: type[msgspec.Struct], what: str) -> Callable[[Call], Awaitable[Any]]:
    """Return the handler that finds one row by the id in the path."""

    async def answer(call: Call) -> Any:
        return await found(call, shape, what)

    return answer


async def found(call: Call, shape: type[msgspec.Struct], what: str) -> Any:
    """Return the row of the id in the path."""
    row = await reading.row(call.context.pool, call.caller.lane, shape, named(call, what))
    if row is None:
        raise not_found(what)
    return row


def named(call: Call, what: str) -> str:
    """Return the id in the path; what cannot be an id is not there."""
    if not is_id(call.path["id"]):
        raise not_found(what)
    return call.path["id"]


def filters(query: Paged) -> dict[str, Any]:
    """Return the filters that were asked for."""
    asked = {name: value for name, value in msgspec.structs.asdict(query).items() if name not in ("after", "limit")}
    return {name: value for name, value in asked.items() if value is not UNSET}
