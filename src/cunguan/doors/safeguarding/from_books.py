"""From the books (按账簿测算): a pool as it stood at the end of a date, or stands now on an open one, becomes the inputs of a run.

Reads   every account of the pool as of one sequence; bank statements of the date; where the money is kept safe; the facts of
        the regime that binds the pool. Received today is what came into accounts on the way since the clock's day before
Errors  FactMissing: the pack needs a fact that no regime says; Wrong: the date has not begun, or no such pool
Source  domain-decisions.md 3, 36; design/lanes.md 16
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from cunguan.doors.papers.moments import Wrong
from cunguan.doors.safeguarding.outcome import Inputs
from cunguan.policy.safeguarding.engine import Adding, Facts, Held, Line, Record
from cunguan.policy.safeguarding.pack import Pack
from cunguan.store import safeguarding as store
from cunguan.store.history import History, LaneSeen
from cunguan.store.safeguarding import Bank, Means, Regime, Ticks

#: the kinds of means that are no bank account
COVER = ("asset", "insurance", "guarantee")


class AsOf(msgspec.Struct, frozen=True):
    """A moment in the past of a date: the last sequence, and by when statements and records had come; None: as it is now."""

    seq: int | None = None
    by: datetime | None = None


NOW: Final = AsOf()


def facts_of(regime: Regime) -> Facts:
    """Return the facts a regime says."""
    return Facts(pool_class=regime.pool_class, firm_class=regime.firm_class, revenue_minor=regime.revenue_minor)


def inputs_of(
    history: History, lane: LaneSeen, pool: tuple[str, str], pack: Pack, day: date, facts: Facts, ticks: Ticks,
    as_of: AsOf = NOW,
) -> Inputs:  # fmt: skip
    """Return the inputs of one pool, given by its id and currency."""
    if day > lane.business_date:
        raise Wrong(f"{lane.platform} stands on {lane.business_date}; {day} has not begun")
    name, currency = pool
    upto = history.seq_on(lane.lane, day) if as_of.seq is None else as_of.seq
    since = history.seq_on(lane.lane, pack.calendar.add_working_days(day, -1))
    banks = store.banks(history, lane.lane, name, day, as_of.by)
    means = store.means(history, lane.lane, name, day, as_of.by)
    unplaced = {one.id for one in means if one.kind == "unplaced"}
    held, digest = _held(history, lane, name, upto, pack, means, ticks)
    facts = _facts(history, lane, pack, day, facts, name, _received_minor(history, lane, banks, unplaced, since, upto))
    records = _records(history, lane, banks, means, upto)
    return Inputs("books", lane.lane, lane.platform, name, currency, upto, since, digest, held, facts, records)


def _held(
    history: History, lane: LaneSeen, pool: str, seq: int, pack: Pack, means: Sequence[Means], ticks: Ticks
) -> tuple[Held, str]:
    adding = Adding(pack.netting, is_grouped=True)
    for one in means:
        if one.kind in COVER:
            adding.add(Line(one.kind, one.id, one.amount_minor))
    unplaced = {one.id for one in means if one.kind == "unplaced"}
    return store.held(history, lane.lane, pool, seq, unplaced, adding, ticks)


def _received_minor(
    history: History, lane: LaneSeen, banks: Sequence[Bank], unplaced: set[str], since: int, upto: int
) -> int:
    """Return what came today into accounts on the way and is still there: of each no more than it has."""
    return sum(
        min(
            store.received_minor(history, lane.lane, bank.account, since, upto),
            history.balance(lane.lane, bank.account, upto),
        )
        for bank in banks
        if bank.id in unplaced
    )


def _facts(
    history: History, lane: LaneSeen, pack: Pack, day: date, facts: Facts, pool: str, received_minor: int
) -> Facts:
    quarter_end_minor = None
    if pack.share_of == "quarter_end":
        seq = history.seq_on(lane.lane, quarter_end_before(day))
        then, _ = _held(history, lane, pool, seq, pack, (), lambda done: None)
        quarter_end_minor = sum(then.sums[kind] for kind in pack.requirement)
    return Facts(received_minor, facts.pool_class, facts.firm_class, facts.revenue_minor, quarter_end_minor)


def stated(banks: Sequence[Bank], means: Sequence[Means]) -> dict[str, int]:
    """Return what those say who hold a pool's money: by a statement, or recorded by hand where none came."""
    by_hand = {one.id: one.stated_minor for one in means}
    by_file = {one.id: by_hand.get(one.id) if one.closing_minor is None else one.closing_minor for one in banks}
    return {name: minor for name, minor in (by_hand | by_file).items() if minor is not None}


def _records(
    history: History, lane: LaneSeen, banks: Sequence[Bank], means: Sequence[Means], upto: int
) -> tuple[Record, ...]:
    kinds, said = {one.id: one.kind for one in means}, stated(banks, means)
    records = [
        Record(
            bank.id, kinds.get(bank.id, "account"), history.balance(lane.lane, bank.account, upto), said.get(bank.id)
        )
        for bank in banks
    ]
    records += [Record(one.id, one.kind, one.amount_minor, said.get(one.id)) for one in means if one.kind in COVER]
    return tuple(records)


def quarter_end_before(day: date) -> date:
    """Return the last day of the quarter before that of a day.

    >>> [quarter_end_before(date(2026, month, 1)).isoformat() for month in (1, 3, 4, 12)]
    ['2025-12-31', '2025-12-31', '2026-03-31', '2026-09-30']
    """
    return date(day.year, day.month - (day.month - 1) % 3, 1) - timedelta(days=1)
