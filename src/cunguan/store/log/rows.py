"""Rows of a leaf (叶所据的行): what one sequence's leaves are derived from, read for whoever opens them.

When    a receipt is made, an auditor asks for one sequence
Reads   append-only rows, and in the chunk the numbers its accounts had given the postings
Returns the leaves, with all openings; none for what was refused; lane -1: an act's
Errors  NotLogged: the log that is open has not taken the sequence in yet
Source  transparency/derive.py; store/schema/0016_log.sql
"""

from collections.abc import Callable, Sequence
from typing import Any

import psycopg

from cunguan.kernel.leaf import PostingLeaf
from cunguan.store.sqlfiles import statement
from cunguan.transparency.derive import Batch, Done, Journal, Leaf, Posted, act_leaf, leaves
from cunguan.transparency.leaf import ACTS, AuthorityOpening, LeafType
from cunguan.transparency.sides import numbered

Connection = psycopg.Connection[Any]


class NotLogged(LookupError):
    """The sequence has no place in the log yet: a moment later it has."""


def openings(connection: Connection, salt_key: Callable[[int], bytes], lane: int, seq: int) -> list[Leaf]:
    """Return the leaves of one sequence, opened."""
    params = {"lane": lane, "seq": seq}
    if lane == ACTS:
        return _act(connection, salt_key, seq)
    row = connection.execute(statement("log_opening"), params).fetchone()
    if row is None:
        return []
    batch, (id, kind, version, body, detail), (template, value_date, sides) = Batch(*row[:9]), row[9:14], row[14:]
    if sides is None:
        raise NotLogged(f"sequence {seq} of lane {lane} is not in the log yet")
    journal = None
    if template is not None:
        postings = connection.execute(statement("log_opening_postings"), params).fetchall()
        journal = Journal(template, value_date, _numbered(postings, sides))
    given = connection.execute(statement("log_opening_authority"), params).fetchone()
    authority = AuthorityOpening(*given) if given else None
    return leaves(
        salt_key(batch.salt_key_id), batch, Done(lane, seq, id, kind, version, body, detail), journal, authority
    )


def _act(connection: Connection, salt_key: Callable[[int], bytes], seq: int) -> list[Leaf]:
    row = connection.execute(statement("log_act_of"), {"seq": seq}).fetchone()
    return [act_leaf(salt_key(row[1]), LeafType(row[0]), seq, row[2])] if row else []


def _numbered(postings: Sequence[Sequence[Any]], sides: bytes) -> list[Posted]:
    return [Posted(PostingLeaf(*one), *pair) for one, pair in zip(postings, numbered(sides), strict=True)]
