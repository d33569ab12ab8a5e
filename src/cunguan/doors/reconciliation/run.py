"""Run (日终对账): one date, every platform, R1 to R6; what is found is kept as breaks, and the run as it was.

When    a date is over: the job each day, `cunguan reconcile DATE`. Run again it finds the same breaks, or ends them
Does    reads each lane by itself, then keeps everything in one transaction. Later dates that were run are run again, for what one
        date leaves open is the next one's too
Returns Day; a BRK14 stops that platform's outgoing postings: `stops` says where
Source  domain.md (e.1); domain-decisions.md 7
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

import cunguan
from cunguan.doors.reconciliation import cover, internal, keeping, platforms
from cunguan.doors.reconciliation.ground import Connection, Lane, Looked, ask, lanes, sums
from cunguan.doors.reconciliation.keeping import At
from cunguan.reconciliation.breaks import Words
from cunguan.reconciliation.daily import Check, Day, Pool
from cunguan.reconciliation.equations import missing_minor, pool_equations
from cunguan.store.sqlfiles import statement

_NOT_OVER = Words("the date is not over in this lane", "该平台当日尚未日切")

#: told how far a run is: done, of how many
Progress = Callable[[str, int, int], None]


class Side(msgspec.Struct):
    """What was found out of one lane; `read`: what it was read from, for the hash of the inputs."""

    pools: list[Pool]
    looked: list[Looked]
    read: list[Any]


def reconcile(connection: Connection, day: date, now: datetime, progress: Progress = lambda *_: None) -> Day:
    """Run a date, and then those after it that were run before; return the date's result."""
    result = _one(connection, day, now, progress)
    later = connection.execute(statement("recon_runs"), {"day": day}).fetchall()
    for next_day, _, _ in later:
        _one(connection, next_day, now, progress)
    return result


def _one(connection: Connection, day: date, now: datetime, progress: Progress) -> Day:
    there = lanes(connection, day)
    sides: dict[int, Side] = {}
    for number, lane in enumerate(there):
        progress(lane.platform, number, len(there))
        sides[lane.lane] = look(connection, lane, day)
    progress("", len(there), len(there))
    with connection.transaction():
        at = At(keeping.next_run(connection), day, now)
        for number, side in sides.items():
            keeping.keep(connection, at, number, side.looked)
        result = _day(connection, at, there, list(sides.values()))
        keeping.store(connection, result)
    return result


def look(connection: Connection, lane: Lane, day: date) -> Side:
    """Look at one lane."""
    of = sums(connection, lane)
    pools, checks = [], []
    for name, currency, regime, state in ask(connection, "recon_pools", lane=lane.lane):
        there = of.get(name, {})
        equations = pool_equations(name, currency, there)
        pools.append(Pool(lane.lane, lane.platform, name, currency, regime, state, (), equations, missing_minor(there)))
        checks.append(cover.check(lane, name, state, there))
    looked = [internal.look(connection, lane, day), platforms.look(connection, lane, day), Looked(checks, [])]
    if not lane.is_over(day):
        looked.append(Looked([Check("R5", lane.lane, lane.platform, "incomplete", 0, 0, 0, _NOT_OVER)], []))
    return Side(pools, looked, [lane, of])


def _day(connection: Connection, at: At, there: Sequence[Lane], sides: Sequence[Side]) -> Day:
    checks = [check for side in sides for part in side.looked for check in part.checks]
    return Day(
        date=at.day,
        run=at.run,
        made_at=at.now,
        code_version=cunguan.__version__,
        inputs_hash=hashlib.sha256(msgspec.json.encode([side.read for side in sides])).hexdigest(),
        heads={lane.lane: lane.upto for lane in there},
        pools=tuple(pool for side in sides for pool in side.pools),
        checks=tuple(sorted(checks, key=lambda check: (check.rule, check.lane, check.subject))),
        breaks=tuple(keeping.breaks(connection, at.day, run=at.run)),
    )


def stops(day: Day) -> dict[int, list[str]]:
    """Return the lanes whose outgoing postings stop, each with the breaks that are why."""
    found: dict[int, list[str]] = {}
    for one in day.breaks:
        if one.code == "BRK14" and one.state != "closed":
            found.setdefault(one.lane, []).append(one.id)
    return found
