"""Openings: what the registration of the person comes to is what becomes of the opening."""

import asyncio
from pathlib import Path

import pytest

from cunguan.doors.api import openings
from cunguan.doors.api.context import Context
from cunguan.doors.api.openings import Body
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Evidence, Instruction

BODY = Body("L7", "person-7", "lender", "main")
EVIDENCE = Evidence("sandbox_ed25519", "L7:key", bytes(32), bytes(64))


class Plane:
    """Lane 0 answers as it is told; the platform's lane opens every account."""

    def __init__(self, registered: Answer) -> None:
        self.registered, self.opened = registered, 0

    async def ask(self, lane: int, instruction: Instruction) -> Answer:
        if lane == 0:
            return self.registered
        self.opened += 1
        return Answer(instruction.id, Code.done, 9)


@pytest.mark.parametrize(
    ("registered", "code", "opened"),
    [
        (Answer("r", Code.done, 1), Code.done, 1),
        (Answer("r", Code.lane_stopped), Code.lane_stopped, 0),
        (Answer("r", Code.in_doubt), Code.in_doubt, 0),
        (Answer("r", Code.in_doubt, 5), Code.in_doubt, 0),  # quarantined
    ],
)
def test_while_it_is_not_known_whether_the_person_is_registered_nothing_is_said_for_good(
    registered: Answer, code: Code, opened: int
) -> None:
    plane = Plane(registered)
    context = Context(plane, None, "", Path(), is_sandbox=True)  # type: ignore[arg-type]
    answer = asyncio.run(openings.hand_in(context, 1, "open-L7", BODY, EVIDENCE))
    assert (answer.code, plane.opened) == (code, opened)
    assert answer.seq is None or code is Code.done  # so that the sweep hands it in again
