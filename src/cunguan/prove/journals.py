"""Journals (凭证): a journal for every instruction that posts, none for others, its lines counted and without a gap.

Reads   instruction, journal, posting
Source  invariant 1; design/lanes.md 15
"""

from collections.abc import Iterator

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
