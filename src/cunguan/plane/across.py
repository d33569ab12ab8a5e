"""Across lanes (跨通道): what lane 0 must answer before a platform's lane may, and what is given back after.

When    an instruction needs a person linked or a custodian-wide limit reserved first
Shape   prelude in lane 0 → the instruction in its lane → epilogue in lane 0 if it was refused. Each is an
        instruction with a derived id, so a crash between them is repaired by sending the first again, and
        a reservation whose instruction never came is found by `orphans` and given back under a barred id
Source  design/lanes.md rule 1; domain-decisions.md 30
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Protocol

from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.operations.catalogue import operations
from cunguan.plane.remote import NobodyHasIt, RemoteLane
from cunguan.plane.runner import admit

log = logging.getLogger(__name__)

Sink = Callable[[Answer], None]


class Submits(Protocol):
    """A lane as its callers see it."""

    def enqueue(self, instruction: Instruction, sink: Sink) -> None:
        """Hand in an instruction; the sink hears its answer."""

    def enqueue_group(self, instructions: Sequence[Instruction], sinks: Sequence[Sink]) -> None:
        """Hand in a group; each sink hears the answer of its instruction."""


class Plane:
    """The lanes of one process, and the order between lane 0 and the others."""

    def __init__(self, lanes: Mapping[int, Submits]) -> None:
        self.lanes = lanes

    def submit(self, lane: int, instruction: Instruction) -> "Future[Answer]":
        """Hand in one instruction; the future holds the answer after COMMIT."""
        future: Future[Answer] = Future()
        future.set_running_or_notify_cancel()  # what was handed in cannot be taken back
        self.enqueue(lane, instruction, future.set_result)
        return future

    def ask(self, lane: int, instruction: Instruction) -> Answer:
        """Hand in one instruction and wait for its answer."""
        return self.submit(lane, instruction).result()

    def enqueue(self, lane: int, instruction: Instruction, sink: Sink, is_onward: bool = False) -> None:
        """Hand in one instruction; `sink` hears the answer. What another plane hands on is not handed on again."""
        found = self.find(lane, instruction, sink, is_onward)
        if found is None:
            return
        if not isinstance(found, RemoteLane) and _must_cross(lane, instruction):
            _Crossing(self, lane, instruction, sink).next()
        else:
            found.enqueue(instruction, sink)

    def enqueue_group(
        self, lane: int, instructions: Sequence[Instruction], sinks: Sequence[Sink], is_onward: bool = False
    ) -> None:
        """Hand in a group, of which all are done or none; each sink hears the answer of its instruction."""
        found = self._find(lane, is_onward)
        if not isinstance(found, Answer):
            found.enqueue_group(instructions, sinks)
            return
        for instruction, sink in zip(instructions, sinks, strict=True):
            sink(replace(found, id=instruction.id))

    def find(self, lane: int, instruction: Instruction, sink: Sink, is_onward: bool = False) -> Submits | None:
        """Return a lane, of this process or another; None when there is none, and the sink has heard why."""
        found = self._find(lane, is_onward)
        if not isinstance(found, Answer):
            return found
        sink(replace(found, id=instruction.id))
        return None

    def _find(self, lane: int, is_onward: bool) -> Submits | Answer:
        try:
            if lane in self.lanes:
                found = self.lanes[lane]
                if is_onward and isinstance(found, RemoteLane):
                    return Answer("", Code.lane_stopped, why=f"lane {lane} is not here; ask again with the same id")
                return found
            return Answer("", Code.unknown_lane, why=f"lane {lane} is not written by this process")
        except NobodyHasIt as error:
            return Answer("", Code.lane_stopped, why=str(error))
        except Exception as error:  # another process has it, or PostgreSQL is not there
            log.exception("lane %s could not be opened", lane)
            return Answer("", Code.lane_stopped, why=f"lane {lane} could not be opened: {error}")


def _must_cross(lane: int, instruction: Instruction) -> bool:
    """Return whether lane 0 comes first; for what its own lane would not admit, it must not set anything aside."""
    operation = operations().get(instruction.kind)
    if lane == 0 or operation is None or operation.prelude is None:
        return False
    return not isinstance(admit(instruction, lane), Answer)


class _Crossing:
    """One instruction on its way through lane 0 and its own lane."""

    def __init__(self, plane: Plane, lane: int, instruction: Instruction, sink: Sink) -> None:
        operation = operations()[instruction.kind]
        assert operation.prelude is not None
        self.plane, self.lane, self.instruction, self.sink = plane, lane, instruction, sink
        self.parts = list(operation.prelude(instruction, lane))
        self.epilogue = operation.epilogue

    def next(self) -> None:
        """Ask lane 0 for the next part, or the lane for the instruction itself."""
        lane, asked, sink = (
            (0, self.parts.pop(0), self._prepared) if self.parts else (self.lane, self.instruction, self._answered)
        )
        found = self.plane.find(lane, asked, sink)
        if found is not None:
            found.enqueue(asked, sink)

    def _prepared(self, answer: Answer) -> None:
        if answer.code is Code.done:
            self.next()
        else:
            self.sink(Answer(self.instruction.id, answer.code, None, answer.why, answer.detail))

    def _answered(self, answer: Answer) -> None:
        if answer.seq is not None and answer.code not in (Code.done, Code.in_doubt) and self.epilogue is not None:
            for part in self.epilogue(self.instruction, self.lane):
                found = self.plane.find(0, part, _nobody)
                if found is not None:
                    found.enqueue(part, _nobody)
        self.sink(answer)


def _nobody(answer: Answer) -> None:
    """The answer of an epilogue is in lane 0; its id makes it happen once."""
