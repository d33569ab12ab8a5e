"""Chain (账户链): an account's postings have numbers without a gap, each names the one before, and each month states how many.

When    somebody checks several receipts at once: what is missing between them, or is there twice, shows
Shape   Found: what was seen, of which account, from which number to which, in which month; some are wrong, some are good news
Returns what is wrong first; an account of which one receipt alone is there has nothing to say
Source  transparency/leaf.py Side; store/schema/0020_account_statements.sql; ADR 0040
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from cunguan.transparency.receipt import Month, Own, Result

#: what shows that something was left out, put in, or shown differently to different people
WRONG: Final = frozenset({
    "fork", "gap", "link_broken", "missing_of_month", "link_of_month_differs", "sum_of_month_differs", "month_forked",
    "months_do_not_meet",
})  # fmt: skip
#: what is well, or does no harm
GOOD: Final = frozenset({"given_twice", "unbroken", "month_whole"})


class Found(msgspec.Struct, frozen=True):
    """What was seen of an account: numbers from `first` to `last`, or the month."""

    what: str
    lane: int
    account: int
    first: int = 0
    last: int = 0
    month: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether it must not be."""
        return self.what in WRONG


def look(results: Iterable[Result]) -> list[Found]:
    """Return what several receipts say of the accounts in them, all good receipts."""
    sides: dict[tuple[int, int], list[Own]] = defaultdict(list)
    months: dict[tuple[int, int], list[Month]] = defaultdict(list)
    for one in results:
        for own in one.own:
            sides[own.lane, own.account.account].append(own)
        if one.month is not None:
            months[one.month.lane, one.month.account].append(one.month)
    places = sorted({*sides, *months})
    found = [one for place in places for one in _account(*place, sides[place], months[place])]
    return sorted(found, key=lambda one: not one.is_wrong)


def _account(lane: int, account: int, sides: list[Own], months: list[Month]) -> Iterator[Found]:
    known: dict[int, Own] = {}
    for own in sorted(sides, key=lambda one: one.number):
        first = known.setdefault(own.number, own)
        if first is not own:
            yield Found("given_twice" if first == own else "fork", lane, account, own.number, own.number)
    ordered = list(known.values())
    for before, after in pairwise(ordered):
        if after.number == before.number + 1 and after.previous != before.link:
            yield Found("link_broken", lane, account, after.number, after.number)
    stated = {one.month: one for one in sorted(months, key=lambda one: one.month)}
    yield from _months(lane, account, months, list(stated.values()))
    for month in stated.values():
        yield from _month(month, known)
    yield from _gaps(lane, account, ordered, list(stated.values()))


def _months(lane: int, account: int, months: Sequence[Month], stated: Sequence[Month]) -> Iterator[Found]:
    for one in stated:
        if any(other.month == one.month and other != one for other in months):
            yield Found("month_forked", lane, account, month=one.month)
    for before, after in pairwise(stated):
        meet = (before.last_number + 1, before.closing_minor, before.last_link)
        is_next = _next(before.month) == after.month
        if is_next and meet != (after.first_number, after.opening_minor, after.previous_link):
            yield Found("months_do_not_meet", lane, account, month=after.month)


def _month(month: Month, known: dict[int, Own]) -> Iterator[Found]:
    """Hold the receipts of a month against its statement."""
    place, numbers = (month.lane, month.account), range(month.first_number, month.last_number + 1)
    given = [one for number, one in known.items() if number in numbers]
    holes = list(_holes([(one.number, one.number) for one in given], month.first_number, month.last_number))
    for first, last in holes:
        yield Found("missing_of_month", *place, first, last, month.month)
    for number, which, link in (
        (month.first_number, "previous", month.previous_link),
        (month.last_number, "link", month.last_link),
    ):
        if number in numbers and number in known and getattr(known[number], which) != link:
            yield Found("link_of_month_differs", *place, number, number, month.month)
    if holes:
        return
    if month.opening_minor + sum(one.change_minor for one in given) != month.closing_minor:
        yield Found("sum_of_month_differs", *place, month=month.month)
    else:
        yield Found("month_whole", *place, month.first_number, month.last_number, month.month)


def _gaps(lane: int, account: int, ordered: Sequence[Own], stated: Sequence[Month]) -> Iterator[Found]:
    """Yield what is missing between the numbers that are there, where no month has told it already."""
    if len(ordered) < 2:
        return
    first, last = ordered[0].number, ordered[-1].number
    there = [(one.number, one.number) for one in ordered]
    told = [(one.first_number, one.last_number) for one in stated]
    for hole in _holes(sorted(there + told), first, last):
        yield Found("gap", lane, account, *hole)
    if len(ordered) == last - first + 1:
        yield Found("unbroken", lane, account, first, last)


def _holes(spans: Iterable[tuple[int, int]], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield what spans in their order leave out from the first number to the last.

    >>> list(_holes([(1, 2), (5, 5)], 1, 9))
    [(3, 4), (6, 9)]
    """
    for begins, ends in spans:
        if begins > first:
            yield first, min(begins - 1, last)
        first = max(first, ends + 1)
    if first <= last:
        yield first, last


def _next(month: str) -> str:
    """Return the month after one.

    >>> _next("2026-03"), _next("2026-12")
    ('2026-04', '2027-01')
    """
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"
