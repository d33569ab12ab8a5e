"""Witness (见证人): may a further checkpoint of a log be cosigned, by one who remembers the last one he cosigned.

When    a log asks by add-checkpoint
Shape   Request: the old size, the proof, the note · Held: what was cosigned last · Verdict: the status to answer, and what is held from
        now on when it is 200. `suspicion`: the log signed what does not go with what is held: that is kept, for it may prove a fork
Order   400 not readable · 404 another log · 403 not signed by it · 400 old size beyond it · 409 another size is held · 409 the same size
        with another root · 422 the proof does not prove it · 200
Errors  RequestWrong: not readable, 400
Source  C2SP tlog-witness, add-checkpoint
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from cunguan.transparency import checkpoint as checkpoints
from cunguan.transparency import note as notes
from cunguan.transparency.checkpoint import Checkpoint
from cunguan.transparency.note import Check, Key, Note, NoteWrong
from cunguan.transparency.policy import is_signed
from cunguan.transparency.tree import EMPTY_ROOT, HASH_BYTES, ProofWrong, check_consistency

PROOF_LINES_MAX: Final = 63
SIZE_MAX: Final = 2**63 - 1
_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})\Z", re.ASCII)


class RequestWrong(ValueError):
    """A request that cannot be read; the message says what is wrong with it."""


class Request(msgspec.Struct, frozen=True):
    """A checkpoint, and the proof that it goes on from an older size."""

    old: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


class Held(msgspec.Struct, frozen=True):
    """What a witness cosigned last."""

    size: int
    root: bytes


NOTHING: Final = Held(0, EMPTY_ROOT)


class Verdict(msgspec.Struct, frozen=True):
    """What is answered; `held` is what is remembered from now on, None when nothing changes."""

    status: int
    why: str
    held: Held | None = None
    suspicion: bool = False


def read(body: bytes) -> Request:
    """Read a request."""
    head, separator, rest = body.partition(b"\n\n")
    if not separator:
        raise RequestWrong("there is no empty line: the old size, proof lines, an empty line, the checkpoint")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise RequestWrong("the old size and the proof are ASCII") from None
    if not _OLD.match(lines[0]):
        raise RequestWrong("the first line is `old SIZE`, in decimal without leading zeroes")
    if len(lines) - 1 > PROOF_LINES_MAX:
        raise RequestWrong(f"{len(lines) - 1} proof lines; at most {PROOF_LINES_MAX}")
    try:
        note = notes.parse(rest)
        request = Request(int(lines[0][4:]), tuple(map(_hash, lines[1:])), note, checkpoints.read(note.text))
    except NoteWrong as wrong:
        raise RequestWrong(str(wrong)) from None
    if max(request.old, request.checkpoint.size) > SIZE_MAX:
        raise RequestWrong("a size is beyond 2^63: no log has so many entries")
    return request


def write(old: int, proof: Sequence[bytes], note: Note) -> bytes:
    """Return the bytes of a request."""
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof)]
    return "".join(f"{line}\n" for line in [*lines, ""]).encode() + note.write()


def judge(request: Request, logs: Mapping[str, Sequence[Key]], held: Held, check: Check) -> Verdict:
    """Say what a witness who holds this answers; `logs`: the keys he believes of each origin."""
    wanted = request.checkpoint
    keys = logs.get(wanted.origin)
    if keys is None:
        return Verdict(404, "this log is not witnessed here")
    if not any(is_signed(request.note, key, check) for key in keys):
        return Verdict(403, "no signature of the log")
    if request.old > wanted.size:
        return Verdict(400, f"the old size {request.old} is beyond the checkpoint's {wanted.size}")
    if request.old != held.size:
        return Verdict(409, f"{held.size} is held, not {request.old}")
    if wanted.size == held.size and wanted.root != held.root:
        return Verdict(409, f"{held.size} is held with another root", suspicion=True)
    try:
        check_consistency(held.size, wanted.size, held.root, wanted.root, request.proof)
    except ProofWrong as wrong:
        return Verdict(422, str(wrong), suspicion=True)
    return Verdict(200, "", Held(wanted.size, wanted.root))


def _hash(line: str) -> bytes:
    try:
        found = base64.b64decode(line, validate=True)
    except (ValueError, binascii.Error):
        found = b""
    if len(found) != HASH_BYTES:
        raise RequestWrong(f"{line!r} is no hash of 32 bytes in base64")
    return found
