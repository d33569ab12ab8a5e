"""Instruction list (指令列表): what was asked of this lane in order, and what became of each.

When    a platform compares its own orders with the custodian's, or looks for what it has no answer to
Returns instructions by sequence, those of a kind, state or code if asked; a later page also meets what has come since
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, cast

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cunguan.doors.api.cursors import cursor, place
from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.lists import Items, Paged, Word
from cunguan.doors.api.moments import Moment, before, stand, upto
from cunguan.kernel.codes import Code, may_retry
from cunguan.store import reading
from cunguan.store.reading import Instructed
from cunguan.store.shown import Seq

State = Literal["done", "refused", "quarantined"]
if TYPE_CHECKING:  # to a type checker it is text
    CodeName: TypeAlias = str
else:
    CodeName = Literal[tuple(code.name for code in Code)]  # the names of kernel/codes.py


class InstructionsQuery(Paged, frozen=True, rename={"from_": "from"}):
    """Filters of instructions: from and until both belong to what is asked for."""

    kind: Word | UnsetType = UNSET
    state: State | UnsetType = UNSET
    code: CodeName | UnsetType = UNSET
    from_: Moment | UnsetType = UNSET
    until: Moment | UnsetType = UNSET


class InstructionSeen(msgspec.Struct, frozen=True):
    """An instruction and its first answer; what two people made of a quarantined one is told under its id."""

    seq: Seq
    id: str
    kind: str
    status: State
    code: CodeName
    code_number: int
    why: str
    detail: dict[str, object]
    retry: Annotated[bool, Meta(description="whether the same id may be sent again with hope")]
    at: datetime
    business_date: date


async def instructions(call: Call) -> Items[InstructionSeen]:
    """Return a page of the lane's instructions."""
    query, here = call.query, await stand(call)
    after = place(call, int)
    if after is None:
        after = await before(call, here, query.from_, "from")
    last = await upto(call, here, query.until, "until")
    asked = {
        "kind": query.kind if query.kind is not UNSET else None,
        "state": query.state if query.state is not UNSET else None,
        "code": int(Code[query.code]) if query.code is not UNSET else None,
    }
    page = await reading.instructions(call.context.pool, call.caller.lane, asked, after, last, query.limit)
    return Items([_seen(one) for one in page.items], cursor(call, page.next))


def _seen(one: Instructed) -> InstructionSeen:
    code, state = Code(one.code), cast(State, one.state)  # the database knows no other
    return InstructionSeen(
        one.seq, one.id, one.kind, state, code.name, one.code, one.why, msgspec.json.decode(one.detail), may_retry(code),
        one.at, one.business_date,
    )  # fmt: skip


ENDPOINTS = (
    Endpoint("GET", "/v1/instructions", "List instructions and their answers (指令)", "read", instructions,
             answer=Items[InstructionSeen], query=InstructionsQuery, tag="instructions"),
)  # fmt: skip
