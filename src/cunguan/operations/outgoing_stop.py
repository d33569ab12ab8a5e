"""Outgoing stop (停止出金): nothing leaves a platform's pools any more, for a control account is not the sum of its rows.

When    the day's reconciliation finds BRK14
Reads   whether outgoing payments are stopped already
Returns Decision; what would let money leave is refused outgoing_stopped, and what waits for the bank goes on waiting. What a
        bank shows is booked as ever: credits, and the end of payments that had left before. Another break found meanwhile is
        the one that must be answered for
Order   id, reason
Source  domain.md (e.3) BRK14; ADR 0032
"""

from datetime import date

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_of, outgoing_stop_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Move, OutgoingStop
from cunguan.ledger.book import Book
from cunguan.states.outgoing_stop import OUTGOING_STOP

KIND = "outgoing_stop"
VERSION = 1
LANE = "platform"
ID_PREFIX = "recon:"

#: the one row of a lane
OUTGOING = "outgoing"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The break that was found, the date it was found on, and what is said of it."""

    break_id: str
    found_date: date
    reason: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a stop depends on."""

    stop: OutgoingStop | None


def outgoing(book: Book) -> OutgoingStop | None:
    """Read the stop, for an operation that lets money leave."""
    return book.get(OutgoingStop, OUTGOING)


def is_stopped(stop: OutgoingStop | None) -> bool:
    """Test that nothing may leave now."""
    return stop is not None and stop.state == "stopped"


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a stop."""
    return Facts(outgoing(book))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one stop."""
    body, stop = instruction.body, facts.stop
    assert isinstance(body, Body)
    if not is_of(instruction.id, outgoing_stop_id(body.break_id)):
        return refuse(Code.id_malformed, f"the stop for that break is {outgoing_stop_id(body.break_id)}")
    if not body.break_id or not body.reason.strip():
        return refuse(Code.reason_missing)
    row = OutgoingStop(OUTGOING, body.break_id, body.found_date, given.seq, OUTGOING_STOP.initial)
    if stop is None:
        return Decision(Code.done, adds=(row,))
    event = "another_found" if is_stopped(stop) else "stopped_again"
    row = replace(row, state=OUTGOING_STOP.after(stop.state, event))
    return Decision(Code.done, changes=(row,), moves=(Move("outgoing_stop", OUTGOING, event, row.state),))
