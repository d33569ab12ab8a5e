"""Telling (讲述): plays the chapters on their days, and reads at the end what the books say of each.

Shape   Told: a chapter's title and line in both languages, and what is not in the books as it must be
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Final

import msgspec

from cunguan.doors.demo.books import BooksReader
from cunguan.doors.demo.chapters import (
    accounts,
    claims,
    corrections,
    firm,
    orders,
    own_money,
    steps,
    succession,
    suspense,
    switched_off,
    take_over,
)
from cunguan.doors.demo.chapters.chapter import Desk, missing
from cunguan.doors.demo.market import Market

CHAPTERS: Final = tuple(
    module.CHAPTER
    for module in (
        claims, suspense, own_money, firm, switched_off, orders, accounts, succession, corrections, take_over, steps,
    )
)  # fmt: skip

#: the first two venues: the two platforms' first pools
RIVER, HILL = 0, 1


class Told(msgspec.Struct, frozen=True):
    """One chapter: `wrong` names each check that found something else."""

    title: tuple[str, str]
    says: tuple[str, str]
    wrong: list[str]

    @property
    def holds(self) -> bool:
        """Whether all of it stands in the books."""
        return not self.wrong


class Telling:
    """The chapters of one demo."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._acts: dict[int, list[Callable[[Desk, Desk], None]]] = defaultdict(list)
        for chapter in CHAPTERS:
            for number, act in chapter.acts:
                self._acts[number].append(act)

    def act(self, number: int) -> None:
        """Do what stands on the calendar for this working day."""
        river, hill = (Desk(self._market, self._market.venues[place]) for place in (RIVER, HILL))
        for act in self._acts.pop(number, []):
            act(river, hill)


def told(books: BooksReader) -> list[Told]:
    """Read what became of each chapter."""
    return [
        Told(chapter.title, chapter.says, [wrong for check in chapter.checks if (wrong := missing(books, check))])
        for chapter in CHAPTERS
    ]
