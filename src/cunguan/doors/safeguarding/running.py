"""Running (运行测算): the figures of a date for every pool a rule pack binds, kept with what was done there and what is proposed.

When    `cunguan safeguard`, the daily job, a day's reconciliation (R6)
Does    reads the books as of the date, or a firm's own file; keeps each pool's run by itself: nothing nets across pools
Returns Made: the run's number, its outcome and the proposed top-up
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from cunguan.doors.safeguarding import from_books
from cunguan.doors.safeguarding.from_books import AsOf
from cunguan.doors.safeguarding.keeping import Activity, Connection, keep
from cunguan.doors.safeguarding.outcome import Inputs, Outcome, conclude
from cunguan.doors.safeguarding.top_up import Proposed, propose
from cunguan.policy.safeguarding.engine import NO_FACTS, Facts
from cunguan.policy.safeguarding.pack import Pack
from cunguan.store import safeguarding as store
from cunguan.store.history import History, LaneSeen
from cunguan.store.safeguarding import Ticks

#: who prepared what nobody put his name to
SYSTEM: Final = "cunguan"


class Target(msgspec.Struct, frozen=True):
    """A pool to run, with what its regime says."""

    lane: LaneSeen
    pool: str
    currency: str
    facts: Facts


class Made(msgspec.Struct, frozen=True):
    """A run that was made; `run` is None where it could not be kept."""

    run: int | None
    outcome: Outcome
    proposed: tuple[Proposed, ...]


class Session(msgspec.Struct, frozen=True):
    """Who makes runs, when, with what the books are read and runs are kept."""

    history: History
    connection: Connection
    preparer: str
    at: datetime
    ticks: Ticks


def targets(
    history: History, lanes: Sequence[LaneSeen], pack: Pack, day: date, pool: str | None = None
) -> list[Target]:
    """Return the pools of some lanes that a pack binds; where no regime names the pack, every pool of its currency."""
    bound = {(one.lane, one.pool): one for one in store.regimes(history, day) if one.rule == pack.id}
    here = [
        (lane, name, currency)
        for lane in lanes
        for name, currency in store.pools(history, lane.lane)
        if pool in (None, name) and pack.currency in (None, currency)
    ]
    named = [of for of in here if (of[0].lane, of[1]) in bound]
    return [
        Target(
            lane, name, currency, from_books.facts_of(regime) if (regime := bound.get((lane.lane, name))) else NO_FACTS
        )
        for lane, name, currency in named or here
    ]


def run_books(session: Session, pack: Pack, day: date, found: Sequence[Target]) -> Iterator[Made]:
    """Make and keep the run of each pool."""
    for one in found:
        history, lane = session.history, one.lane
        inputs = from_books.inputs_of(history, lane, (one.pool, one.currency), pack, day, one.facts, session.ticks)
        outcome = conclude(pack, day, inputs)
        owed = store.shortfalls(history, lane.lane, one.pool) if outcome.figures.missing_minor else []
        proposed = propose(pack, outcome.figures, owed)
        activity = _activity(history, inputs, day)
        run = keep(
            session.connection, outcome, activity, proposed, session.preparer, session.at, due=lane.business_date
        )
        yield Made(run, outcome, proposed)


def _activity(history: History, inputs: Inputs, day: date) -> Activity:
    """Return what was done on the date itself, and what is lent at its end."""
    first = history.seq_on(inputs.lane, date.fromordinal(day.toordinal() - 1)) + 1
    moved = store.activity(history, inputs.lane, inputs.pool, first, inputs.upto_seq)
    return Activity(tuple(moved), store.loans(history, inputs.lane, inputs.pool, inputs.upto_seq))


def again(history: History, outcome: Outcome, pack: Pack, ticks: Ticks, as_of: AsOf) -> Inputs:
    """Read once more what a run of the books read: as of then, or as its date stands now."""
    of = outcome.inputs
    lane = next(one for one in history.lanes() if one.lane == of.lane)
    return from_books.inputs_of(history, lane, (of.pool, of.currency), pack, outcome.date, of.facts, ticks, as_of)
