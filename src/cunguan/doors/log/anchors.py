"""Anchors (时间戳锚定): checkpoints of the log are stamped by time stamp authorities, who know nothing of it and sign when they saw it.

When    each hour, by the jobs worker; `cunguan log anchor`, also with a token that was fetched on another machine
Reads   `log-anchors` in the home, the address of an authority a line, and `log-anchors.pem`, the roots that are believed
Does    asks for a stamp of the newest cosigned checkpoint (where nobody cosigns, of the newest), verifies it, keeps the token in
        log_anchor and lays it and its note beside the log: anchors/<size>.<authority>.tsr and .note
Shape   what is stamped is the note, with its signatures: so a stamp says when witnesses had cosigned, too
Errors  AnchorWrong: the answer is refused (nonce, imprint, chain, time), or there is nothing to stamp; AuthorityAway: no answer
        ImportError: the extra `tsa` is not installed
Source  RFC 3161; RFC 5816; ADR 0038
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
import psycopg
from cryptography.x509 import Certificate, load_pem_x509_certificates

from cunguan.store.log.checkpoints import Stored
from cunguan.store.log.folder import Folder, folder_of
from cunguan.store.sqlfiles import statement
from cunguan.transparency import checkpoint
from cunguan.transparency import note as notes
from cunguan.transparency.note import NoteWrong

ADDRESSES: Final = "log-anchors"
ROOTS: Final = "log-anchors.pem"
PATIENCE_SECONDS: Final = 20.0
ANSWER_BYTES_MAX: Final = 2**16
#: an authority's clock and ours
SKEW: Final = timedelta(minutes=5)

Connection = psycopg.Connection[Any]


class AnchorWrong(ValueError):
    """A token that is not believed, or nothing to stamp; the message says why."""


class AuthorityAway(RuntimeError):
    """An authority did not answer; the next hour asks again."""


class Stamp(msgspec.Struct, frozen=True):
    """A verified stamp."""

    serial: str
    at: datetime


class Anchor(msgspec.Struct, frozen=True):
    """A stamp that was kept."""

    log: int
    size: int
    authority: str
    serial: str
    stamped_at: datetime
    token: bytes
    note: bytes


class Verified(msgspec.Struct, frozen=True):
    """What verifying a kept stamp again says; `why` is "" when it holds."""

    log: int
    size: int
    authority: str
    serial: str
    stamped_at: datetime
    why: str


def addresses(home: Path) -> list[str]:
    """Return the authorities that are asked each hour; none where there is no file."""
    path = home / ADDRESSES
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]


def roots(path: Path) -> list[Certificate]:
    """Read the roots that are believed."""
    try:
        return load_pem_x509_certificates(path.read_bytes())
    except OSError as wrong:
        raise AnchorWrong(f"{path} is not there: write the authorities' root certificates into it, PEM") from wrong
    except ValueError as wrong:
        raise AnchorWrong(f"{path} holds no certificates in PEM: {wrong}") from None


# ── asking ───────────────────────────────────────────────────────────────────
def question(note: bytes) -> Any:
    """Return a request for a stamp of a note, with a nonce of its own."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # of an extra

    builder = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=True).cert_request(cert_request=True).build()


def asked(address: str, request: bytes) -> bytes:
    """Return an authority's answer. Plain HTTP is well enough here: nothing in it is secret, and the answer signs itself."""
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        with httpx.Client(timeout=PATIENCE_SECONDS, trust_env=False, follow_redirects=False) as client, client.stream(
            "POST", address, content=request, headers=headers
        ) as answer:  # fmt: skip
            if answer.status_code != 200:
                raise AuthorityAway(f"{address} says {answer.status_code}")
            return _read(answer.iter_bytes(), address)
    except (httpx.HTTPError, httpx.InvalidURL) as wrong:
        raise AuthorityAway(f"{address} did not answer: {type(wrong).__name__}") from None


def _read(pieces: Iterator[bytes], address: str) -> bytes:
    content = b""
    for piece in pieces:
        content += piece
        if len(content) > ANSWER_BYTES_MAX:
            raise AnchorWrong(f"the answer of {address} is longer than {ANSWER_BYTES_MAX} bytes")
    return content


def verify(token: bytes, note: bytes, believed: list[Certificate], nonce: int | None = None) -> Stamp:
    """Refuse a token that is not a stamp of this note by an authority below these roots; `nonce`: of the request, where we asked."""
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    try:
        response = decode_timestamp_response(token)
        builder = VerifierBuilder(roots=list(believed), nonce=nonce)
        builder.build().verify_message(response, note)
    except (VerificationError, ValueError) as wrong:
        raise AnchorWrong(f"the stamp is not believed: {wrong}") from None
    info = response.tst_info
    return Stamp(str(info.serial_number), info.gen_time.astimezone(UTC))


