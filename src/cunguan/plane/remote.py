"""Remote lane (他处通道): a lane that another plane of the same database writes, asked over its socket.

When    a caller, or lane 0's part of an instruction, comes to a plane that does not have the lane
Shape   who has a lane stands in its lease: `host:pid address`; it is looked up again when its plane did not take something
Returns what that plane answers; a lost socket is `in_doubt`, never a failure
Errors  NobodyHasIt: no plane with an address writes the lane now
Source  design/lanes.md rules 2, 7, 23
"""

from collections.abc import Callable

from cunguan.kernel.codes import TRANSIENT
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.plane.client import Client

Sink = Callable[[Answer], None]


class NobodyHasIt(RuntimeError):
    """No plane that could be asked writes the lane."""


class RemoteLane:
    """One lane of another plane; `gone` is called when that plane may not have it any more."""

    def __init__(self, lane: int, client: Client, gone: Callable[[], None]) -> None:
        self.lane, self._client, self._gone = lane, client, gone

    def enqueue(self, instruction: Instruction, sink: Sink) -> None:
        """Hand in an instruction; the sink hears its answer."""

        def hear(answer: Answer) -> None:
            if answer.code in TRANSIENT and answer.seq is None:
                self._gone()
            sink(answer)

        asked = self._client.submit([(self.lane, instruction)])
        asked.add_done_callback(lambda future: hear(future.result()[0]))


def address_of(owner: str) -> str:
    """Return where an owner of a lease listens, empty when he does not.

    >>> address_of("host:17 /run/plane.sock"), address_of("host:17")
    ('/run/plane.sock', '')
    """
    return owner.partition(" ")[2]
