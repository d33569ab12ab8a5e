"""Moments (时点): a sequence, a business date or an instant of a request, as a sequence of the caller's lane.

Shape   1042 · 2026-03-02, the end of that business date · 2026-03-02T15:00:00+08:00, what was decided then or before
Errors  Problem 422: no moment, one without a time zone, or one that is still to come
"""

import re
from datetime import date, datetime, timedelta
from typing import Annotated, TypeVar

from msgspec import Meta

from cunguan.doors.api.endpoint import Call
from cunguan.doors.api.problem import Problem, not_found
from cunguan.kernel.codes import Code
from cunguan.kernel.dates import parse_date
from cunguan.store import reading
from cunguan.store.reading import Head

Moment = Annotated[
    str,
    Meta(
        max_length=40, examples=["2026-03-02", "1042", "2026-03-02T15:00:00+08:00"],
        description="a sequence, a business date, or an instant of RFC 3339 with its zone",
    ),
]  # fmt: skip

M = TypeVar("M", int, date, datetime)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SEQUENCE = re.compile(r"[0-9]{1,18}")
#: RFC 3339 has seconds and a zone; what Python reads beyond it (week dates, no colons) is not taken
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_YEARS = range(1970, 9999)  # beyond them nothing was decided, and nothing can be reckoned with


async def stand(call: Call) -> Head:
    """Return how far the caller's lane has come."""
    head = await reading.head(call.context.pool, call.caller.lane)
    if head is None:
        raise not_found("platform")
    return head


async def upto(call: Call, head: Head, text: object, field: str) -> int:
    """Return the last sequence of a moment; the head where none is named."""
    if not isinstance(text, str):
        return head.head
    if _SEQUENCE.fullmatch(text):
        return _reached(int(text), head.head, field, f"sequence {text}", f"the lane stands at {head.head}")
    if _DAY.fullmatch(text):
        day = _reached(_day(text, field), head.business_date, field, text, f"the business date is {head.business_date}")
        return await reading.seq_on(call.context.pool, call.caller.lane, day)
    return await reading.seq_at(call.context.pool, call.caller.lane, _past(call, head, text, field))


async def before(call: Call, head: Head, text: object, field: str) -> int:
    """Return the last sequence before a moment that a period begins with; 0 where none is named."""
    if not isinstance(text, str):
        return 0
    if _SEQUENCE.fullmatch(text):
        return min(max(int(text) - 1, 0), head.head)
    if _DAY.fullmatch(text):
        day = _day(text, field)
        last = day - timedelta(days=1) if day > date.min else day
        return await reading.seq_on(call.context.pool, call.caller.lane, last)
    at = _instant(text, field)
    return await reading.seq_at(call.context.pool, call.caller.lane, at - timedelta(microseconds=1))


def _past(call: Call, head: Head, text: str, field: str) -> datetime:
    """Return an instant that is over: a sandbox's lane may be ahead of the clock on the wall."""
    now = max(call.context.clock.now(), head.at) if head.at is not None else call.context.clock.now()
    return _reached(_instant(text, field), now, field, text, f"it is {now.isoformat()}")


def _reached(moment: M, now: M, field: str, said: str, standing: str) -> M:
    if moment > now:
        raise Problem(422, Code.malformed, f"{said} is still to come: {standing}", field=field)
    return moment


def _day(text: str, field: str) -> date:
    try:
        return parse_date(text)
    except ValueError as wrong:
        raise Problem(422, Code.date_malformed, str(wrong), field=field) from None


def _instant(text: str, field: str) -> datetime:
    try:
        if _INSTANT.fullmatch(text) and (at := datetime.fromisoformat(text.upper())).year in _YEARS:
            return at
    except ValueError:
        pass  # 25 o'clock: said below
    what = "a sequence, a business date as 2026-03-02, or an instant with its zone as 2026-03-02T15:00:00+08:00"
    raise Problem(422, Code.date_malformed, f"{text[:40]!r} is no moment; write {what}", field=field)
