"""Evidence of clients (客户确认凭据), found for instructions that platforms hand in under ids their clients were asked about.

When    before instructions go to the plane: a platform never sends evidence itself, the custodian has it
Reads   `authorisation`, only for instructions that a client must confirm; a mandate, a fee schedule need no look
Returns by instruction id: the client's evidence, or the code that says why there is none yet. An id that is not there was
        never asked about, and the plane says what is missing
Source  domain-decisions.md 10; routes/authorisations.py
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from cunguan.doors.api import sql
from cunguan.doors.api.context import Context
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Evidence, Instruction
from cunguan.operations.catalogue import operation

#: what a request that was not confirmed says of its instruction
WHY = {
    "waiting": Code.authorisation_waiting,
    "declined": Code.authorisation_declined,
    "expired": Code.authorisation_expired,
}


class Kept(Protocol):
    """A row that holds a client's evidence in parts."""

    @property
    def evidence_kind(self) -> str | None: ...
    @property
    def key_id(self) -> str | None: ...
    @property
    def public_key(self) -> bytes | None: ...
    @property
    def evidence(self) -> bytes | None: ...


class Said(msgspec.Struct, frozen=True):
    """What a client has said to one instruction."""

    id: str
    kind: str
    version: int
    body: bytes
    state: str
    expires_at: datetime
    evidence_kind: str | None
    key_id: str | None
    public_key: bytes | None
    evidence: bytes | None
    answer: bytes | None


async def evidence_for(context: Context, lane: int, instructions: Sequence[Instruction]) -> dict[str, Evidence | Code]:
    """Return what clients have said to these instructions."""
    asked = {one.id: one for one in instructions if needs_a_client(one, lane)}
    if not asked:
        return {}
    found = await sql.typed(context, Said, "authorisation_evidence", {"lane": lane, "ids": list(asked)})
    told = {one.id: said(one, asked[one.id], context.clock.now()) for one in found}
    return {name: word for name, word in told.items() if word is not None}


def needs_a_client(instruction: Instruction, lane: int) -> bool:
    """Return whether this instruction has a text that its client confirms."""
    text_of = operation(instruction.kind).authority_text
    return text_of is not None and text_of(instruction, lane) is not None


def said(one: Said, instruction: Instruction, now: datetime) -> Evidence | Code | None:
    """Return the evidence for exactly what the client saw, or why there is none; None where the plane says it better."""
    if not is_same(one, instruction):
        return Code.authorisation_differs if one.answer is None else None
    if one.evidence is not None:
        return evidence_of(one)
    return WHY[state_at(one.state, one.expires_at, now)]


def is_same(one: Said, instruction: Instruction) -> bool:
    """Return whether an instruction is the one the client was shown, to the last field."""
    version = operation(instruction.kind).version
    return (one.kind, one.version, one.body) == (instruction.kind, version, canonical_json(instruction.body))


def evidence_of(one: Kept) -> Evidence:
    """Return the kept parts as evidence."""
    assert one.evidence_kind and one.key_id and one.public_key is not None and one.evidence is not None
    return Evidence(one.evidence_kind, one.key_id, bytes(one.public_key), bytes(one.evidence))


def state_at(state: str, expires_at: datetime, now: datetime) -> str:
    """Return a request's state: one that nobody answered in time has expired, whether or not that was noted."""
    return "expired" if state == "waiting" and expires_at <= now else state
