"""Calls (在途请求): what was handed in together, and who waits for which answer on one connection.

Shape   Call: instructions as they are sent, and their answers as they come; Waiting: each instruction of a connection
        has a number of its own, so that one that takes long holds up none of those sent with it
Returns `in_doubt` for what a lost connection left without an answer: never a failure
Source  design/lanes.md rules 2, 13
"""

from collections.abc import Callable, Sequence

from cunguan.kernel.codes import TRANSIENT, Code
from cunguan.kernel.instruction import Answer
from cunguan.plane.frames import Answers, Submission, encode_submit

#: a frame is closed before it has more than these; a group is a frame of its own
FRAME_ITEMS = 1_000
FRAME_BYTES = 4 * 2**20
ITEM_BYTES = 500  # id, kind and evidence of one, about

LOST = "the plane was not reached; ask again with the same id"


class Call:
    """Instructions handed in together; `told` hears their answers, in order, when the last is there."""

    __slots__ = ("_missing", "_told", "answers", "at", "first", "is_group", "is_onward", "items")

    def __init__(
        self,
        items: Sequence[Submission],
        told: Callable[[list[Answer]], object],
        is_group: bool = False,
        is_onward: bool = False,
    ) -> None:
        self.is_onward = is_onward
        self.items, self.is_group, self.first, self.at = items, is_group, 0, 0.0
        self.answers: list[Answer | None] = [None] * len(items)
        self._missing, self._told = self.count, told

    @property
    def count(self) -> int:
        """How many numbers it takes: without instructions one, that is answered if anybody is there."""
        return len(self.items) or 1

    def put(self, number: int, answer: Answer) -> None:
        """Take the answer of a number."""
        if self.items:
            self.answers[number - self.first] = answer
        self._missing -= 1
        if not self._missing:
            self._told([one for one in self.answers if one is not None])

    def lose(self) -> None:
        """Say `in_doubt` where there is no answer."""
        self._told([one or Answer(self.items[n].id, Code.in_doubt, why=LOST) for n, one in enumerate(self.answers)])


class Waiting:
    """The numbers of one connection that have no answer yet."""

    def __init__(self) -> None:
        self._calls: dict[int, Call] = {}
        self._next = 1

    def __bool__(self) -> bool:
        return bool(self._calls)

    def frames(self, calls: Sequence[Call]) -> list[bytes]:
        """Number what is handed in; return as few frames as hold it: those of one are decided each for itself, or it is a group."""
        frames: list[bytes] = []
        items: list[Submission] = []
        size = 0
        for call in calls:
            if call.is_group or call.is_onward or not call.items:
                frames += self._closed(items)
                items, size = [], 0
                frames.append(encode_submit(self._add(call), call.items, call.is_group, call.is_onward))
                continue
            for number, item in enumerate(call.items, self._add(call)):
                size += len(item.body) + ITEM_BYTES
                if size > FRAME_BYTES or len(items) == FRAME_ITEMS:
                    frames.append(encode_submit(number - len(items), items))
                    items, size = [], len(item.body) + ITEM_BYTES
                items.append(item)
        return frames + self._closed(items)

    def _closed(self, items: list[Submission]) -> list[bytes]:
        return [encode_submit(self._next - len(items), items)] if items else []

    def _add(self, call: Call) -> int:
        call.first = self._next
        self._next += call.count
        for number in range(call.first, self._next):
            self._calls[number] = call
        return call.first

    def hear(self, heard: Answers) -> None:
        """Give answers to those who wait for them."""
        for number, answer in zip(heard.numbers, heard.answers, strict=True):
            call = self._calls.pop(number, None)
            if call is not None:
                call.put(number, answer)

    def oldest(self) -> Call | None:
        """Return the call that waits longest."""
        return next(iter(self._calls.values()), None)

    def forget(self, call: Call) -> None:
        """Let one wait no longer."""
        for number in range(call.first, call.first + call.count):
            if self._calls.get(number) is call:
                del self._calls[number]

    def take(self) -> list[Call]:
        """Return everybody who waits, and let them wait no longer."""
        waited, self._calls = self._calls, {}
        return list(dict.fromkeys(waited.values()))


def unanswered(answers: Sequence[Answer]) -> list[int]:
    """Return the places where asking again may help; what is stored stays as it is, be it quarantined."""
    return [n for n, answer in enumerate(answers) if answer.seq is None and answer.code in TRANSIENT]


def merged(before: Answer, now: Answer) -> Answer:
    """Return what is known after asking again: what may have been decided once stays in doubt until it is answered."""
    if before.code is Code.in_doubt and now.seq is None and now.code in (Code.lane_busy, Code.lane_stopped):
        return before
    return now
