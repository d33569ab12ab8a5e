"""Batches (批与日切): business dates and instants never go back, and nothing is decided on a closed day.

Reads   batch, the moves of the machine day
Source  design/lanes.md 10; invariant 32
"""

from collections.abc import Iterator
from datetime import date, datetime

from cunguan.prove.books import Books
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk, Page, PageOf


class Batches(Claim):
    """Time only goes on."""

    name = "batches"
    says = "business dates and instants never go back, and nothing is decided on a closed day"
    pages = (PageOf("lane_day", "business_date"),)

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._at: datetime | None = None
        self._day = date.min
        self._closed: tuple[date, int] = (date.min, 0)

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Look at each batch, and at each close between them."""
        closes = [(row[0], date.fromisoformat(row[3])) for row in chunk.state_moves if row[2] == "day" and row[5] == "closed"]
        for first, _, at, day in chunk.batches:
            while closes and closes[0][0] < first:
                self._close(*closes.pop(0))
            self.checked += 1
            if self._at is not None and at < self._at:
                yield self.finding(first, f"batch {first}", "it was decided before the batch before it", self._at, at)
            if day < self._day:
                yield self.finding(first, f"batch {first}", "its business date goes back", self._day, day)
            if day <= self._closed[0]:
                yield self.finding(first, f"batch {first}", f"its day was closed at sequence {self._closed[1]}", f"after {self._closed[0]}", day)
            self._at, self._day = at, day
        for close in closes:
            self._close(*close)

    def _close(self, seq: int, day: date) -> None:
        self._closed = max(self._closed, (day, seq))

    def compare(self, page: Page) -> Iterator[Finding]:
        """Look at the lane's day: it stands past every closed one."""
        for name, day in page.rows:
            if day < self._day or day <= self._closed[0]:
                yield self.finding(None, f"lane_day {name}", "the lane stands on a day that is over", f">= {self._day}, after {self._closed[0]}", day)
