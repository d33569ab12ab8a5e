"""Batches (批量指令): up to 1,000 instructions under one signature, each with its own answer, or all or none of them.

When    a platform has many at once
Shape   an ordinary batch: each item is decided for itself, and one that is malformed has its own answer beside the others.
        atomic: all are done, or none is and nothing is stored; one that is malformed refuses the whole. Answers stand in
        the order of the items. The batch's own id is not stored: what is done once are the items, by theirs
Returns 200 with the answers; atomic: 202 in doubt, 422 or 409 by the code of the item that failed, 503 not taken just now
Source  design/lanes.md rule 13
"""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from cunguan.doors.api.decode import field_of
from cunguan.doors.api.endpoint import Call, Endpoint, Reply
from cunguan.doors.api.handing_in import (
    RETRY_AFTER,
    InstructionAnswer,
    InstructionBody,
    instruction_of,
    problem_of,
    told,
    told_of,
    with_evidence,
)
from cunguan.doors.api.problem import Problem
from cunguan.kernel.codes import TRANSIENT, Code
from cunguan.kernel.instruction import Instruction

ITEMS_MAX = 1_000
BYTES_MAX = 2 * 2**20
_ITEM = {
    "properties": {"id": {"type": "string"}, "kind": {"type": "string"}, "body": {"type": "object"}},
    "required": ["id", "kind", "body"],
    "additionalProperties": False,
}


class BatchBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Instructions, each as for POST /v1/instructions; `atomic`: all or none."""

    id: str
    items: Annotated[
        list[Annotated[dict[str, Any], Meta(extra_json_schema=_ITEM)]], Meta(min_length=1, max_length=ITEMS_MAX)
    ]
    atomic: bool = False


class BatchAnswer(msgspec.Struct, frozen=True):
    """The answers, in the order of the items."""

    id: str
    atomic: bool
    items: list[InstructionAnswer]


async def batch(call: Call) -> Reply:
    """Hand instructions in."""
    asked: BatchBody = call.body
    return await (_all_or_none if asked.atomic else _each)(call, asked)


# ── each for itself ──────────────────────────────────────────────────────────
async def _each(call: Call, asked: BatchBody) -> Reply:
    """Hand in what is sound; the others are told what is wrong with them."""
    read = [_read(item) for item in asked.items]
    ready = iter(await with_evidence(call, [one for one in read if isinstance(one, Instruction)]))
    taken = [next(ready) if isinstance(one, Instruction) else one for one in read]
    handed = [one for one in taken if isinstance(one, Instruction)]
    answers = iter(await call.context.asks.ask_all(call.caller.lane, handed) if handed else ())
    items = [
        told(one.kind, next(answers)) if isinstance(one, Instruction) else _told(item, one)
        for item, one in zip(asked.items, taken, strict=True)
    ]
    if all(Code(one.code_number) in TRANSIENT and one.status == "not_taken" for one in items):
        raise problem_of(items[0], items=msgspec.to_builtins(items))
    return Reply(BatchAnswer(asked.id, False, items))


def _read(item: dict[str, Any]) -> Instruction | Problem:
    try:
        return instruction_of(msgspec.convert(item, InstructionBody))
    except msgspec.ValidationError as error:
        return Problem(422, Code.malformed, str(error), field=field_of(str(error)))
    except Problem as problem:
        return problem


def _told(item: dict[str, Any], problem: Problem) -> InstructionAnswer:
    name, kind = (str(item.get(part) or "")[:200] for part in ("id", "kind"))
    return told_of(problem, name, kind)


# ── all or none ──────────────────────────────────────────────────────────────
async def _all_or_none(call: Call, asked: BatchBody) -> Reply:
    """Hand in all, once all of them are sound."""
    read = [_sound(place, one) for place, one in enumerate(_read(item) for item in asked.items)]
    _no_id_twice(read)
    ready = [_sound(place, one) for place, one in enumerate(await with_evidence(call, read))]
    answers = await call.context.asks.ask_atomic(call.caller.lane, ready)
    items = [told(one.kind, answer) for one, answer in zip(ready, answers, strict=True)]
    codes = [Code(one.code_number) for one in items]
    if all(code is Code.done for code in codes):
        return Reply(BatchAnswer(asked.id, True, items))
    if Code.in_doubt in codes:
        return Reply(BatchAnswer(asked.id, True, items), 202, RETRY_AFTER)
    place = next((n for n, code in enumerate(codes) if code not in (Code.done, Code.linked_item_failed)), 0)
    raise _of_item(place, problem_of(items[place], items=msgspec.to_builtins(items)))


def _sound(place: int, one: Instruction | Problem) -> Instruction:
    if isinstance(one, Problem):
        raise _of_item(place, one)
    return one


def _no_id_twice(instructions: Sequence[Instruction]) -> None:
    places: dict[str, int] = {}
    for place, one in enumerate(instructions):
        if places.setdefault(one.id, place) != place:
            raise Problem(
                422, Code.malformed, f"this id stands in items[{places[one.id]}] already", field=f"items[{place}].id",
                instruction_id=one.id,
            )  # fmt: skip


def _of_item(place: int, problem: Problem) -> Problem:
    """Return a problem of one item as one of the whole."""
    where = f"items[{place}]"
    problem.details = msgspec.structs.replace(
        problem.details,
        field=".".join(part for part in (where, problem.details.field) if part),
        detail=f"{where} was refused, so none was done: {problem.details.detail}",
    )
    return problem


_EXAMPLE = {
    "id": "batch-2026-000001",
    "atomic": False,
    "items": [
        {"id": "bid-2026-000002", "kind": "bid_hold",
         "body": {"lender": "L7", "listing": "P-88", "amount_minor": 60000, "mandate": "M-7"}},
        {"id": "bid-2026-000003", "kind": "bid_hold",
         "body": {"lender": "L8", "listing": "P-88", "amount_minor": 40000, "mandate": "M-8"}},
    ],
}  # fmt: skip

ENDPOINTS = (
    Endpoint("POST", "/v1/batches", "Hand in up to 1,000 instructions (批量提交)", "instruct", batch, answer=BatchAnswer,
             body=BatchBody, example=_EXAMPLE, tag="instructions", bytes_max=BYTES_MAX),
)  # fmt: skip
