"""The log's own rows (留痕的登记行): chunks, stored sizes, what accounts are at, heads, and how far the books are ahead.

When    after the leaves, or before them where they say how lanes are cut
Returns findings, or the rows
Source  store/schema/0016_log.sql; ADR 0041
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from cunguan.prove.findings import Finding
from cunguan.prove.log.lane import Stretch
from cunguan.prove.log.leaves import Chain
from cunguan.prove.log.notes import Checkpoint, NoteWrong, read
from cunguan.prove.log.tiles import NO_LANE
from cunguan.prove.reading import Reader

PAGE = 50_000

_LOG = "SELECT log FROM log_origin WHERE origin = %s"
_ROOTS = "SELECT size, root FROM log_checkpoint WHERE log = %s AND size > %s AND size <= %s ORDER BY size LIMIT %s"
_STORED = "SELECT root FROM log_checkpoint WHERE log = %s AND size = %s"
_NEWEST = "SELECT max(size) FROM log_checkpoint WHERE log = %s"
_BEYOND = "SELECT max(size) FROM log_checkpoint WHERE log = %s AND note IS NOT NULL"
#: the act that opened a log stands first in it, before the acts before it
_CHUNKS = """
    SELECT first_index, leaves, lane, CASE WHEN lane = -1 AND first_index = 0 AND leaves = 1 AND first_seq > 1 THEN 0 ELSE first_seq END,
           CASE WHEN lane = -1 AND first_index = 0 AND leaves = 1 AND first_seq > 1 THEN 0 ELSE last_seq END FROM log_chunk
    WHERE log = %s AND first_index >= %s AND first_index < %s ORDER BY first_index LIMIT %s"""
_REACHED = "SELECT lane, max(last_seq) FROM log_chunk WHERE log = %s AND first_index < %s GROUP BY lane ORDER BY lane"
_ACCOUNTS = """
    SELECT account, number, last, seq FROM log_account WHERE log = %s AND lane = %s AND account > %s ORDER BY account LIMIT %s"""
_HEADS = """
    SELECT h.lane, h.head, CASE WHEN h.lane = -1 THEN (SELECT head FROM log_act_head) ELSE l.head END,
           (SELECT max(last_seq) FROM log_chunk c WHERE c.log = h.log AND c.lane = h.lane AND (h.lane >= 0 OR c.first_index > 0))
    FROM log_lane h LEFT JOIN lane l USING (lane) WHERE h.log = %s ORDER BY h.lane"""
_PAST = """
    SELECT l.lane, l.head, greatest(
        (SELECT max(seq) FROM instruction i WHERE i.lane = l.lane), (SELECT max(seq) FROM journal j WHERE j.lane = l.lane),
        (SELECT max(seq) FROM posting p WHERE p.lane = l.lane), (SELECT max(seq) FROM authority a WHERE a.lane = l.lane))
    FROM lane l ORDER BY l.lane"""
_BOOKS = "SELECT lane, head FROM lane UNION ALL SELECT -1, head FROM log_act_head ORDER BY 1"
_CUTS = """
    SELECT last_seq, leaves FROM log_chunk WHERE log = %s AND lane = %s AND first_seq > %s AND first_index < %s ORDER BY first_seq"""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry."""
    return sha256(b"\0" + entry).digest()


def log_of(reader: Reader, origin: str) -> int:
    """Return the number of the log that has this name, -1 where these books know of none."""
    found = reader.ask(_LOG, origin)
    return int(found[0][0]) if found else -1


def roots(reader: Reader, log: int, after: int, upto: int) -> Iterator[tuple[int, bytes]]:
    """Yield every stored size with its root."""
    while rows := reader.ask(_ROOTS, log, after, upto, PAGE):
        yield from rows
        after = rows[-1][0]


def stored_checkpoint(reader: Reader, log: int, checkpoint: Checkpoint) -> Iterator[Finding]:
    """Find a published size that these books never stored: they are older than the log, or another's."""
    if log < 0:
        yield _finding("checkpoint", "log_origin", "these books know of no log of this name", checkpoint.origin)
        return
    newest = reader.ask(_NEWEST, log)[0][0] or 0
    if newest < checkpoint.size:
        what = "these books are older than the log: restored from a backup, or rows were taken away"
        yield _finding("checkpoint", "log_checkpoint", what, str(checkpoint.size), str(newest))
    elif checkpoint.size and not reader.ask(_STORED, log, checkpoint.size):
        yield _finding("checkpoint", f"log_checkpoint {checkpoint.size}", "removed: this size was published")


