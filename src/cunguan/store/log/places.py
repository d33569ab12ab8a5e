"""Places (叶的位置): where in the log the leaves of a sequence stand.

When    a receipt is made, a payment waits for its authority's leaf
Shape   Place: log, index in it, type, sequence; none while the sequence is not taken in, or gives no leaf
Reads   the chunk that holds the sequence, and how many leaves those before it in the chunk have
Source  store/schema/0016_log.sql; transparency/leaf.py
"""

from typing import Any

import msgspec
import psycopg

from cunguan.store.sqlfiles import statement
from cunguan.transparency.leaf import ACTS, LeafType


class Place(msgspec.Struct, frozen=True):
    """A leaf in a log."""

    log: int
    index: int
    type: LeafType
    sequence: int


def places(connection: psycopg.Connection[Any], lane: int, seq: int) -> list[Place]:
    """Return the places of a sequence's leaves in the log that is open, in their order; lane -1: an act's."""
    row = connection.execute(statement("log_chunk_of"), {"lane": lane, "seq": seq}).fetchone()
    if row is None:
        return []
    log, first_index, first_seq = row
    name = "log_place_of_act" if lane == ACTS else "log_places"
    found = connection.execute(statement(name), {"lane": lane, "first": first_seq, "seq": seq}).fetchone()
    if found is None:
        return []
    before, types = found
    return [Place(log, first_index + before + n, LeafType(kind), seq) for n, kind in enumerate(types)]
