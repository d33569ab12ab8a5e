"""Bids (投标): while new bids of a platform are stopped, none is made.

Reads   instruction: bids, stops and their ends, in order
Source  domain.md (e.3) BRK17; ADR 0021
"""

from collections.abc import Iterator

from cunguan.prove.books import Books
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk, Page, PageOf

#: kinds that open and close the way for bids -> the state they bring
SAYS = {"bid_stop": "stopped", "bid_resume": "resumed"}


class Bids(Claim):
    """A stop binds."""

    name = "bids"
    says = "no bid was made while new bids were stopped, and they are stopped as the last stop or its end says"
    pages = (PageOf("bid_stop", "state, seq"),)

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._state, self._stopped_at = "resumed", 0
        self._met: bool | None = None  # whether the row is there; None: rows were not read

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Follow stops and bids."""
        for seq, _, _, name, kind, state, *_ in chunk.instructions:
            if state != "done":
                continue
            if kind in SAYS:
                self._state = SAYS[kind]
                self._stopped_at = seq if kind == "bid_stop" else self._stopped_at
            elif kind == "bid_hold":
                self.checked += 1
                if self._state == "stopped":
                    what = "a bid was made while new bids were stopped"
                    yield self.finding(seq, f"instruction {name}", what, f"none since {self._stopped_at}", name)

    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare the row with what was said last."""
        self._met = bool(self._met or page.rows)
        for row_id, state, seq in page.rows:
            if (state, seq) != (self._state, self._stopped_at):
                found = f"{state} by {seq}"
                yield self.finding(
                    None,
                    f"bid_stop {row_id}",
                    "it is not as was said last",
                    f"{self._state} by {self._stopped_at}",
                    found,
                )

    def end(self) -> Iterator[Finding]:
        """Miss the row of a stop that is gone."""
        if self._stopped_at and self._met is False:
            yield self.finding(self._stopped_at, "bid_stop bids", "the row of the stop is gone", self._state, "none")