# ── keeping ──────────────────────────────────────────────────────────────────
def newest(connection: Connection) -> Stored:
    """Return the checkpoint to stamp: the newest that the quorum cosigned, where nobody cosigns the newest."""
    row = connection.execute(statement("log_anchor_wanted")).fetchone()
    if row is None:
        raise AnchorWrong("the log has no checkpoint yet: does `cunguan log sequence` run?")
    return Stored(*row)


def is_there(connection: Connection, stored: Stored, authority: str) -> bool:
    """Return whether an authority has stamped a checkpoint already."""
    given = {"log": stored.log, "size": stored.size, "authority": authority}
    return connection.execute(statement("log_anchor_of"), given).fetchone() is not None


def take(
    connection: Connection, folder: Folder, stored: Stored, address: str, believed: list[Certificate], now: datetime
) -> Anchor:
    """Ask an authority for a stamp of a checkpoint, and keep it."""
    note = stored.note or b""
    request = question(note)
    token = asked(address, request.as_bytes())
    stamp = verify(token, note, believed, request.nonce)
    if stamp.at > now + SKEW:
        raise AnchorWrong(f"{address} stamps {stamp.at}: that is not now")
    return keep(connection, folder, stored, address, token, note, stamp, now)


def keep(
    connection: Connection,
    folder: Folder,
    stored: Stored,
    authority: str,
    token: bytes,
    note: bytes,
    stamp: Stamp,
    now: datetime,
) -> Anchor:
    """Keep a verified stamp, in the database and beside the log; the first of an authority stays."""
    if stamp.at < stored.at - SKEW:
        raise AnchorWrong(f"{authority} stamps {stamp.at}: the checkpoint is of {stored.at}")
    anchor = Anchor(stored.log, stored.size, authority, stamp.serial, stamp.at, token, note)
    if (
        connection.execute(statement("log_anchor_put"), {**msgspec.structs.asdict(anchor), "at": now}).fetchone()
        is None
    ):
        raise AnchorWrong(f"{authority} has stamped size {stored.size} already")
    lay_out(folder, anchor)
    return anchor


def lay_out(folder: Folder, anchor: Anchor) -> None:
    """Lay a stamp and what it stamps beside the log."""
    name = f"anchors/{anchor.size}.{hashlib.sha256(anchor.authority.encode()).hexdigest()[:8]}"
    folder.put(f"{name}.note", anchor.note)
    folder.put(f"{name}.tsr", anchor.token)


def of_note(connection: Connection, note: bytes) -> Stored:
    """Return the checkpoint that a note is of."""
    try:
        said = checkpoint.read(notes.parse(note).text)
    except NoteWrong as wrong:
        raise AnchorWrong(f"it is no checkpoint: {wrong}") from None
    row = connection.execute(statement("log_anchor_checkpoint"), {"origin": said.origin, "size": said.size}).fetchone()
    if row is None or row[2] != said.root:
        raise AnchorWrong(f"{said.origin} has no checkpoint of size {said.size} with this root here")
    return Stored(*row)


# ── verifying ────────────────────────────────────────────────────────────────
def verified(connection: Connection, believed: list[Certificate]) -> Iterator[Verified]:
    """Verify every stamp that was kept, oldest first."""
    for row in connection.execute(statement("log_anchors")).fetchall():
        anchor = Anchor(*row)
        yield Verified(
            anchor.log,
            anchor.size,
            anchor.authority,
            anchor.serial,
            anchor.stamped_at,
            _wrong(connection, anchor, believed),
        )


def _wrong(connection: Connection, anchor: Anchor, believed: list[Certificate]) -> str:
    try:
        stamp, stored = verify(anchor.token, anchor.note, believed), of_note(connection, anchor.note)
    except AnchorWrong as wrong:
        return str(wrong)
    if (stamp.serial, stamp.at) != (anchor.serial, anchor.stamped_at):
        return f"the token says {stamp.serial} of {stamp.at}"
    return (
        ""
        if (stored.log, stored.size) == (anchor.log, anchor.size)
        else f"it stamps size {stored.size} of log {stored.log}"
    )


def hourly(
    connection: Connection, home: Path, environ: Mapping[str, str], now: datetime
) -> tuple[list[Anchor], list[str]]:
    """Let every authority stamp the newest checkpoint once; return the stamps, and what went wrong."""
    made: list[Anchor] = []
    wrong: list[str] = []
    wanted = addresses(home)
    if not wanted:
        return made, wrong
    believed, stored = roots(home / ROOTS), newest(connection)
    folder = folder_of(home, environ, stored.log)
    for address in wanted:
        try:
            if not is_there(connection, stored, address):
                made.append(take(connection, folder, stored, address, believed, now))
        except (AnchorWrong, AuthorityAway) as why:
            wrong.append(str(why))
    return made, wrong
