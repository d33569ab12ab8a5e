"""Rows for leaves (留痕叶所据的行): what the books have of a range of sequences, and what the log's rows say of it.

When    a lane is compared with the log
Shape   rows as tuples, in the order of their sequences; only instructions that were done give leaves
Units   a window is a group of the log's chunks, WINDOW sequences or one chunk; no statement outlives prove's snapshots
Source  prove/reading.py; store/schema/0016_log.sql
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

import msgspec

from cunguan.prove.log.leaves import Batch, Row, Sequence
from cunguan.prove.reading import Reader

WINDOW = 5_000
CHUNKS = 32

_BATCHES = """
    SELECT first_seq, last_seq, at, business_date, code_version, pack_id, pack_version, rule_set_hash, salt_key_id FROM batch
    WHERE lane = %(lane)s AND first_seq <= %(last)s AND first_seq >= coalesce(
        (SELECT max(first_seq) FROM batch WHERE lane = %(lane)s AND first_seq <= %(first)s), %(first)s) ORDER BY first_seq"""
_INSTRUCTIONS = """
    SELECT seq, version, id, kind, body, detail FROM instruction
    WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s AND state = 'done' ORDER BY seq"""
_JOURNALS = """
    SELECT seq, postings, value_date, template FROM journal
    WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s ORDER BY seq"""
_POSTINGS = """
    SELECT seq, line, debit_account, credit_account, amount_minor, authority, opened FROM posting
    WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s ORDER BY seq, line"""
_AUTHORITIES = """
    SELECT seq, amount_minor, kind, owner, type, payee, listing, until, evidence_kind, key_id, canonical, challenge, public_key,
           evidence
    FROM authority WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s ORDER BY seq"""
_CHUNKS = """
    SELECT first_index, leaves, first_seq, last_seq, sides FROM log_chunk
    WHERE log = %s AND lane = %s AND first_seq > %s AND first_index < %s ORDER BY first_seq LIMIT %s"""


class Chunk(msgspec.Struct, frozen=True):
    """A row of the log: where the leaves of a range of sequences stand, and what their postings' sides were built on."""

    first_index: int
    leaves: int
    first_seq: int
    last_seq: int
    sides: bytes


class Window(msgspec.Struct):
    """What the books have of (before, last], and the log's chunks of it."""

    first: int
    last: int
    chunks: list[Chunk]
    sequences: list[Sequence]
    orphans: list[tuple[int, str]]  # rows of a sequence that no done instruction has: sequence, table


class Source:
    """The rows of one lane."""

    def __init__(self, reader: Reader, log: int, lane: int, keys: dict[int, bytes]) -> None:
        self.reader, self.log, self.lane, self._keys = reader, log, lane, keys

    def windows(self, after: int, upto: int, size: int) -> Iterator[Window]:
        """Yield the lane's sequences from the one after `after` on, as far as the log of this size has taken them in."""
        for chunks in self._groups(after, upto, size):
            yield self.window(after + 1, chunks[-1].last_seq, chunks)
            after = chunks[-1].last_seq

    def window(self, first: int, last: int, chunks: list[Chunk]) -> Window:
        """Return what the books have of a range."""
        range_: dict[str, object] = {"lane": self.lane, "first": first, "last": last}
        batches, instructions, journals, postings, authorities = (
            self.reader.ask_named(text, range_)
            for text in (_BATCHES, _INSTRUCTIONS, _JOURNALS, _POSTINGS, _AUTHORITIES)
        )
        posted = {seq: list(rows) for seq, rows in groupby(postings, itemgetter(0))}
        journal, given = {row[0]: row for row in journals}, {row[0]: row for row in authorities}
        sequences = list(self._sequences(batches, instructions, journal, posted, given))
        done = {one.seq for one in sequences}
        named = (("journal", journal), ("posting", posted))
        orphans = [(seq, name) for name, rows in named for seq in rows if seq not in done]
        return Window(first, last, chunks, sequences, sorted(orphans))

    def _groups(self, after: int, upto: int, size: int) -> Iterator[list[Chunk]]:
        group: list[Chunk] = []
        while True:
            rows = self.reader.ask(_CHUNKS, self.log, self.lane, group[-1].first_seq if group else after, size, CHUNKS)
            for row in rows:
                if row[2] > upto:
                    break
                group.append(Chunk(*row))
                if group[-1].last_seq - after >= WINDOW:
                    yield group
                    after, group = group[-1].last_seq, []
            if len(rows) < CHUNKS or rows[-1][2] > upto:
                break
        if group:
            yield group

    def _sequences(
        self, batches: list[Row], instructions: list[Row], journals: dict[int, Row], posted: dict[int, list[Row]],
        given: dict[int, Row],
    ) -> Iterator[Sequence]:  # fmt: skip
        rows = iter([Batch(row, self._keys[row[-1]]) for row in batches if row[-1] in self._keys])
        batch: Batch | None = None
        following = next(rows, None)
        for instruction in instructions:
            seq = instruction[0]
            while following is not None and following.first <= seq:
                batch, following = following, next(rows, None)
            of = batch if batch is not None and batch.last >= seq else None
            yield Sequence(self.lane, of, instruction, journals.get(seq), posted.get(seq, []), given.get(seq))
