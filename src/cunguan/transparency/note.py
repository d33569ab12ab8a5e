"""Note (签名便签): a short text with lines of signatures below it; what checkpoints and cosignatures are written in.

When    a checkpoint is signed, cosigned, read
Shape   text ends in LF; a signature line is "— NAME base64(4 bytes key id, signature)"
        Key: a verifier's public half, NAME+hex id+base64(1 byte algorithm, public key)
        base64 has one form here: set bits after the last byte are refused, so that no bit of a note is free
Units   at most MAX_BYTES bytes and MAX_SIGNATURES signatures
Errors  NoteWrong: not a note, or no signature by a key that was asked for; the message says which
Source  C2SP signed-note, tlog-cosignature; ADR 0036
"""

import base64
import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Final

import msgspec

ED25519, ECDSA_P256, COSIGNATURE, ML_DSA_44, OTHER = 0x01, 0x02, 0x04, 0x06, 0xFF
#: C2SP asks for 16 signatures at least; one of ML-DSA-44 is 3 kB long
MAX_BYTES: Final = 256 * 1024
MAX_SIGNATURES: Final = 64
_PUBLIC_BYTES: Final = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}
_MARK: Final = "— "
_TIME_BYTES: Final = 8
_NAME: Final = re.compile(r"[^\s+\ud800-\udfff]+\Z")


class NoteWrong(ValueError):
    """Bytes that are no note, or a note that is not signed by whom it must be."""


class Signature(msgspec.Struct, frozen=True):
    """One line below a note."""

    name: str
    key_id: bytes
    blob: bytes

    def line(self) -> str:
        """Return the line, with its end."""
        return f"{_MARK}{self.name} {coded(self.key_id + self.blob)}\n"


class Key(msgspec.Struct, frozen=True):
    """Whose signature is looked for: a log's or a witness's name, algorithm and public key."""

    name: str
    algorithm: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature says whose it is."""
        return key_id(self.name, self.algorithm, self.public)

    def text(self) -> str:
        """Return the key as it is handed round."""
        return f"{self.name}+{self.id.hex()}+{coded(bytes([self.algorithm]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Read a key as it is handed round."""
        name, told, content = (*text.strip().split("+", 2), "", "")[:3]
        public = decoded(content)
        if not _NAME.match(name) or len(public) < 2:
            raise NoteWrong(f"{text!r} is no verifier key: NAME+8 hex digits+base64")
        key = cls(name, public[0], public[1:])
        if len(key.public) != _PUBLIC_BYTES.get(key.algorithm, len(key.public)):
            raise NoteWrong(
                f"{text!r} is no verifier key: {len(key.public)} bytes are no key of type {key.algorithm:02x}"
            )
        if key.id.hex() != told:
            raise NoteWrong(f"{text!r} is no verifier key: its id is {key.id.hex()}, not {told}")
        return key


class Note(msgspec.Struct, frozen=True):
    """A text and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def write(self) -> bytes:
        """Return the note's bytes."""
        return (self.text + "\n" + "".join(one.line() for one in self.signatures)).encode()

    def of(self, key: Key) -> list[Signature]:
        """Return the signatures that say they are this key's."""
        return [one for one in self.signatures if one.name == key.name and one.key_id == key.id]

    def plus(self, more: Iterable[Signature]) -> "Note":
        """Return the note with further signatures; one that it has already is not there twice."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *more))))


#: says whether `blob` is this key's signature of the text: keys/note_keys.py
Check = Callable[[Key, str, bytes], bool]


def key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """Return the id of a key; that of an ECDSA key, whose form is older than the rule, is of its public half alone."""
    if algorithm == ECDSA_P256:
        return sha256(public).digest()[:4]
    return sha256(name.encode() + b"\n" + bytes([algorithm]) + public).digest()[:4]


def parse(content: bytes) -> Note:
    """Read a note."""
    if len(content) > MAX_BYTES:
        raise NoteWrong(f"the note is longer than {MAX_BYTES} bytes")
    try:
        whole = content.decode()
    except UnicodeDecodeError:
        raise NoteWrong("the note is not UTF-8") from None
    if any(ord(sign) < 0x20 and sign != "\n" for sign in whole):
        raise NoteWrong("the note has a control character")
    text, found, lines = whole.rpartition("\n\n")
    if not found or not lines.endswith("\n"):
        raise NoteWrong("the note has no signatures: a text, an empty line, lines that begin with a dash")
    if lines.count("\n") > MAX_SIGNATURES:
        raise NoteWrong(f"the note has more than {MAX_SIGNATURES} signatures")
    return Note(text + "\n", tuple(_signature(line) for line in lines[:-1].split("\n")))


def require(note: Note, key: Key, check: Check) -> Signature:
    """Return the key's signature of the note, or refuse the note."""
    for one in note.of(key):
        if check(key, note.text, one.blob):
            return one
        raise NoteWrong(f"the signature of {key.name} is not its own")
    raise NoteWrong(f"{key.name} has not signed it")


def cosigned_at(signature: Signature) -> int:
    """Return the time in a cosignature, in seconds since 1970."""
    return int.from_bytes(signature.blob[:_TIME_BYTES], "big")


def cosigned_message(text: str, time: int) -> bytes:
    """Return what an Ed25519 cosigner signs."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def coded(content: bytes) -> str:
    """Return bytes in base64."""
    return base64.b64encode(content).decode()


def decoded(text: str) -> bytes:
    """Return the bytes of a text in base64; none where it is not the one form of any.

    >>> decoded("QQ=="), decoded("QR=="), decoded("Q Q==")
    (b'A', b'', b'')
    """
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return content if coded(content) == text else b""


def _signature(line: str) -> Signature:
    name, _, said = line.removeprefix(_MARK).partition(" ")
    content = decoded(said)
    if not line.startswith(_MARK) or not _NAME.match(name) or len(content) < 5:
        raise NoteWrong(f"{line!r} is no signature line")
    return Signature(name, content[:4], content[4:])
