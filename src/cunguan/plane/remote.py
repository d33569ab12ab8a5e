"""Remote lane (他处通道): a lane that another plane of the same database writes, asked over its socket.

When    a caller, or lane 0's part of an instruction, comes to a plane that does not have the lane
Shape   who has a lane stands in its lease: `host:pid address`; it is looked up again when its plane did not take something
Returns what that plane answers; a lost socket is `in_doubt`, never a failure
Errors  NobodyHasIt: no plane with an address writes the lane now
Source  design/lanes.md rules 2, 7, 23
"""

from collections.abc import Callable, Sequence

from cunguan.kernel.instruction import Answer, Instruction
from cunguan.plane.calls import unanswered
from cunguan.plane.client import Client

Sink = Callable[[Answer], None]


class NobodyHasIt(RuntimeError):
    """No plane that could be asked writes the lane."""


class RemoteLane:
    """One lane of another plane; `gone` is called when that plane may not have it any more."""

    def __init__(self, lane: int, address: str, client: Client, gone: Callable[[], None]) -> None:
        self.lane, self.address, self._client, self._gone = lane, address, client, gone

    def enqueue(self, instruction: Instruction, sink: Sink) -> None:
        """Hand in an instruction; the sink hears its answer."""
        self._hand([instruction], [sink], False)

    def enqueue_group(self, instructions: Sequence[Instruction], sinks: Sequence[Sink]) -> None:
        """Hand in a group; each sink hears the answer of its instruction."""
        self._hand(instructions, sinks, True)

    def _hand(self, instructions: Sequence[Instruction], sinks: Sequence[Sink], is_group: bool) -> None:
        def hear(answers: list[Answer]) -> None:
            if unanswered(answers):
                self._gone()
            for sink, answer in zip(sinks, answers, strict=True):
                sink(answer)

        asked = self._client.submit([(self.lane, one) for one in instructions], is_group, is_onward=True)
        asked.add_done_callback(lambda future: hear(future.result()))


def address_of(owner: str) -> str:
    """Return where an owner of a lease listens, empty when he does not.

    >>> address_of("host:17 /run/plane.sock"), address_of("host:17")
    ('/run/plane.sock', '')
    """
    return owner.partition(" ")[2]
