"""Figures of the daily report (对账报告图表数据): what its pictures show, and one platform's part of a run.

Shape   ages: bucket -> how many breaks of each severity; risks: currency -> bucket -> money at risk
        bars: an equation as a bridge: each term from where the one before it ended, in parts of the longest side
Units   minor units; bars in 0..1
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

import msgspec
from msgspec.structs import replace

from cunguan.reconciliation.breaks import BUCKETS
from cunguan.reconciliation.daily import Break, Day, Equation, Term

Unknown = TypeVar("Unknown")
AGES: Final = tuple(name for name, _ in BUCKETS)
SEVERITIES: Final = (1, 2, 3, 4)


class Bar(msgspec.Struct, frozen=True):
    """One term as a bar: which side, and where it begins and ends, as amounts and on the scale of its equation."""

    side: str
    term: Term
    low_minor: int
    high_minor: int
    begins: float
    ends: float


def open_breaks(day: Day) -> list[Break]:
    """Return the breaks that are open, the worst and then the dearest and oldest first."""
    found = [one for one in day.breaks if one.state != "closed"]
    return sorted(found, key=lambda one: (one.severity, -one.at_risk_minor, -one.age_days, one.id))


def ages(breaks: Sequence[Break]) -> dict[str, list[int]]:
    """Return how many breaks there are of each age and severity."""
    counts = {age: [0] * len(SEVERITIES) for age in AGES}
    for one in breaks:
        counts[one.bucket][one.severity - 1] += 1
    return counts


def risks(breaks: Sequence[Break]) -> dict[str, dict[str, int]]:
    """Return the money at risk by currency and age; what has no money has no line."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(AGES, 0))
    for one in breaks:
        if one.currency:
            sums[one.currency][one.bucket] += one.at_risk_minor
    return dict(sorted(sums.items()))


def bars(one: Equation) -> list[Bar]:
    """Return an equation as a bridge of bars.

    >>> left = (Term("bank_closing", 1000), Term("payments_in_transit", -250))
    >>> [(bar.side, bar.begins, bar.ends) for bar in bars(Equation(1, "main", "CNY", left, (Term("custody_bank_account", 750),)))]
    [('left', 0.0, 1.0), ('left', 0.75, 1.0), ('right', 0.0, 0.75)]
    """
    found = [
        (side, term, min(before, after), max(before, after))
        for side, terms in (("left", one.left), ("right", one.right))
        for term, before, after in _reached(terms)
    ]
    lowest = min(0, *(low for _, _, low, _ in found))
    whole = max(1, *(high for _, _, _, high in found)) - lowest
    return [Bar(*of, (of[2] - lowest) / whole, (of[3] - lowest) / whole) for of in found]


def _reached(terms: Sequence[Term]) -> Iterator[tuple[Term, int, int]]:
    """Yield each term with the sum before it and after it."""
    total = 0
    for term in terms:
        yield term, total, total + term.amount_minor
        total += term.amount_minor


def known(one: Equation, term: Term, unknown: Unknown) -> int | Unknown:
    """Return a term's amount; what the bank has not said is no nought."""
    return unknown if one.missing and term.key == "bank_closing" else term.amount_minor


def only(day: Day, platform: str) -> Day | None:
    """Return one platform's part of a run, None when it was not in it; nothing of another platform stands in it."""
    lanes = {pool.lane for pool in day.pools if pool.platform == platform}
    if not lanes:
        return None
    return replace(
        day,
        pools=tuple(one for one in day.pools if one.lane in lanes),
        checks=tuple(one for one in day.checks if one.lane in lanes),
        breaks=tuple(one for one in day.breaks if one.lane in lanes),
        heads={lane: head for lane, head in day.heads.items() if lane in lanes},
    )


def platforms(day: Day) -> dict[int, str]:
    """Return the name of each lane that has one in the run."""
    named = {pool.lane: pool.platform for pool in day.pools} | {one.lane: one.platform for one in day.breaks}
    return {lane: named.get(lane, "") for lane in sorted({*day.heads, *named, *(one.lane for one in day.checks)})}
