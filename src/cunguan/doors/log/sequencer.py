"""Sequencer (定序器): takes lanes in, from where the log has them up to their heads, and appends their leaves.

When    each round of `cunguan log sequence`
Does    derives a batch of leaves, stores with one transaction what was taken and the root it gives, then puts the files that
        are full; the edge's own files are put when a checkpoint is about to be signed
Order   any order of lanes is right; lanes take turns, so that one that is far behind does not hold the others up
Errors  Fenced: another sequencer has gone on · whatever else is raised: what was stored stands, and a new Sequencer begins with it
Source  design/lanes.md 22; transparency/bulk.py; ADR 0037
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import psycopg

from cunguan.store.log import taking
from cunguan.store.log.folder import Folder
from cunguan.store.log.origins import Origin
from cunguan.store.log.taking import Behind, Chunk, Range
from cunguan.store.sqlfiles import statement
from cunguan.transparency import bulk
from cunguan.transparency.bulk import Ends, Posting
from cunguan.transparency.leaf import ACTS
from cunguan.transparency.tiles import Edge

#: a sequence gives two leaves at most, so that a batch has no more than 10,000
SEQUENCES: Final = 5_000
#: accounts of a lane whose numbering is kept in memory; then all are forgotten and read again
ACCOUNTS: Final = 200_000


class LogDiffers(RuntimeError):
    """What is stored no longer gives the log that was signed; nothing is signed until a person has looked."""


SaltKey = Callable[[int], bytes]
Connection = psycopg.Connection[Any]


class Sequencer:
    """One log that grows; `edge` is where it stands, and is stored already."""

    def __init__(self, connection: Connection, origin: Origin, folder: Folder, salt_key: SaltKey, edge: Edge) -> None:
        self._connection, self.origin, self._folder, self._salt_key = connection, origin, folder, salt_key
        self._edge = edge
        self._rest: dict[str, bytes] = {}  # the edge's files, which are not full
        self._ends: dict[int, Ends] = {}  # by lane
        self._last_lane = ACTS - 1

    @property
    def size(self) -> int:
        """How many leaves are stored."""
        return self._edge.size

    @property
    def root(self) -> bytes:
        """Their root."""
        return self._edge.root()

    def waiting_seconds(self) -> float:
        """Return how long the oldest committed sequence waits that is not taken in, by the database's clock; 0: none does."""
        return max((lag for *_, lag in self._connection.execute(statement("log_standing"))), default=0.0)

    def take(self) -> bool:
        """Take in one batch; False when there is nothing new."""
        waiting = taking.behind(self._connection, self.origin.log)
        taken: list[Range] = []
        entries: list[bytes] = []
        room = SEQUENCES
        for one in sorted(waiting, key=lambda one: (one.lane <= self._last_lane, one.lane)):
            if room > 0:
                taken.append(self._range(one, min(one.head, one.taken + room), entries))
                room -= taken[-1].head - one.taken
                self._last_lane = one.lane
        if taken:
            self._append(taken, entries)
        return bool(taken)

    def again(self, chunk: Chunk) -> None:
        """Derive a chunk that is stored once more: its files may not have been put, or not have reached the disk."""
        if chunk.lane == ACTS:
            found, sides = act_entries(self._connection, chunk.first_seq, chunk.last_seq, self._salt_key), b""
        else:
            rows, _ = taking.rows(self._connection, chunk.lane, chunk.first_seq, chunk.last_seq, most=sys.maxsize)
            found, sides = bulk.entries(rows, self._salt_key, bulk.ends_before(rows.postings, chunk.sides))
        if (self._edge.size, len(found), sides) != (chunk.first_index, chunk.leaves, chunk.sides):
            raise LogDiffers(f"{_named(chunk)} no longer give the {chunk.leaves} leaves from {chunk.first_index} on")
        self._put(self._edge.append(found))

    def put_rest(self) -> None:
        """Put the files of the edge, without which what is signed next cannot be checked."""
        for name, content in self._rest.items():
            self._folder.put(name, content)
        self._rest = {}

    def _append(self, taken: Sequence[Range], entries: list[bytes]) -> None:
        """Store, then put: a file that was not put is made again from what is stored."""
        files = list(self._edge.append(entries))
        taking.store(self._connection, self.origin.log, taken, self._edge.size, self._edge.root())
        self._put(files)

    def _put(self, files: Iterable[tuple[str, bytes]]) -> None:
        self._rest = {}
        for name, content in files:
            if ".p/" in name:
                self._rest[name] = content
            else:
                self._folder.put(name, content)

    def _range(self, one: Behind, upto: int, entries: list[bytes]) -> Range:
        """Derive a range of one lane; its entries go behind those that are there."""
        first_index = self._edge.size + len(entries)
        if one.lane == ACTS:
            first, upto, head = acts_next(one.taken, upto, self.origin.opened_by, is_first=first_index == 0)
            found, sides = act_entries(self._connection, first, upto, self._salt_key), b""
            touched: Ends = {}
        else:
            first = one.taken + 1
            rows, upto = taking.rows(self._connection, one.lane, first, upto)
            ends = self._known(one.lane, rows.postings)
            found, sides = bulk.entries(rows, self._salt_key, ends)
            head, touched = upto, {account: ends[account] for posting in rows.postings for account in posting[1:3]}
        entries += found
        chunk = Chunk(first_index, len(found), one.lane, first, upto, sides) if found else None
        return Range(one, head, chunk, touched)

    def _known(self, lane: int, postings: Sequence[Posting]) -> Ends:
        """Return where the numbering of a lane's accounts stands; those of these postings are among them."""
        known = self._ends.setdefault(lane, {})
        if len(known) > ACCOUNTS:
            known.clear()
        unknown = {account for posting in postings for account in posting[1:3]} - known.keys()
        if unknown:
            known.update(taking.ends(self._connection, self.origin.log, lane, sorted(unknown)))
        return known


def acts_next(taken: int, upto: int, opened_by: int | None, is_first: bool) -> tuple[int, int, int]:
    """Return which acts come next, from and to, and up to where they are taken then.

    The act that opened a log stands first in it, so that its reader knows what it follows; the others are in their order.

    >>> acts_next(0, 9, 5, is_first=True), acts_next(0, 9, 5, is_first=False), acts_next(5, 9, 5, is_first=False)
    ((5, 5, 0), (1, 4, 5), (6, 9, 9))
    """
    if opened_by is None or taken >= opened_by:
        return taken + 1, upto, upto
    if is_first:
        return opened_by, opened_by, 1 if opened_by == 1 else taken
    last = min(upto, opened_by - 1)
    return taken + 1, last, last + (last + 1 == opened_by)


def act_entries(connection: Connection, first: int, last: int, salt_key: SaltKey) -> list[bytes]:
    """Return the entries of some acts, which are all there."""
    acts = taking.acts(connection, first, last)
    assert [act[0] for act in acts] == list(range(first, last + 1)), f"acts {first} to {last} are not all there"
    return bulk.act_entries(acts, salt_key)


def _named(chunk: Chunk) -> str:
    what = "acts" if chunk.lane == ACTS else f"lane {chunk.lane}, sequences"
    return f"{what} {chunk.first_seq} to {chunk.last_seq}"
