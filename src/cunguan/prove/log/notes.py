"""Checkpoint (检查点的复核): read the signed note and test the log's own signature.

When    before anything is compared: what is compared belongs to this size and root
Errors  NoteWrong: it is no checkpoint, another log's, or not signed by the key that was given; the message says which
Source  C2SP signed-note, tlog-checkpoint; RFC 8032; written a second time (ADR 0041)
"""

import base64
import binascii
from hashlib import sha256

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

_ED25519 = 1


class NoteWrong(ValueError):
    """Not the checkpoint of this log."""


class Checkpoint(msgspec.Struct, frozen=True):
    """How large a log is, and its root."""

    origin: str
    size: int
    root: bytes


def read(content: bytes) -> tuple[Checkpoint, str, list[str]]:
    """Return the checkpoint of a note, the text that is signed, and the lines below it."""
    try:
        text, mark, signed = content.decode().partition("\n\n")
        origin, size, root = text.split("\n")
        found = Checkpoint(origin, int(size), base64.b64decode(root, validate=True))
    except (ValueError, binascii.Error):
        raise NoteWrong("it is no checkpoint: three lines, an empty one, signatures") from None
    if not mark or not origin or str(found.size) != size or found.size < 0 or len(found.root) != 32:
        raise NoteWrong("it is no checkpoint: origin, size in decimal, root of 32 bytes")
    return found, text + "\n", signed.splitlines()


def signed(content: bytes, key: str) -> Checkpoint:
    """Return the checkpoint, which this key (NAME+ID+KEY, as the log hands it round) must have signed."""
    checkpoint, text, lines = read(content)
    name, id_, public = _key(key)
    if checkpoint.origin != name:
        raise NoteWrong(f"it is of the log {checkpoint.origin}, not of {name}")
    for line in lines:
        if line.startswith(f"— {name} "):
            blob = _bytes(line.rpartition(" ")[2])
            if blob[:4] == id_:
                return _tested(checkpoint, text, public, blob[4:], name)
    raise NoteWrong(f"{name} has not signed it with the key {id_.hex()}")


def _tested(checkpoint: Checkpoint, text: str, public: bytes, signature: bytes, name: str) -> Checkpoint:
    try:
        VerifyKey(public).verify(text.encode(), signature)
    except (BadSignatureError, ValueError, TypeError):
        raise NoteWrong(f"the signature of {name} is not its own: the text was changed, or the signature") from None
    return checkpoint


def _key(text: str) -> tuple[str, bytes, bytes]:
    name, _, rest = text.strip().partition("+")
    told, _, coded = rest.partition("+")
    content = _bytes(coded)
    own = sha256(name.encode() + b"\n" + content).digest()[:4]
    if len(content) != 33 or content[0] != _ED25519 or told != own.hex():
        raise NoteWrong(f"{text.strip()!r} is no Ed25519 key of a log: NAME+8 hex digits+base64")
    return name, own, content[1:]


def _bytes(coded: str) -> bytes:
    try:
        return base64.b64decode(coded, validate=True)
    except (ValueError, binascii.Error):
        return b""
