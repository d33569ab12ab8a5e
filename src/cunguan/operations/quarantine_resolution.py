"""Quarantine resolution (隔离处置): a person has an instruction that our own mistake had stopped decided again, or refuses it.

When    the cause is understood and mended; two people answer for it
Reads   what became of the instruction
Returns Decision; nothing is posted here. Driven again, the same message is handed in under <id>:again and decided as any
        other; refused, it is refused for good. The id that was quarantined tells the outcome from then on
Order   two names, reason, id, instruction, state, confirmation
Source  design/lanes.md rule 6; states/instruction.py

What a client confirms cannot be driven again by anybody else: his evidence is not kept before it stands. He confirms it
anew, under a new id, and the old one is refused.
"""

from typing import Literal

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import again_id, resolution_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Earlier, Move
from cunguan.ledger.book import Book
from cunguan.operations import catalogue
from cunguan.operations.two_names import two_names
from cunguan.states.instruction import INSTRUCTION

KIND = "quarantine_resolution"
VERSION = 1
LANE = "both"
ID_PREFIX = "resolve:"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which instruction, what becomes of it, why, by whom."""

    instruction: str
    outcome: Literal["redriven", "refused"]
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a resolution depends on."""

    earlier: Earlier | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a resolution."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(book.earlier(body.instruction))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one resolution."""
    body, earlier = instruction.body, facts.earlier
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not body.reason.strip():
        return refuse(Code.reason_missing)
    if instruction.id != resolution_id(body.instruction):
        return refuse(Code.id_malformed, f"the id of this resolution is {resolution_id(body.instruction)}")
    if earlier is None:
        return refuse(Code.instruction_not_found)
    if not INSTRUCTION.may(earlier.state, body.outcome):
        return refuse(Code.state_forbids, f"the instruction is {earlier.state}")
    if body.outcome == "redriven" and _is_confirmed(body.instruction, earlier, given.lane):
        return refuse(Code.authority_missing, "the client confirms it anew, under a new id; this one is refused")
    state = INSTRUCTION.after(earlier.state, body.outcome)
    again = {"again": again_id(body.instruction)} if body.outcome == "redriven" else {}
    return Decision(
        Code.done, moves=(Move("instruction", body.instruction, body.outcome, state),), answer={"state": state, **again}
    )


def _is_confirmed(name: str, earlier: Earlier, lane: int) -> bool:
    """Test that the message is one that its client confirms."""
    operation = catalogue.operation(earlier.kind)
    if operation.authority_text is None:
        return False
    message = msgspec.json.decode(earlier.body, type=operation.body)
    return operation.authority_text(Instruction(name, earlier.kind, message), lane) is not None
