"""Batches (批与日切): business dates and instants never go back, and nothing is decided on a closed day.

Reads   batch, the moves of the machine day, lane_day
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
        self._closed: date | None = None

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Look at each batch, and at each close between them."""
        closes = [
            (row[0], date.fromisoformat(row[3])) for row in chunk.state_moves if row[2] == "day" and row[5] == "closed"
        ]
        for first, _, at, day in chunk.batches:
            while closes and closes[0][0] < first:
                self._close(closes.pop(0)[1])
            self.checked += 1
            if self._at is not None and at < self._at:
                yield self.finding(first, f"batch {first}", "it was decided before the batch before it", self._at, at)
            if day < self._day:
                yield self.finding(first, f"batch {first}", "its business date goes back", self._day, day)
            if self._is_closed(day):
                yield self.finding(first, f"batch {first}", "its day is closed", f"after {self._closed}", day)
            self._at, self._day = at, day
        for _, day in closes:
            self._close(day)

    def _close(self, day: date) -> None:
        self._closed = day if self._closed is None else max(self._closed, day)

    def _is_closed(self, day: date) -> bool:
        return self._closed is not None and day <= self._closed

    def compare(self, page: Page) -> Iterator[Finding]:
        """Look at the lane's day: it stands past every closed one."""
        for name, day in page.rows:
            if day < self._day or self._is_closed(day):
                what = "the lane stands on a day that is over"
                yield self.finding(None, f"lane_day {name}", what, f"{self._day} or later, after {self._closed}", day)
