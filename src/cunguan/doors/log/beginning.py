"""Beginning (定序器启动): where a log stands, and whether this database is the one that wrote it.

When    the sequencer starts, or has lost its connection
Does    refuses a database that knows less than was signed, by the log's own files, by the mark in the home and by what the
        witnesses hold; then derives again what was stored after the last published checkpoint, and compares the roots
Errors  LogBehind: an older copy, or another's files; what to do is said · LogDiffers: rows were changed; which is said
Source  ADR 0037; docs/runbooks/log-behind.md
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import psycopg

from cunguan.doors.log.sequencer import LogDiffers, SaltKey, Sequencer
from cunguan.store.log import checkpoints, taking
from cunguan.store.log.folder import Folder
from cunguan.store.log.mark import Marks
from cunguan.store.log.origins import Origin
from cunguan.transparency import checkpoint
from cunguan.transparency.tiles import Edge, TileWrong
from cunguan.transparency.tree import EMPTY_ROOT

Connection = psycopg.Connection[Any]

WHAT_TO_DO = (
    "Nothing was signed. If a newer database exists, start that one. If this one is to go on, close the log and begin "
    "another that names it: `cunguan log new --reason …`. See docs/runbooks/log-behind.md"
)


class LogBehind(RuntimeError):
    """More was signed than this database knows of."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the database's log is behind what was signed: {why}. {WHAT_TO_DO}")


class Shown(NamedTuple):
    """A size of a log that the outside has seen signed, and by what we know that."""

    log: int
    size: int
    root: bytes
    by: str


def begin(connection: Connection, origin: Origin, folder: Folder, marks: Marks, salt_key: SaltKey) -> Sequencer:
    """Return a sequencer that stands where the database does, with its files put."""
    published = last_published(folder, origin)
    for shown in shown_sizes(published, marks):
        refuse_behind(connection, origin, shown)
    edge = _edge(folder, published)
    sequencer = Sequencer(connection, origin, folder, salt_key, edge)
    newest = checkpoints.newest(connection)
    stored = newest.size if newest else 0
    for chunk in taking.chunks(connection, origin.log, edge.size, stored):
        sequencer.again(chunk)
        known = checkpoints.of_size(connection, origin.log, sequencer.size)
        if known is not None and known.root != sequencer.root:
            raise LogDiffers(f"the first {known.size} leaves no longer have the root that was stored: {WHAT_CHANGED}")
    if sequencer.size != stored:
        raise LogDiffers(f"{stored} leaves were stored, and there are chunks of {sequencer.size}: {WHAT_CHANGED}")
    return sequencer


WHAT_CHANGED = "rows were changed, or the salt key is another; `cunguan log verify --full` names what differs"


def last_published(folder: Folder, origin: Origin) -> Shown | None:
    """Return what the log's own files say was published last."""
    note = folder.checkpoint()
    if note is None:
        return None
    found = checkpoint.read(note.text)
    if found.origin != origin.origin:
        raise LogBehind(f"{folder.path} holds the log {found.origin!r}, and this database's is {origin.origin!r}")
    return Shown(origin.log, found.size, found.root, str(folder.path / "checkpoint"))


def shown_sizes(published: Shown | None, marks: Marks) -> Iterator[Shown]:
    """Yield what was signed, as far as this host knows."""
    if published is not None:
        yield published
    mark = marks.read()
    if mark is not None:
        yield Shown(mark.log, mark.size, bytes.fromhex(mark.root), str(marks.path))


def refuse_behind(connection: Connection, origin: Origin, shown: Shown) -> None:
    """Refuse a database that does not hold what was signed."""
    if shown.log < origin.log:
        return  # of a log that was closed
    if shown.log > origin.log:
        raise LogBehind(f"{shown.by} is of log {shown.log}, and this database's is {origin.log}")
    if shown.size == 0:
        return
    stored = checkpoints.of_size(connection, origin.log, shown.size)
    if stored is None:
        newest = checkpoints.newest(connection)
        raise LogBehind(f"{shown.by} has {shown.size} leaves, and the database {newest.size if newest else 0}")
    if stored.root != shown.root:
        raise LogBehind(f"{shown.by} has another root of {shown.size} leaves than the database")


def _edge(folder: Folder, published: Shown | None) -> Edge:
    """Return the edge as the files have it, or an empty one when they are not whole: then all of it is derived again."""
    if published is None:
        return Edge()
    try:
        edge = Edge.read(published.size, folder.fetch)
    except (FileNotFoundError, TileWrong):
        return Edge()
    return edge if edge.root() == published.root else Edge()


def empty(origin: Origin) -> checkpoint.Checkpoint:
    """Return the checkpoint of a log without a leaf: signed, it says nothing that could ever be wrong."""
    return checkpoint.Checkpoint(origin.origin, 0, EMPTY_ROOT)
