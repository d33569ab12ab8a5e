"""Frames (帧): what goes over the plane's socket, both ways.

Shape   four bytes of length, then msgpack. Up: the number of the first item (the others count on from it), the items (lane, id,
        kind, body, evidence), whether they are one group, whether a plane hands them on. Down: numbers and their answers as
        they come, in any order; a Submit without items is answered `done`: somebody is there
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
Buffer = bytes | bytearray

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
    """Instructions handed in together; each is decided for itself, or of a group all or none."""

    number: int
    items: list[Submission]
    is_group: bool = False
    is_onward: bool = False  # another plane hands it on: it is not handed on again


class Answers(msgspec.Struct, array_like=True):
    """Answers, each by the number of its item."""

    numbers: list[int]
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


def encode_submit(number: int, items: Sequence[Submission], is_group: bool = False, is_onward: bool = False) -> bytes:
    """Return the frame of a Submit."""
    return _frame(_encoder.encode(Submit(number, list(items), is_group, is_onward)))


def encode_answers(numbers: list[int], answers: list[Answer]) -> bytes:
    """Return the frame of Answers; frames where they would be too large for one."""
    frame = _frame(_encoder.encode(Answers(numbers, answers)))
    if len(frame) <= FRAME_BYTES_MAX or len(answers) < 2:
        return frame
    half = len(answers) // 2
    return encode_answers(numbers[:half], answers[:half]) + encode_answers(numbers[half:], answers[half:])


def decode_submit(data: Buffer) -> Submit:
    """Read a Submit."""
    return _decode(_submit, data)


def decode_answers(data: Buffer) -> Answers:
    """Read Answers."""
    return _decode(_answers, data)


def split(received: bytearray) -> list[Buffer]:
    """Take the frames that are whole off the front of what was received."""
    frames: list[Buffer] = []
    place = 0
    while len(received) >= place + _LENGTH.size:
        end = place + _LENGTH.size + _length(received, place)
        if len(received) < end:
            break
        frames.append(bytes(received[place + _LENGTH.size : end]))
        place = end
    del received[:place]
    return frames


def read_frame(connection: Receives) -> bytes | None:
    """Return the next frame; None when the other side has closed."""
    head = _read(connection, _LENGTH.size)
    if head is None:
        return None
    return _read(connection, _length(head, 0))


def _length(data: Buffer, place: int) -> int:
    (length,) = _LENGTH.unpack_from(data, place)
    if length > FRAME_BYTES_MAX:
        raise FrameBroken(f"a frame of {length} bytes; at most {FRAME_BYTES_MAX}")
    return int(length)


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


def _decode(decoder: msgspec.msgpack.Decoder[T], data: Buffer) -> T:
    try:
        return decoder.decode(data)
    except NOT_OURS as error:
        raise FrameBroken(str(error)) from error