def published_beyond(reader: Reader, log: int, folder: Path) -> Iterator[Finding]:
    """Find a published checkpoint that was put back to an older one; read again, since the log may have grown meanwhile."""
    beyond = reader.ask(_BEYOND, log)[0][0] or 0
    try:
        size = read((folder / "checkpoint").read_bytes())[0].size
    except (OSError, NoteWrong):
        size = 0
    if size < beyond:
        yield _finding("checkpoint", "checkpoint", "rolled back: a larger size was signed", str(beyond), str(size))


def coverage(reader: Reader, log: int, after: int, size: int) -> Iterator[Finding]:
    """Find entries that no chunk has, or that two have; lanes whose chunks overlap or go back."""
    at, last = after, dict[int, int]()
    begin = after
    while rows := reader.ask(_CHUNKS, log, begin, size, PAGE):
        for first, leaves, lane, first_seq, last_seq in rows:
            if first != at:
                what = (
                    "entries of no chunk: a row was removed or changed"
                    if first > at
                    else "two chunks have the same entries"
                )
                yield _finding("chunks", f"log_chunk {first}", what, str(at), str(first))
            if first_seq <= last.get(lane, -1):
                what = f"lane {lane}: it has sequences that an earlier chunk has"
                yield _finding("chunks", f"log_chunk {first}", what, f"> {last[lane]}", str(first_seq))
            at, last[lane] = first + leaves, last_seq
        begin = rows[-1][0] + 1
    if at != size:
        yield _finding(
            "chunks", f"entry {min(at, size)}", "the chunks do not end where the checkpoint does", str(size), str(at)
        )


def reached(reader: Reader, log: int, size: int) -> dict[int, int]:
    """Return how far each lane is in the log of this size."""
    return dict(reader.ask(_REACHED, log, size))


def accounts(reader: Reader, log: int, lane: int, upto: int, chain: Chain) -> Iterator[Finding]:
    """Compare what accounts are at with the chain; those that have moved on since are the next run's."""
    after, seen = -(2**63), set[int]()
    while rows := reader.ask(_ACCOUNTS, log, lane, after, PAGE):
        for account, number, last, seq in rows:
            seen.add(account)
            own = chain.get(account)
            if seq <= upto and own != (number, last):
                yield Finding("accounts", lane, seq, f"log_account {account}", "changed: it is not at its last posting",
                              "" if own is None else str(own[0]), str(number))  # fmt: skip
        after = rows[-1][0]
    for account in chain.keys() - seen:
        yield Finding("accounts", lane, None, f"log_account {account}", "removed", str(chain[account][0]), "")


def heads(reader: Reader, log: int) -> Iterator[Finding]:
    """Find lanes that the log is ahead of, and rows past a lane's head."""
    for lane, taken, head, chunked in reader.ask(_HEADS, log):
        if head is None or taken > head:
            what = "the log has more of this lane than the books: they were restored from a backup, or rows were taken away"
            yield Finding("heads", lane, None, f"log_lane {lane}", what, str(taken), str(head))
        if chunked is not None and chunked > taken:
            yield Finding(
                "heads",
                lane,
                None,
                f"log_lane {lane}",
                "put back: a chunk has later sequences",
                str(chunked),
                str(taken),
            )
    for lane, head, last in reader.ask(_PAST):
        if last is not None and last > head:
            yield Finding(
                "heads", lane, last, f"sequence {last}", "added: it is past the head of its lane", str(head), str(last)
            )


def behind(reader: Reader, lanes: dict[int, int]) -> dict[int, int]:
    """Return by lane how many sequences the books have that the log has not: what can be changed unseen."""
    return {lane: head - lanes.get(lane, 0) for lane, head in reader.ask(_BOOKS) if head > lanes.get(lane, 0)}


def cuts(reader: Reader, stretch: Stretch, pieces: int, least: int) -> list[int]:
    """Return the sequences after which a lane is cut into pieces of as many leaves, at the ends of chunks."""
    chunks = reader.ask(_CUTS, stretch.log, stretch.lane, stretch.after, stretch.size)
    total = sum(leaves for _, leaves in chunks)
    pieces = min(pieces, total // least)
    found: list[int] = []
    counted = 0
    for last, leaves in chunks[:-1]:
        counted += leaves
        if len(found) + 1 < pieces and counted * pieces >= total * (len(found) + 1):
            found.append(last)
    return found


def _finding(claim: str, row: str, what: str, expected: str = "", found: str = "") -> Finding:
    return Finding(claim, NO_LANE, None, row, what, expected, found)
