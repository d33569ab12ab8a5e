"""Day close (日切): end the lane's business date and begin the next one.

When    the day's work is done; nothing posts into a closed day afterwards
Reads   the lane's day, the shortfalls found on it with their pools
Returns Decision; the day stands at the next date. A shortfall of the day that is not made good, in a pool that is short,
        is overdue: a breach to be notified, named in the answer, and the pool pays no client until it is covered.
        Its id is close:<date>, so a second close is the first one again; after a refusal (a refusal is final for its id)
        the day is closed under close:<date>:<whatever>
Order   lane, id, date, next date
Source  design/lanes.md rules 10 and 11; domain-decisions.md 1
"""

import datetime

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import close_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Day, Move, Pool, Row, Shortfall
from cunguan.ledger.book import Book
from cunguan.operations.cover import stops_clients, stops_platform
from cunguan.states.day import DAY
from cunguan.states.pool import POOL
from cunguan.states.shortfall import SHORTFALL

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
    shortfalls: tuple[Shortfall, ...]
    pools: tuple[Pool, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a close."""
    body = instruction.body
    assert isinstance(body, Body)
    found = [row for row in book.find(Shortfall, "found_date", body.date) if row.state not in SHORTFALL.final]
    pools = book.many(Pool, dict.fromkeys(row.pool for row in found))
    return Facts(book.day(), tuple(found), tuple(pool for pool in pools if pool is not None and stops_platform(pool)))


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
    return _close(body, day, facts)


def _close(body: Body, day: Day, facts: Facts) -> Decision:
    state = DAY.after(day.state, "closed")
    changes: list[Row] = [replace(day, business_date=body.next_date)]  # open, as the day before was until now
    moves = [Move("day", body.date.isoformat(), "closed", state)]
    # Where the firm's own money covers it, nothing is missing, and the pool is not among these.
    short = {pool.id for pool in facts.pools}
    overdue = [row for row in facts.shortfalls if row.pool in short]
    for row in overdue:
        changes.append(replace(row, state=SHORTFALL.after(row.state, "day_ended")))
        moves.append(Move("shortfall", row.id, "day_ended", "overdue"))
    for pool in facts.pools:
        if not stops_clients(pool):
            changes.append(replace(pool, state=POOL.after(pool.state, "payouts_stopped")))
            moves.append(Move("pool", pool.id, "payouts_stopped", "payouts_stopped"))
    answer: dict[str, object] = {"overdue": [row.id for row in overdue]} if overdue else {}
    return Decision(Code.done, changes=tuple(changes), moves=tuple(moves), answer=answer)
