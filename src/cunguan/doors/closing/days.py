"""Days (营业日): the open date of each lane, when it ends, and what is closed next.

When    `cunguan close-day`; the jobs, at the cut-off
Shape   Close: one date of one lane, the date after it, and when it may be asked for
Order   the oldest end first, so that lanes behind come after one another as they would have; the custodian's own lane last: it
        holds no money and follows the earliest date of the platforms
Errors  NoCutOff: a pool's currency has no cut-off; its lane is closed by hand
Source  design/lanes.md rules 10, 11; domain.md (k)
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec
import psycopg

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import close_id
from cunguan.kernel.instruction import Instruction
from cunguan.operations import day_close
from cunguan.policy.cutoffs import cut_offs, is_known, lane_ends, next_date
from cunguan.store.sqlfiles import statement

#: an id that was used up by a close that was refused, or asked for another next date: this one needs another id
USED_UP: Final = frozenset({Code.date_not_next, Code.exists_with_different_body, Code.exists_with_different_field})
TRIES_MAX: Final = 9
#: of a date that waits for no hour
AT_ONCE: Final = datetime.min.replace(tzinfo=UTC)


class Lane(msgspec.Struct, frozen=True):
    """One lane and where it stands; lane 0 has no platform and no currency."""

    lane: int
    platform: str
    day: date
    is_sandbox: bool
    currencies: tuple[str, ...]


class Close(msgspec.Struct, frozen=True):
    """The close of a lane's open date, which ends at an instant; `is_known`: the calendars speak of the next date."""

    lane: int
    platform: str
    day: date
    next_day: date
    ends_at: datetime
    is_known: bool = True


def lanes(connection: "psycopg.Connection[Any]") -> list[Lane]:
    """Return every lane that is open."""
    rows = connection.execute(statement("lane_days")).fetchall()
    return [Lane(lane, platform, day, sandbox, tuple(money)) for lane, platform, day, sandbox, money in rows]


def close_of(here: Lane) -> Close:
    """Return the close of a platform's open date."""
    rows = cut_offs(here.currencies)
    following = next_date(here.day, rows)
    return Close(here.lane, here.platform, here.day, following, lane_ends(here.day, rows), is_known(following, rows))


def own_close(every: Sequence[Lane]) -> Close | None:
    """Return the close of the custodian's own lane once every platform is past its date, or None."""
    own = next((one for one in every if one.lane == 0), None)
    earliest = min((one.day for one in every if one.lane), default=None)
    if own is None or earliest is None or earliest <= own.day:
        return None
    return Close(0, own.platform, own.day, earliest, AT_ONCE)


def ended(platforms: Sequence[Lane], now: datetime) -> Close | None:
    """Return the close of the platforms' date that ended first and is open still, or None."""
    closes = [close_of(one) for one in platforms]
    return min((one for one in closes if one.ends_at <= now), key=lambda one: (one.ends_at, one.lane), default=None)


def asking(close: Close) -> Iterator[Instruction]:
    """Yield the instruction of a close, and then the same under other ids, should that one have been refused once."""
    body = day_close.Body(close.day, close.next_day)
    for n in range(1, TRIES_MAX + 1):
        name = close_id(close.day) if n == 1 else f"{close_id(close.day)}:{n}"
        yield Instruction(name, day_close.KIND, body)
