"""Daily runs (每日测算): which pools want a run for a date that is over, and the making of it.

When    the jobs look; a date is run when the lane has closed it, again when a statement of it came later
Reads   the regimes that bind each pool; where none does, the rule book of the lane's pack binds
Does    the last LOOK_BACK working days of the rule book, but none before the first that was ever run; what was run as it stands
        now is not run again
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import msgspec

from cunguan.doors.safeguarding import from_books, keeping
from cunguan.doors.safeguarding.keeping import Run
from cunguan.doors.safeguarding.running import Made, Session, Target, run_books
from cunguan.policy.safeguarding.engine import NO_FACTS, Facts
from cunguan.policy.safeguarding.pack import Pack
from cunguan.policy.safeguarding.rules import RULES
from cunguan.store import safeguarding as store
from cunguan.store.history import History

LOOK_BACK: Final = 10

#: the pack of a lane -> the rule book that binds its pools where no regime says otherwise
OF_PACK: Final = {"cn_p2p": "cn_p2p_pool"}


class Bound(msgspec.Struct, frozen=True):
    """A pool and a rule book that binds it."""

    pack: Pack
    target: Target


def bound(history: History) -> list[Bound]:
    """Return every pool with each rule book that binds it on its lane's open day."""
    packs = {row[0]: row[3] for row in history.ask("check_lanes")}
    found = []
    for lane in history.lanes():
        regimes = [one for one in store.regimes(history, lane.business_date) if one.lane == lane.lane]
        for pool, currency in store.pools(history, lane.lane):
            here = [one for one in regimes if one.pool == pool]
            named = {one.rule: from_books.facts_of(one) for one in here} or _of_pack(packs.get(lane.lane, ""), currency)
            found += [Bound(RULES[rule], Target(lane, pool, currency, facts)) for rule, facts in named.items()]
    return found


def _of_pack(pack: str, currency: str) -> dict[str, Facts]:
    rule = OF_PACK.get(pack)
    return {rule: NO_FACTS} if rule and RULES[rule].currency in (None, currency) else {}


def run_due(session: Session, one: Bound) -> Iterator[Made]:
    """Make the runs that one pool and rule book want."""
    for day in _due(session, one):
        yield from run_books(session, one.pack, day, [one.target])


def _due(session: Session, one: Bound) -> list[date]:
    lane, calendar = one.target.lane, one.pack.calendar
    last = calendar.add_working_days(lane.business_date, -1)
    days = sorted(calendar.add_working_days(lane.business_date, -back) for back in range(1, LOOK_BACK + 1))
    runs = keeping.runs(session.connection, days[0], last, one.pack.id, lane.platform)
    newest = {run.outcome.date: run for run in runs if run.outcome.inputs.pool == one.target.pool}
    begun = min(newest, default=last)
    return [
        day for day in days
        if day >= begun and one.pack.is_in_force(day) and _is_due(session.history, one.target, day, newest)
    ]  # fmt: skip


def _is_due(history: History, target: Target, day: date, newest: Mapping[date, Run]) -> bool:
    upto = history.seq_on(target.lane.lane, day)
    if not upto:
        return False  # the lane had not begun
    run = newest.get(day)
    if run is None or run.outcome.inputs.upto_seq != upto:
        return True
    wanting = {record.name for record in run.outcome.inputs.records if record.statement_minor is None}
    of = (history, target.lane.lane, target.pool, day)
    return bool(wanting and wanting & from_books.stated(store.banks(*of), store.means(*of)).keys())
