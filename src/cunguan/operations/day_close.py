"""Day close (日切): end the lane's business date and begin the next one.

When    the day's work is done; nothing posts into a closed day afterwards
Reads   the lane's day
Returns Decision; the day stands at the next date. Its id is close:<date>, so a second close is the first one again;
        after a refusal (a refusal is final for its id) the day is closed under close:<date>:<whatever>
Order   lane, id, date, next date
Source  design/lanes.md rules 10 and 11
"""

import datetime

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import close_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Day, Move
from cunguan.ledger.book import Book
from cunguan.states.day import DAY

KIND = "day_close"
VERSION = 1
LANE = "both"
ID_PREFIX = "close:"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The date to close, and the next one: any later day, so that days without business need no close."""

    date: datetime.date
    next_date: datetime.date


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a close depends on."""

    day: Day | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a close."""
    return Facts(book.day())


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one close."""
    body, day = instruction.body, facts.day
    assert isinstance(body, Body)
    if day is None:
        return refuse(Code.lane_not_open)
    if instruction.id != close_id(body.date) and not instruction.id.startswith(close_id(body.date) + ":"):
        return refuse(Code.id_malformed, f"the close of this day is {close_id(body.date)}")
    if body.date < day.business_date:
        return refuse(Code.day_closed, business_date=day.business_date.isoformat())
    if body.date > day.business_date:
        return refuse(Code.date_not_next, "the lane is not there yet", business_date=day.business_date.isoformat())
    if body.next_date <= body.date:
        return refuse(Code.date_not_next, "the next date is not later")
    state = DAY.after(day.state, "closed")
    return Decision(
        Code.done,
        changes=(replace(day, business_date=body.next_date),),  # open, as the day before was until now
        moves=(Move("day", body.date.isoformat(), "closed", state),),
    )
