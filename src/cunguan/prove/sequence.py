"""Sequence (顺序号连续): 1 to head without a gap, an instruction and a key for each, batches that lie side by side.

Reads   instruction, instruction_key, batch, epoch
Source  design/lanes.md 3, 9, 20; invariants 16 and 18
"""

import hashlib
from collections.abc import Iterator

from cunguan.kernel.codes import Code
from cunguan.prove.books import Books
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk

_KEYS_A_READ = 100_000
_KEYS = f"""
    SELECT key16, seq FROM instruction_key WHERE lane = %s AND key16 > %s ORDER BY key16 LIMIT {_KEYS_A_READ}"""


#: code -> state of its instruction; every other code is a refusal
_STATE = {int(Code.done): "done", int(Code.in_doubt): "quarantined"}


class Sequence(Claim):
    """Every sequence is used once."""

    name = "sequence"
    says = "every sequence from 1 to the head has one instruction, one id and one batch"

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self.gaps: list[str] = []
        self._declared = self._epochs()
        self._next_instruction = self._next_batch = 1
        self._batch: tuple[int, int] = (0, 0)

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Look for the next sequence, and hash each id again."""
        sha256 = hashlib.sha256
        expected = self._next_instruction
        for seq, code, _, name, _, state, _, key_seq, key16 in chunk.instructions:
            if seq != expected:
                yield from self._gap("instruction", expected, seq)
            expected = seq + 1
            if key16 is None or key_seq != seq:
                yield self.finding(
                    seq, f"instruction {name}", "its id is not in instruction_key under this sequence", seq, key_seq
                )
            elif sha256(name.encode()).digest()[:16] != key16:
                yield self.finding(seq, f"instruction {name}", "its key is not the hash of its id")
            if _STATE.get(code, "refused") != state:
                yield self.finding(
                    seq, f"instruction {name}", "state and code do not fit", _STATE.get(code, "refused"), state
                )
        self._next_instruction = expected  # what is missing at the end of a chunk may end in a later one
        self.checked += len(chunk.instructions)
        yield from self._batches(chunk)

    def _batches(self, chunk: Chunk) -> Iterator[Finding]:
        for first, last, *_ in chunk.batches:
            if first > self._next_batch:
                yield from self._gap("batch", self._next_batch, first)
            elif first < self._next_batch:
                yield self.finding(first, f"batch {first}", "it overlaps the batch before", self._next_batch, first)
            self._next_batch = last + 1

    def _gap(self, table: str, first: int, after: int) -> Iterator[Finding]:
        """Name a gap; one that epochs have declared from its beginning to its end is no fault."""
        if after <= first:
            yield self.finding(after, f"{table} {after}", "the sequence goes back", first, after)
            return
        while first < after and first in self._declared:
            last, why = self._declared[first]
            gap = f"lane {self.books.lane}: {first} to {last}, declared by epoch {why}"
            if gap not in self.gaps:
                self.gaps.append(gap)
            first = last + 1
        if first < after:
            yield self.finding(
                first, f"{table} {first}", f"sequences {first} to {after - 1} have no {table}", first, after
            )
        elif first > after and after <= self.books.head:
            yield self.finding(after, f"{table} {after}", "it stands in a gap that an epoch declared", first, after)

    def _epochs(self) -> dict[int, tuple[int, str]]:
        """Return the first sequence of each declared gap -> its last and which epoch says so, with its reason."""
        rows = self.books.reader.ask("SELECT epoch, reason, restored, heads FROM epoch WHERE epoch > 1 ORDER BY epoch")
        lane = str(self.books.lane)
        return {
            int(restored.get(lane, 0)) + 1: (int(heads[lane]), f"{epoch} ({reason})")
            for epoch, reason, restored, heads in rows
            if lane in heads
        }

    def end(self) -> Iterator[Finding]:
        """Look for ids without an instruction, and whether the last batch ends where the lane does."""
        head = self.books.head
        if self._next_instruction <= head:
            yield from self._gap("instruction", self._next_instruction, head + 1)
        if self._next_batch < head + 1:
            yield from self._gap("batch", self._next_batch, head + 1)
        elif self._next_batch > head + 1:
            yield self.finding(head, "batch", "the last batch ends past the lane's head", head, self._next_batch - 1)
        known = self.checked
        keys = sum(seq <= head for rows in self._keys() for _, seq in rows)
        if keys != known:
            yield self.finding(None, "instruction_key", "there are other ids than instructions", known, keys)

    def _keys(self) -> Iterator[list[tuple[bytes, int]]]:
        after = b""
        while True:
            rows = self.books.reader.ask(_KEYS, self.books.lane, after)
            yield rows
            if len(rows) < _KEYS_A_READ:
                return
            after = rows[-1][0]
