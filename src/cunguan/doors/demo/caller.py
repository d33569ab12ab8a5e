"""Caller (指令发起): builds instructions, lets the clients confirm them, hands them in, and hears every answer.

When    the demo acts as platforms, clients and custodian do
Shape   `send` hands in and goes on, `wave` waits for the answers of many, `ask` for one; `flush` for all
Units   in flight: LIMIT at most, far below the lane's queue bound, so that a lane always has a batch to fill
Errors  DemoFailed: an answer that was not expected; the first is named
"""

import threading
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final

from msgspec.structs import replace

from cunguan.doors.demo.progress import Progress
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, AuthorityText, Instruction
from cunguan.keys.sandbox import SandboxKeys
from cunguan.operations.catalogue import operation
from cunguan.plane.across import Plane

LIMIT: Final = 6_000
#: an instruction with many rows counts for several, so that the bytes in flight stay bounded too
ROWS_A_UNIT: Final = 8


class DemoFailed(RuntimeError):
    """The demo met what it did not expect; the message names it."""


class Caller:
    """The caller's side of one plane."""

    def __init__(self, plane: Plane, keys: SandboxKeys, progress: Progress) -> None:
        self._plane, self._keys, self._progress = plane, keys, progress
        self._key_ids: dict[str, str] = {}  # of clients whose key was replaced
        self._changed = threading.Condition()
        self._in_flight = self._wanted = 0
        self._wrong = ""
        self.answered = 0

    # ── instructions ─────────────────────────────────────────────────────────
    def make(self, lane: int, instruction_id: str, kind: str, /, **body: Any) -> Instruction:
        """Return an instruction, confirmed by its client where its operation asks for that."""
        described = operation(kind)
        instruction = Instruction(instruction_id, kind, described.body(**body))
        text = None if described.authority_text is None else described.authority_text(instruction, lane)
        return instruction if text is None else replace(instruction, evidence=self._confirm(text))

    def _confirm(self, text: AuthorityText) -> Any:
        return self._keys.confirm(self._key_ids.get(text.owner, key_id(text.owner)), text)

    def public_key(self, holder: str) -> bytes:
        """Return the public half of a client's first key."""
        return self._keys.public_key(key_id(holder))

    def take_key(self, holder: str, key: str) -> bytes:
        """Give a client another key, with which he confirms from now on, and return its public half."""
        self._key_ids[holder] = key
        return self._keys.public_key(key)

    # ── handing in ───────────────────────────────────────────────────────────
    def send(self, lane: int, instruction: Instruction) -> None:
        """Hand one in; it must be done, which `flush` or a later call tells."""
        self._hand_in(lane, instruction, None, (Code.done,))

    def wave(
        self, lane: int, instructions: Iterable[Instruction], expected: Sequence[Code] = (Code.done,)
    ) -> list[Answer]:
        """Hand many in and wait for all answers, in the order asked."""
        answers: dict[int, Answer] = {}
        for place, instruction in enumerate(instructions):
            self._hand_in(lane, instruction, partial(answers.__setitem__, place), expected)
        self.flush()
        return [answers[place] for place in range(len(answers))]

    def ask(self, lane: int, instruction: Instruction, expected: Code = Code.done) -> Answer:
        """Hand one in and wait for its answer."""
        return self.wave(lane, [instruction], (expected,))[0]

    def flush(self) -> None:
        """Wait until everything is answered."""
        self._wait(0)

    def _hand_in(self, lane: int, instruction: Instruction, keep: Any, expected: Sequence[Code]) -> None:
        weight = 1 + len(getattr(instruction.body, "recorded", ())) // ROWS_A_UNIT
        if self._in_flight >= LIMIT:
            self._wait(LIMIT // 2)
        with self._changed:
            self._in_flight += weight
        self._plane.enqueue(lane, instruction, partial(self._heard, instruction.kind, weight, keep, expected))
        if self._wrong:
            self._wait(0)

    def _heard(self, kind: str, weight: int, keep: Any, expected: Sequence[Code], answer: Answer) -> None:
        """Take an answer; called in a thread of the lane."""
        if keep is not None:
            keep(answer)
        with self._changed:
            self._in_flight -= weight
            self.answered += 1
            if answer.code not in expected and not self._wrong:
                self._wrong = f"{kind} {answer.id}: {answer.code.name} {answer.why} {answer.detail or ''}".rstrip()
            if self._in_flight <= self._wanted:
                self._changed.notify_all()

    def _wait(self, wanted: int) -> None:
        with self._changed:
            self._wanted = wanted
            while self._in_flight > wanted:
                self._changed.wait(0.2)  # woken by answers; the time is only for the progress
                self._progress.tick(self.answered)
            self._wanted = 0
        if self._wrong:
            raise DemoFailed(self._wrong)


def key_id(holder: str) -> str:
    """Return the id of a client's key."""
    return f"{holder}:key"
