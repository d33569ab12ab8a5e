"""Callers: many coroutines that each hand in one instruction and wait for its answer.

Shape   a lane's threads leave answers in a list; one call into the event loop wakes all that were answered
Units   latencies in seconds
"""

import asyncio
import time
from collections.abc import Callable, Iterator

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction

Enqueue = Callable[[Instruction, Callable[[Answer], None]], None]


class Load(msgspec.Struct):
    """What a load came to."""

    seconds: float
    latencies: list[float]

    @property
    def rate(self) -> float:
        """Instructions a second."""
        return len(self.latencies) / self.seconds


class _Post:
    """Answers on their way from the lane's threads into the loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: list[tuple[asyncio.Future[Answer], Answer]] = []

    def sink(self, future: "asyncio.Future[Answer]") -> Callable[[Answer], None]:
        """Return what hears one answer."""

        def hear(answer: Answer) -> None:
            self._waiting.append((future, answer))
            if len(self._waiting) == 1:
                self._loop.call_soon_threadsafe(self._deliver)

        return hear

    def _deliver(self) -> None:
        count = len(self._waiting)
        delivered, self._waiting[:count] = self._waiting[:count], []
        for future, answer in delivered:
            future.set_result(answer)


def run(enqueue: Enqueue, instructions: Iterator[Instruction], callers: int, until: Callable[[], bool] | None = None) -> Load:
    """Let so many callers hand in instructions, one after the other each, until there are none or `until` says so."""
    return asyncio.run(_run(enqueue, instructions, callers, until))


async def _run(enqueue: Enqueue, instructions: Iterator[Instruction], callers: int, until: Callable[[], bool] | None) -> Load:
    post, latencies = _Post(), []
    loop = asyncio.get_running_loop()

    async def caller() -> None:
        for one in instructions:
            future: asyncio.Future[Answer] = loop.create_future()
            started = time.perf_counter()
            enqueue(one, post.sink(future))
            answer = await future
            latencies.append(time.perf_counter() - started)
            assert answer.code is Code.done, answer
            if until is not None and until():
                return

    started = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    return Load(time.perf_counter() - started, latencies)
