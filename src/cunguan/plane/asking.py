"""Asking: the plane for asyncio: what the platform's door hands instructions in with.

When    a door that serves many callers in one thread has instructions; it is made inside the running loop
Returns Answers after COMMIT. A lost socket is asked again with the same ids until `patience_seconds` are over, then `in_doubt`
Source  design/lanes.md rule 2
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from cunguan.kernel.instruction import Answer, Instruction
from cunguan.plane.client import Client
from cunguan.plane.tls import Remote


class Asking:
    """The planes of one installation."""

    def __init__(self, places: Sequence[Path | Remote], patience_seconds: float = 10.0) -> None:
        self._client = Client(places[0], patience_seconds)

    async def ask(self, lane: int, instruction: Instruction) -> Answer:
        """Hand in one instruction and wait for its answer."""
        return (await self.ask_all(lane, [instruction]))[0]

    async def ask_all(self, lane: int, instructions: Sequence[Instruction]) -> list[Answer]:
        """Hand in instructions, each decided for itself; answers in their order."""
        return await asyncio.wrap_future(self._client.submit([(lane, one) for one in instructions]))

    async def ask_atomic(self, lane: int, instructions: Sequence[Instruction]) -> list[Answer]:
        """Hand in instructions of which all are done or none."""
        raise NotImplementedError

    async def is_answered(self) -> bool:
        """Return whether a plane is there."""
        return await asyncio.to_thread(self._client.is_answered)

    async def close(self) -> None:
        """Hang up."""
        await asyncio.to_thread(self._client.close)
