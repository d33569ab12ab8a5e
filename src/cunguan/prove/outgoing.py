"""Outgoing (出金): while outgoing payments of a platform are stopped, none is asked for and none is sent.

Reads   instruction: what lets money leave, stops and their ends, in order
Source  domain.md (e.3) BRK14; ADR 0032
"""

from collections.abc import Iterator

from cunguan.prove.books import Books
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk, Page, PageOf

#: kinds that open and close the way out -> the state they bring
SAYS = {"outgoing_stop": "stopped", "outgoing_resume": "resumed"}

#: kinds that let money leave, or set it aside to leave
LEAVES = frozenset({
    "withdrawal", "withdrawal_sent", "payout_sent", "fee_payout", "partner_payout", "unused_money_back", "prudent_top_up_back",
    "suspense_return", "legal_taking",
})  # fmt: skip


class Outgoing(Claim):
    """A stop binds."""

    name = "outgoing"
    says = "nothing was let out while outgoing payments were stopped, and they are stopped as the last stop or its end says"
    pages = (PageOf("outgoing_stop", "state, seq"),)

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._state, self._stopped_at = "resumed", 0
        self._met: bool | None = None  # whether the row is there; None: rows were not read

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Follow stops and what leaves."""
        for seq, _, _, name, kind, state, *_ in chunk.instructions:
            if state != "done":
                continue
            if kind in SAYS:
                self._state = SAYS[kind]
                self._stopped_at = seq if kind == "outgoing_stop" else self._stopped_at
            elif kind in LEAVES:
                self.checked += 1
                if self._state == "stopped":
                    what = "it lets money leave while outgoing payments were stopped"
                    yield self.finding(seq, f"instruction {name}", what, f"none since {self._stopped_at}", name)

    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare the row with what was said last."""
        self._met = bool(self._met or page.rows)
        said = f"{self._state} by {self._stopped_at}"
        for row_id, state, seq in page.rows:
            if (state, seq) != (self._state, self._stopped_at):
                yield self.finding(
                    None, f"outgoing_stop {row_id}", "it is not as was said last", said, f"{state} by {seq}"
                )

    def end(self) -> Iterator[Finding]:
        """Miss the row of a stop that is gone."""
        if self._stopped_at and self._met is False:
            yield self.finding(
                self._stopped_at, "outgoing_stop outgoing", "the row of the stop is gone", self._state, "none"
            )
