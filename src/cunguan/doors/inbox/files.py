"""Files (收件处理): kept files are read one after the other, each by the reader its first bytes ask for.

When    a file was kept; in a thread, by one worker at a time
Does    a file is read whole or not at all, and what became of it is on its row; the next one is read whatever became of this one
Errors  psycopg.Error goes up: the file is read in the next round
Source  schema 0011
"""

import logging
from datetime import datetime
from typing import Any, Final

import psycopg

from cunguan.doors.inbox.keep import content, mark
from cunguan.doors.inbox.reading import Read, read_parts
from cunguan.doors.inbox.settlements import keep_settlement
from cunguan.formats import detect
from cunguan.formats.settlement import is_settlement
from cunguan.keys.sealed import Sealer
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)

FIRST_BYTES: Final = 4096

Connection = psycopg.Connection[Any]


def read_received(connection: Connection, sealer: Sealer, at: datetime) -> int:
    """Read the files that were kept and not read yet; return how many."""
    found = connection.execute(statement("bank_files_received")).fetchall()
    for file, channel, name in found:
        read = read_file(connection, sealer, file, channel, name, at)
        log.log(logging.INFO if read.state == "read" else logging.ERROR, "bank file %s: %s", file, read.state)
    return len(found)


def read_file(connection: Connection, sealer: Sealer, file: int, channel: str, name: str, at: datetime) -> Read:
    """Read one file."""
    try:
        with connection.transaction():
            read = _read(connection, sealer, file, channel, name, at)
            mark(connection, file, read.state, read.why)  # type: ignore[arg-type]  # a state of a file that came in
    except psycopg.Error:
        raise
    except Exception as fault:  # its bytes may be anything: it must not keep the next one waiting
        kind = type(fault).__name__  # what it says may quote the file, and names stand in that
        log.error("bank file %s: the reader failed: %s", file, kind)
        read = Read("unreadable", f"the reader failed ({kind}): the bytes are kept; report it", 0)
        mark(connection, file, "unreadable", read.why)
    return read


def _read(connection: Connection, sealer: Sealer, file: int, channel: str, name: str, at: datetime) -> Read:
    stream: Any = content(connection, sealer, file)
    first: bytes = stream.peek(FIRST_BYTES)[:FIRST_BYTES]
    if is_settlement(first):
        return keep_settlement(connection, file, channel, stream)
    reader = detect.reader(first, name)
    return read_parts(connection, sealer, file, channel, reader.read(stream), at)


def again(connection: Connection, file: int) -> bool:
    """Let a file that was not used whole be read anew; return whether it is such a one."""
    with connection.transaction():
        if connection.execute(statement("bank_file_unread"), {"file": file}).fetchone() is None:
            return False
        connection.execute(statement("bank_statements_unread"), {"file": file})
        connection.execute(statement("bank_bad_lines_forget"), {"file": file})
    return True
