"""Frames (帧): what goes over the plane's socket, both ways.

Shape   four bytes of length, then msgpack. Up: number and items (lane, id, kind, body, evidence).
        Down: the same number and the answers in the order of the items
Errors  FrameBroken: the other side sent what no frame is; the connection is closed, nothing of it is taken
Source  design/lanes.md rule 2
"""

import struct
from collections.abc import Sequence
from typing import Protocol, TypeVar

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Evidence, Instruction
from cunguan.operations.catalogue import UnknownKind, operation

FRAME_BYTES_MAX = 32 * 2**20
_LENGTH = struct.Struct(">I")
T = TypeVar("T")

#: what a decoder says of bytes that are not ours; a text that is no UTF-8, and a nest too deep, are not msgspec's errors
NOT_OURS = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Receives(Protocol):
    """What frames are read from."""

    def recv(self, count: int, /) -> bytes:
        """Return what has come, at most so much."""


class FrameBroken(ValueError):
    """This is no frame of ours."""


class Submission(msgspec.Struct, array_like=True):
    """One instruction on the wire; the body is decoded by its kind."""

    lane: int
    id: str
    kind: str
    body: msgspec.Raw
    evidence: Evidence | None = None


class Submit(msgspec.Struct, array_like=True):
    """Instructions handed in together; each is decided for itself."""

    number: int
    items: list[Submission]


class Answers(msgspec.Struct, array_like=True):
    """The answers to one Submit, in its order."""

    number: int
    answers: list[Answer]


_encoder = msgspec.msgpack.Encoder()
_submit = msgspec.msgpack.Decoder(Submit)
_answers = msgspec.msgpack.Decoder(Answers)


def submission(lane: int, instruction: Instruction) -> Submission:
    """Return an instruction as it is sent."""
    return Submission(
        lane, instruction.id, instruction.kind, msgspec.Raw(_encoder.encode(instruction.body)), instruction.evidence
    )


def instruction_of(sent: Submission) -> Instruction | Answer:
    """Return the typed instruction, or the answer that says what is malformed."""
    try:
        body = msgspec.msgpack.decode(sent.body, type=operation(sent.kind).body)
    except UnknownKind as error:
        return Answer(sent.id, Code.unknown_kind, why=str(error))
    except NOT_OURS as error:
        return Answer(sent.id, Code.malformed, why=str(error))
    return Instruction(sent.id, sent.kind, body, sent.evidence)


def encode_submit(number: int, items: Sequence[Submission]) -> bytes:
    """Return the frame of a Submit."""
    return _frame(_encoder.encode(Submit(number, list(items))))


def encode_answers(number: int, answers: Sequence[Answer]) -> bytes:
    """Return the frame of its Answers."""
    return _frame(_encoder.encode(Answers(number, list(answers))))


def decode_submit(data: bytes) -> Submit:
    """Read a Submit."""
    return _decode(_submit, data)


def decode_answers(data: bytes) -> Answers:
    """Read Answers."""
    return _decode(_answers, data)


def read_frame(connection: Receives) -> bytes | None:
    """Return the next frame; None when the other side has closed."""
    head = _read(connection, _LENGTH.size)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > FRAME_BYTES_MAX:
        raise FrameBroken(f"a frame of {length} bytes; at most {FRAME_BYTES_MAX}")
    return _read(connection, length)


def _read(connection: Receives, length: int) -> bytes | None:
    parts, missing = [], length
    while missing:
        part = connection.recv(min(missing, 2**20))
        if not part:
            return None
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _frame(data: bytes) -> bytes:
    return _LENGTH.pack(len(data)) + data


def _decode(decoder: msgspec.msgpack.Decoder[T], data: bytes) -> T:
    try:
        return decoder.decode(data)
    except NOT_OURS as error:
        raise FrameBroken(str(error)) from error
