"""Instructions (指令): a platform hands one in, and asks what became of one.

When    POST: every business event of a platform; sent again with the same id it is done once, and the answer is the first one
        GET: after a time-out, or later; an outcome is told for ever
Reads   for GET, the stored rows, by the role `door`; of a quarantined instruction what two people made of it
Returns handing_in.py says which status stands for which outcome; GET 200 with the outcome whatever it was, 404 when there is none
Source  design/lanes.md rules 6, 9; domain.md (k.3) S-02, S-03
"""

from typing import Any

import msgspec

from cunguan.doors.api.context import Context
from cunguan.doors.api.endpoint import Call, Endpoint, Reply
from cunguan.doors.api.handing_in import InstructionAnswer, InstructionBody, instruction_of, reply, told, with_evidence
from cunguan.doors.api.lists import named
from cunguan.doors.api.problem import Problem, not_found
from cunguan.kernel.canonical import key16
from cunguan.kernel.codes import Code
from cunguan.kernel.ids import again_id, resolution_id
from cunguan.kernel.instruction import Answer
from cunguan.store.sqlfiles import statement


class _Row(msgspec.Struct, frozen=True):
    """An instruction as it is stored."""

    id: str
    kind: str
    seq: int
    state: str
    code: int
    why: str
    body: bytes
    detail: bytes


async def instruct(call: Call) -> Reply:
    """Hand one instruction in and tell its outcome."""
    instruction = instruction_of(call.body)
    (ready,) = await with_evidence(call, [instruction])
    if isinstance(ready, Problem):
        raise ready
    return reply(told(instruction.kind, await call.context.asks.ask(call.caller.lane, ready)))


async def fetch(call: Call) -> InstructionAnswer:
    """Tell what became of an instruction."""
    name = named(call, "instruction")
    found = await _outcome(call.context, call.caller.lane, name)
    if found is None:
        raise not_found("instruction: it was not taken; sent again with the same id it is done once")
    return found


async def _outcome(context: Context, lane: int, name: str) -> InstructionAnswer | None:
    """Return an outcome; a quarantined instruction is followed to where two people had it driven again, or refused it."""
    rows = await _stored(context, lane, [name, resolution_id(name), again_id(name)])
    first = last = rows.get(name)
    while last is not None and last.state == "quarantined":
        resolved, again = rows.get(resolution_id(last.id)), rows.get(again_id(last.id))
        if resolved is None or resolved.state != "done":
            break
        asked = msgspec.json.decode(resolved.body)
        if asked["outcome"] == "refused":
            return _told(first, msgspec.structs.replace(last, code=int(Code.refused_by_two_names), why=asked["reason"]))
        if again is None:
            break
        last = again
        rows = await _stored(context, lane, [resolution_id(last.id), again_id(last.id)])
    return None if first is None or last is None else _told(first, last)


def _told(first: _Row | None, last: _Row) -> InstructionAnswer:
    assert first is not None
    answer = Answer(first.id, Code(last.code), last.seq, last.why, msgspec.json.decode(last.detail))
    return told(first.kind, answer)


async def _stored(context: Context, lane: int, names: list[str]) -> dict[str, _Row]:
    async with context.pool.connection() as connection:
        cursor = await connection.execute(
            statement("api_outcome"), {"lane": lane, "keys": [key16(one) for one in names]}, prepare=True
        )
        rows: list[Any] = await cursor.fetchall()
    return {row[0]: _Row(*row) for row in rows}


_EXAMPLE = {
    "id": "bid-2026-000001",
    "kind": "bid_hold",
    "body": {"lender": "L7", "listing": "P-88", "amount_minor": 60000, "mandate": "M-7"},
}

ENDPOINTS = (
    Endpoint("POST", "/v1/instructions", "Hand in one instruction (提交指令)", "instruct", instruct,
             answer=InstructionAnswer, body=InstructionBody, example=_EXAMPLE, tag="instructions"),
    Endpoint("GET", "/v1/instructions/{id}", "What became of one instruction", "read", fetch,
             answer=InstructionAnswer, tag="instructions"),
)  # fmt: skip
