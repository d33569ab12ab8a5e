"""Journals (凭证): a journal for every instruction that posts, none for others, its lines counted and without a gap.

Reads   instruction, journal, posting
Source  invariant 1; design/lanes.md 15
"""

from collections.abc import Iterator
from itertools import chain, repeat
from operator import eq

from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk


class Journals(Claim):
    """What an instruction posted is whole."""

    name = "journals"
    says = "each journal counts its postings, lines 0, 1, 2 …; what was refused has none"

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Count the lines of each journal."""
        self.checked += len(chunk.journals)
        if not self._is_whole(chunk):
            yield from self._broken(chunk)

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
        for seq, postings in chunk.journals:
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
