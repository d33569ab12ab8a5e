"""Made: the log of a small book, as the sequencer would have published it, with the sequencer's own derivation.

Shape   two chunks of each lane and more, lanes in turn; a checkpoint stored after each; the last one published
"""

from itertools import zip_longest
from pathlib import Path
from typing import Any

import psycopg

from cunguan.keys.note_keys import Ed25519Signer
from cunguan.store.log import taking
from cunguan.store.log.folder import Folder
from cunguan.transparency.bulk import act_entries, entries
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.note import Note
from cunguan.transparency.tiles import Edge

SALT_KEYS = {0: b"s" * 32}
ORIGIN = "cunguan.invalid/test/1"
SIGNER = Ed25519Signer(ORIGIN, b"l" * 32)
KEY = SIGNER.key.text()
#: sequences of a chunk
RANGE = 23


def publish(url: str, path: Path, range_: int = RANGE) -> Checkpoint:
    """Take everything in and publish it."""
    folder, edge = Folder(path), Edge()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO log_origin (log, origin, opened_at) VALUES (1, %s, now()) ON CONFLICT DO NOTHING", (ORIGIN,)
        )
        size = connection.execute("SELECT coalesce(max(size), 0) FROM log_checkpoint WHERE log = 1").fetchone()[0]  # type: ignore[index]
        if size:
            edge = Edge.read(size, folder.fetch)
        lanes = [list(_ranges(one, range_)) for one in taking.behind(connection, 1)]
        for turn in zip_longest(*lanes):
            for one, first, last in [found for found in turn if found]:
                _take(connection, folder, edge, one, first, last)
        checkpoint = Checkpoint(ORIGIN, edge.size, edge.root())
        note = Note(checkpoint.text(), (SIGNER.sign(checkpoint.text()),))
        folder.publish(note)
        connection.execute("UPDATE log_checkpoint SET note = %s WHERE log = 1 AND size = %s", (note.write(), edge.size))
    return checkpoint


def _ranges(one: taking.Behind, range_: int) -> Any:
    for first in range(one.taken + 1, one.head + 1, range_):
        yield one, first, min(first + range_ - 1, one.head)


def _take(connection: Any, folder: Folder, edge: Edge, one: taking.Behind, first: int, last: int) -> None:
    ends: Any = {}
    if one.lane < 0:
        made, sides = act_entries(taking.acts(connection, first, last), SALT_KEYS.__getitem__), b""
    else:
        rows, last = taking.rows(connection, one.lane, first, last)
        accounts = sorted({account for row in rows.postings for account in row[1:3]})
        ends = taking.ends(connection, 1, one.lane, accounts)
        made, sides = entries(rows, SALT_KEYS.__getitem__, ends)
    chunk = taking.Chunk(edge.size, len(made), one.lane, first, last, sides) if made else None
    for name, content in edge.append(made) if made else ():
        folder.put(name, content)
    behind = taking.Behind(one.lane, first - 1, one.head)
    taking.store(connection, 1, [taking.Range(behind, last, chunk, ends)], edge.size, edge.root())
