"""Callers: many that each hand in one instruction, wait for its answer, and hand in the next.

Shape   one thread plays them all: an answer wakes the caller who waits for it, so that the load costs as
        little as it can of the cores it shares with what is measured
Units   latencies in seconds, from handing in to the moment the caller hears
"""

import queue
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


def run(
    enqueue: Enqueue, instructions: Iterator[Instruction], callers: int, until: Callable[[], bool] | None = None
) -> Load:
    """Let so many callers hand in instructions until there are none, or until `until` says so."""
    heard: queue.SimpleQueue[Answer] = queue.SimpleQueue()
    handed: dict[str, float] = {}
    latencies: list[float] = []
    clock = time.perf_counter

    def hand_in() -> None:
        one = next(instructions, None)
        if one is not None:
            handed[one.id] = clock()
            enqueue(one, heard.put)

    started = clock()
    for _ in range(callers):
        hand_in()
    while handed:
        answer = heard.get()
        latencies.append(clock() - handed.pop(answer.id))
        assert answer.code is Code.done, answer
        if until is None or not until():
            hand_in()
    return Load(clock() - started, latencies)
