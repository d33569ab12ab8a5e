"""Keep (原始报文留存): bytes from a bank, and to one, as they were: sealed, with hash and time, before anybody reads them.

When    a file is fetched, handed in or about to be sent; read again as often as one likes
Shape   bank_file with its parts of at most 1 MiB: a file of any size passes through little memory
        the same bytes of the same channel and direction are one file; that they came again is noted (bank_file_again)
Errors  KeptWrong: what was kept is not what is there: a part is missing, or the whole has another hash
        SealBroken: a part was changed, or the key is another installation's
Source  schema 0011; domain.md (e.2)
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO, Final, Literal

import msgspec
import psycopg

from cunguan.channels.transport.base import reading
from cunguan.keys.sealed import Sealer
from cunguan.store.sqlfiles import statement

PART_BYTES: Final = 2**20

#: of a file that is to leave: waiting, the bank does not have it, as far as is known; sent, it has
Direction = Literal["in", "out"]
State = Literal["received", "read", "flagged", "unreadable", "waiting", "sent"]

Connection = psycopg.Connection[Any]


class KeptWrong(RuntimeError):
    """What was kept cannot be read whole; the message says which file."""


class Kept(msgspec.Struct, frozen=True):
    """A kept file; `is_new` is False where these bytes were there already."""

    id: int
    sha256: bytes
    bytes: int
    is_new: bool


class _Again(Exception):
    """These bytes are kept already."""


def keep(
    connection: Connection, sealer: Sealer, source: BinaryIO | Iterable[bytes], *,
    channel: str, name: str, at: datetime, direction: Direction = "in",
) -> Kept:  # fmt: skip
    """Keep the bytes of a file or of pieces, whole or not at all; a new one is `received`, or `waiting` to leave."""
    found: dict[str, Any] = {"channel": channel, "direction": direction}
    name = (
        name.encode(errors="replace").decode().replace("\0", "?")
    )  # somebody else's, and no text of PostgreSQL's in itself
    try:
        with connection.transaction():
            # between two parts a slow bank may let us wait: longer than a door's own statements may
            connection.execute("SET LOCAL idle_in_transaction_session_timeout = '120s'")
            (file,) = _one(connection, "SELECT nextval('bank_file_id_seq')", {})
            found["sha256"], size = _parts_kept(connection, sealer, file, _parts(source))
            state = "received" if direction == "in" else "waiting"
            row = {**found, "id": file, "name": name, "at": at, "bytes": size, "state": state}
            if connection.execute(statement("bank_file_keep"), row).fetchone() is None:
                raise _Again  # the parts go again with it
    except _Again:
        return _again(connection, found, name, at)
    return Kept(file, found["sha256"], size, True)


def content(connection: Connection, sealer: Sealer, file: int) -> BinaryIO:
    """Return a kept file to read from its beginning; its hash is checked when its end is reached."""
    row = connection.execute(statement("bank_file_of"), {"id": file}).fetchone()
    if row is None:
        raise KeptWrong(f"there is no bank file {file}")
    return reading(_unsealed(connection, sealer, file, *row))


def mark(connection: Connection, file: int, state: State, why: str = "") -> None:
    """Say what became of a file."""
    connection.execute(statement("bank_file_mark"), {"id": file, "state": state, "why": why})


# ── inside ───────────────────────────────────────────────────────────────────
def _parts(source: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    """Yield parts of the full size, the last one shorter."""
    pieces = source if not hasattr(source, "read") else iter(lambda: source.read(PART_BYTES), b"")
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= PART_BYTES:
            yield bytes(held[:PART_BYTES])
            del held[:PART_BYTES]
    if held:
        yield bytes(held)


def _parts_kept(connection: Connection, sealer: Sealer, file: int, parts: Iterable[bytes]) -> tuple[bytes, int]:
    digest, size = hashlib.sha256(), 0
    for number, part in enumerate(parts):
        digest.update(part)
        size += len(part)
        sealed = sealer.seal(part, what_of(file, number))
        connection.execute(statement("bank_file_part_keep"), {"file": file, "part": number, "content": sealed})
    return digest.digest(), size


def _again(connection: Connection, found: dict[str, Any], name: str, at: datetime) -> Kept:
    file, size = _one(connection, statement("bank_file_again"), {**found, "name": name, "at": at})
    return Kept(file, found["sha256"], size, False)


def _unsealed(connection: Connection, sealer: Sealer, file: int, sha256: bytes, size: int) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for number in range(-(-size // PART_BYTES)):
        row = connection.execute(statement("bank_file_part"), {"file": file, "part": number}).fetchone()
        if row is None:
            raise KeptWrong(f"bank file {file} lacks its part {number}: see whether a backup has it")
        part = sealer.unseal(row[0], what_of(file, number))
        digest.update(part)
        yield part
    if digest.digest() != sha256:
        raise KeptWrong(f"bank file {file} is not what was kept: its hash differs")


def what_of(file: int, part: int) -> str:
    """Return whose bytes a part's are, as they are sealed."""
    return f"bank_file:{file}:{part}"


def _one(connection: Connection, text: Any, given: dict[str, Any]) -> Any:
    row = connection.execute(text, given).fetchone()
    assert row is not None, "it has one row"
    return row
