"""Moments (时点): what a person names - a platform, a sequence, an instant, a day, an account - found in the books.

Shape   a sequence: digits · a business date: 2026-03-02 · an instant with its zone: 2026-03-02T15:00:00+08:00
        an account: its number · holder:available (or uncleared, held, outbound, frozen) · pool:code or owner:code
Errors  Wrong: what is not right and what to write instead; the caller's to correct
"""

import re
from datetime import date, datetime

from cunguan.ledger.chart import CHART, HOLDER_CODES
from cunguan.store.history import Account, History, LaneSeen

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
BUCKETS = {CHART[code].name: code for code in HOLDER_CODES}


class Wrong(ValueError):
    """The question cannot be answered as it was asked."""


def lane_of(history: History, platform: str | None) -> LaneSeen:
    """Return a platform's lane; without a name, that of the only platform."""
    lanes = history.lanes()
    named = [lane for lane in lanes if lane.platform == platform] if platform else [one for one in lanes if one.lane]
    if len(named) == 1:
        return named[0]
    there = ", ".join(lane.platform for lane in lanes) or "none"
    if platform:
        raise Wrong(f"no lane belongs to {platform}; there are: {there}")
    raise Wrong(f"say --platform; there are: {there}")


def sequence(history: History, lane: LaneSeen, text: str | None) -> int:
    """Return the last sequence of a moment; the head without one."""
    if text is None:
        return lane.head
    if text.isascii() and text.isdigit():
        if int(text) > lane.head:
            raise Wrong(f"the head of {lane.platform} is {lane.head}, not {text}")
        return int(text)
    if _DAY.fullmatch(text):
        return history.seq_on(lane.lane, day(text))
    return history.seq_at(lane.lane, _instant(text))


def before(history: History, lane: LaneSeen, text: str | None) -> int:
    """Return the last sequence before a moment that a period begins with: the day before, the sequence before."""
    if text is None:
        return 0
    if text.isascii() and text.isdigit():
        return max(min(int(text), lane.head + 1) - 1, 0)
    if _DAY.fullmatch(text):
        begins = day(text)
        return history.seq_on(lane.lane, date.fromordinal(begins.toordinal() - 1)) if begins > date.min else 0
    return history.seq_at(lane.lane, _instant(text))


def day(text: str) -> date:
    """Read a date.

    >>> day("2026-02-30")
    Traceback (most recent call last):
    ...
    cunguan.doors.papers.moments.Wrong: '2026-02-30' is no date; write it as 2026-03-02
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Wrong(f"{text!r} is no date; write it as 2026-03-02") from None


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        what = "a sequence, a date as 2026-03-02, or an instant as 2026-03-02T15:00:00+08:00"
        raise Wrong(f"{text!r} is no moment; write {what}") from None
    if at.tzinfo is None:
        raise Wrong(f"{text!r} has no time zone; write one, as {text}+08:00 or {text}Z")
    return at


def account(history: History, lane: LaneSeen, text: str) -> Account:
    """Return the one account a text names."""
    if text.lstrip("-").isascii() and text.lstrip("-").isdigit():
        found = history.account(lane.lane, int(text)) if abs(int(text)) < 2**63 else None
        if found is None:
            raise Wrong(f"{lane.platform} has no account {text}")
        return found
    owner, _, bucket = text.rpartition(":")
    code = BUCKETS.get(bucket, bucket)
    if not owner or code not in CHART:
        raise Wrong(
            f"{text!r} names no account; write its number, HOLDER:{'|'.join(BUCKETS)}, or POOL:CODE as main:1010"
        )
    accounts = history.named(lane.lane, owner, code)
    if not accounts:
        raise Wrong(f"{lane.platform} has no account {code} of {owner}")
    if len(accounts) > 1:
        numbers = ", ".join(f"{one.account} ({one.owner})" for one in accounts[:10])
        raise Wrong(f"{owner} has {len(accounts)} accounts {code}; write one by its number: {numbers}")
    return accounts[0]
