"""Journals (凭证): a journal for every instruction that posts, none for others, its lines counted and without a gap.

Reads   instruction, journal, posting; a value date is that of the instruction, and not after the day it was posted on
Source  invariants 1 and 32; design/lanes.md 15
"""

from collections.abc import Iterator
from datetime import date
from itertools import chain, repeat
from operator import eq

from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk

#: kinds that may be about an earlier day than the one they are posted on
VALUE_DATED = frozenset({
    "adjustment", "channel_net_settlement", "charge_back", "pool_interest", "pool_loss", "pool_top_up",
})  # fmt: skip


class Journals(Claim):
    """What an instruction posted is whole."""

    name = "journals"
    says = "each journal counts its postings, lines 0, 1, 2 …; what was refused has none; value dates are as asked"

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Count the lines of each journal."""
        self.checked += len(chunk.journals)
        if not self._is_whole(chunk):
            yield from self._broken(chunk)
        dated = {row[0] for row in chunk.instructions if row[4] in VALUE_DATED}
        for seq, _, value_date in [row for row in chunk.journals if row[2] is not None or row[0] in dated]:
            yield from self._value_date(chunk, seq, value_date)

    @staticmethod
    def _is_whole(chunk: Chunk) -> bool:
        """Compare all at once: sequences and lines as the journals say, and each journal's instruction done."""
        seqs, counts = [row[0] for row in chunk.journals], [row[1] for row in chunk.journals]
        if sum(counts) != len(chunk.postings) or min(counts, default=1) < 1:
            return False
        lines = chain.from_iterable(map(range, counts))
        of = chain.from_iterable(map(repeat, seqs, counts))
        done = {row[0] for row in chunk.instructions if row[5] == "done"}
        return done.issuperset(seqs) and all(map(eq, lines, chunk.columns[1])) and all(map(eq, of, chunk.columns[0]))

    def _broken(self, chunk: Chunk) -> Iterator[Finding]:
        counted: dict[int, int] = {}
        for seq, line, *_ in chunk.postings:
            expected = counted.get(seq, 0)
            if line != expected:
                yield self.finding(seq, f"posting {seq}/{line}", "a line is missing before it", expected, line)
            counted[seq] = line + 1
        states = {row[0]: row[5] for row in chunk.instructions}
        for seq, postings, _ in chunk.journals:
            found = counted.pop(seq, 0)
            if found != postings:
                yield self.finding(seq, f"journal {seq}", "it has another number of postings", postings, found)
            if states.get(seq) != "done":
                yield self.finding(
                    seq,
                    f"journal {seq}",
                    "it belongs to no instruction that was done",
                    "done",
                    states.get(seq, "no instruction"),
                )
        for seq in counted:
            yield self.finding(seq, f"posting {seq}/0", "its journal is missing")

    def _value_date(self, chunk: Chunk, seq: int, found: date | None) -> Iterator[Finding]:
        asked = chunk.body_of(seq).get("value_date")
        if (found.isoformat() if found else None) != asked:
            yield self.finding(seq, f"journal {seq}", "its value date is not the one that was asked", asked, found)
        if found is not None and found > self.books.day(seq):
            what = "its value date is after the day it was posted on"
            yield self.finding(seq, f"journal {seq}", what, self.books.day(seq), found)
