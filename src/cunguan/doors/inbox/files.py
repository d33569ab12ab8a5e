"""Files (收件处理): kept files are read one after the other, each by the reader its first bytes ask for.

When    a file was kept; in a thread, by one worker at a time
Does    an archive is its files, each kept and read by itself
        a file is read whole or not at all, and what became of it is on its row; the next one is read whatever became of this one
Errors  psycopg.Error goes up: the file is read in the next round; but what the database will never take makes a file unreadable
Source  schema 0011
"""

import logging
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO, Final

import psycopg

from cunguan.channels.iso20022.codec import Codec
from cunguan.channels.iso20022.profile import Bank
from cunguan.doors.inbox.keep import content, keep, mark
from cunguan.doors.inbox.reading import Read, read_parts
from cunguan.doors.inbox.settlements import keep_settlement
from cunguan.doors.inbox.statuses import keep_statuses
from cunguan.formats import archive, detect
from cunguan.formats.csv_statement import Reader
from cunguan.formats.settlement import is_settlement
from cunguan.formats.statement import Wrong
from cunguan.keys.sealed import Sealer
from cunguan.store.sqlfiles import statement

log = logging.getLogger(__name__)

#: of an archive, so much is held in memory, and what is more in a file without a name
MEMORY_BYTES: Final = 64 * 2**20

STATUS_BYTES_MAX: Final = 64 * 2**20

Connection = psycopg.Connection[Any]
Banks = Mapping[str, Bank]


def read_received(connection: Connection, sealer: Sealer, banks: Banks, at: datetime) -> int:
    """Read the files that were kept and not read yet; return how many."""
    count = 0
    for file, channel, name in connection.execute(statement("bank_files_received")).fetchall():
        read = read_file(connection, sealer, banks, file, channel, name, at)
        if read is not None:
            count += 1
            log.log(logging.INFO if read.state == "read" else logging.ERROR, "bank file %s: %s", file, read.state)
    return count


def read_file(
    connection: Connection, sealer: Sealer, banks: Banks, file: int, channel: str, name: str, at: datetime
) -> Read | None:
    """Read one file; None: somebody else reads it, or has read it."""
    try:
        with connection.transaction():
            if connection.execute(statement("bank_file_take"), {"file": file}).fetchone() is None:
                return None
            read = _read(connection, sealer, banks, file, channel, name, at)
            mark(connection, file, read.state, read.why)  # type: ignore[arg-type]  # a state of a file that came in
    except Exception as fault:  # its bytes may be anything: it must not keep the next one waiting
        if isinstance(fault, psycopg.Error) and not isinstance(fault, (psycopg.DataError, psycopg.IntegrityError)):
            raise
        kind = type(fault).__name__  # what it says may quote the file, and names stand in that
        log.error("bank file %s: the reader failed: %s", file, kind)
        read = Read("unreadable", f"the reader failed ({kind}): the bytes are kept; report it", 0)
        mark(connection, file, "unreadable", read.why)
    return read


def _read(
    connection: Connection, sealer: Sealer, banks: Banks, file: int, channel: str, name: str, at: datetime
) -> Read:
    stream: Any = content(connection, sealer, file)
    first: bytes = stream.peek(detect.BEGIN)[: detect.BEGIN]
    if is_settlement(first):
        return keep_settlement(connection, file, channel, stream)
    try:
        if archive.is_archive(first):
            return _unpack(connection, sealer, channel, name, stream, at)
        kind = detect.kind(first, name)
        if kind.startswith("pain.002"):
            return _statuses(connection, banks, file, channel, stream)
        reader = _csv(banks.get(channel)) if kind == "csv" else None
        reader = reader or detect.reader(first, name)
    except Wrong as wrong:
        return Read("unreadable", str(wrong), 0)
    return read_parts(connection, sealer, file, channel, reader.read(stream), at)


def _csv(bank: Bank | None) -> detect.Reader | None:
    """Return what reads the CSV of a bank, where its profile says how it writes it."""
    return Reader(bank.csv) if bank is not None and bank.csv is not None else None


def _statuses(connection: Connection, banks: Banks, file: int, channel: str, stream: BinaryIO) -> Read:
    bank = banks.get(channel)
    if bank is None:
        return Read("flagged", f"no bank of the name {channel} is described: when its word is final is not known", 0)
    content = stream.read(STATUS_BYTES_MAX + 1)
    if len(content) > STATUS_BYTES_MAX:
        return Read("flagged", f"a report of payments is larger than {STATUS_BYTES_MAX} bytes", 0)
    return keep_statuses(connection, file, channel, Codec(bank).decode(content))


def _unpack(connection: Connection, sealer: Sealer, channel: str, name: str, stream: BinaryIO, at: datetime) -> Read:
    """Keep each file of an archive as one of its own, which is read in its turn; all of them, or none."""
    with tempfile.SpooledTemporaryFile(MEMORY_BYTES) as whole:
        shutil.copyfileobj(stream, whole)
        whole.seek(0)
        for inside, member in archive.members(whole):  # type: ignore[arg-type]  # it can be read and sought in
            keep(connection, sealer, member, channel=channel, name=f"{name}/{inside}", at=at)
    return Read("read", "", 0)


def again(connection: Connection, file: int) -> bool:
    """Let a file that was not used whole be read anew; return whether it is such a one."""
    with connection.transaction():
        if connection.execute(statement("bank_file_unread"), {"file": file}).fetchone() is None:
            return False
        connection.execute(statement("bank_statements_unread"), {"file": file})
        connection.execute(statement("bank_bad_lines_forget"), {"file": file})
    return True
