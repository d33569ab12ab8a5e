"""Sides of a chunk (分录两侧编号): the numbers that accounts gave a chunk's postings, packed, as log_chunk keeps them.

When    the sequencer has derived a chunk; one posting is opened later, without counting its accounts' postings again
Shape   80 bytes a posting, in order: the debited account's number u64 and its part before (32 bytes, zeros for the first), then
        the credited account's
Source  transparency/leaf.py Side; store/schema/0016_log.sql
"""

import struct
from collections.abc import Iterator
from typing import Final

from cunguan.transparency.derive import Numbered

_PAIR: Final = struct.Struct(">Q32sQ32s")
BYTES: Final = _PAIR.size

pack = _PAIR.pack


def numbered(sides: bytes) -> Iterator[tuple[Numbered, Numbered]]:
    """Yield, of each posting, what it is to the debited and to the credited account."""
    for debit, before_debit, credit, before_credit in _PAIR.iter_unpack(sides):
        yield (
            Numbered(debit, before_debit if debit > 1 else b""),
            Numbered(credit, before_credit if credit > 1 else b""),
        )
