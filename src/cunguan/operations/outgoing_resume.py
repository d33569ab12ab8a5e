"""Outgoing resume (恢复出金): money may leave a platform's pools again, after the cause of a stop was found.

When    two people of the custodian know why a control account did not sum, and answer for it
Reads   the stop of outgoing payments
Returns Decision; payments leave from the next decision on. The same break stops them no second time, another one does
Order   cause, two names, stop, and which: the two have looked at the break that was found last
Source  domain.md (e.3) BRK14; ADR 0032
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Move
from cunguan.ledger.book import Book
from cunguan.operations.outgoing_stop import OUTGOING, Facts, is_stopped, outgoing
from cunguan.operations.two_names import two_names
from cunguan.states.outgoing_stop import OUTGOING_STOP

KIND = "outgoing_resume"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The break the stop is for, its cause, and who says so."""

    break_id: str
    cause: str
    maker: str
    checker: str


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an end."""
    return Facts(outgoing(book))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one end of a stop."""
    body, stop = instruction.body, facts.stop
    assert isinstance(body, Body)
    if not body.cause.strip():
        return refuse(Code.reason_missing, "say why the control account did not sum")
    refusal = two_names(body.maker, body.checker)
    if refusal is not None:
        return refuse(refusal)
    if stop is None or not is_stopped(stop):
        return refuse(Code.outgoing_not_stopped)
    if stop.break_id != body.break_id:
        return refuse(Code.outgoing_not_stopped, f"the stop is for break {stop.break_id}", break_id=stop.break_id)
    state = OUTGOING_STOP.after(stop.state, "resumed")
    move = Move("outgoing_stop", OUTGOING, "resumed", state)
    return Decision(Code.done, changes=(replace(stop, state=state),), moves=(move,))
