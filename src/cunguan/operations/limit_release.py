"""Limit release (额度释放): give a reservation back, whole or as far as principal was repaid.

When    the instruction it was made for was refused, its raise failed, or its principal came back; never by time
Reads   the reservation, what its person has reserved
Returns Decision; a part given back confirms the reservation first, for only what was lent is repaid
Order   reservation, state, amount
Source  design/lanes.md rule 1; domain-decisions.md 30
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Exposure, Move, Reservation
from cunguan.ledger.book import Book
from cunguan.operations.limit_reserve import exposure_id
from cunguan.states.reservation import RESERVATION

KIND = "limit_release"
VERSION = 1
LANE = "custodian"
AUTHORITY = "S"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which reservation, and how much of it; None is what is left."""

    reservation: str
    amount_minor: int | None = None


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a release depends on."""

    reservation: Reservation | None
    exposure: Exposure | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a release."""
    body = instruction.body
    assert isinstance(body, Body)
    kept = book.get(Reservation, body.reservation)
    exposure = None if kept is None else book.get(Exposure, exposure_id(kept.person, kept.currency))
    return Facts(kept, exposure)


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one release."""
    body, kept = instruction.body, facts.reservation
    assert isinstance(body, Body)
    if kept is None:
        return refuse(Code.reservation_missing)
    if kept.state in RESERVATION.final:
        return refuse(Code.reservation_not_open)
    amount = kept.amount_minor if body.amount_minor is None else body.amount_minor
    if amount <= 0:
        return refuse(Code.amount_not_positive)
    if amount > kept.amount_minor:
        return refuse(Code.limit_exceeded, "more than is reserved", remaining_minor=kept.amount_minor)
    assert facts.exposure is not None and facts.exposure.reserved_minor >= kept.amount_minor, "a limit lost its sum"
    rest = kept.amount_minor - amount
    less = replace(facts.exposure, reserved_minor=facts.exposure.reserved_minor - amount)
    state, moves = _moved(kept, rest)
    return Decision(
        Code.done,
        changes=(replace(kept, amount_minor=rest, state=state), less),
        moves=moves,
        answer={"remaining_minor": rest},
    )


def _moved(kept: Reservation, rest: int) -> tuple[str, tuple[Move, ...]]:
    events = ["given_back_in_part"] if rest else ["given_back"]
    if rest and kept.state == "reserved":
        events.insert(0, "listing_registered")
    state, moves = kept.state, []
    for event in events:
        state = RESERVATION.after(state, event)
        moves.append(Move("reservation", kept.id, event, state))
    return state, tuple(moves)
