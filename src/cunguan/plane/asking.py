"""Asking (平面访问): the plane for asyncio: what the platform's door hands instructions in with.

When    a door that serves many callers in one thread has instructions; it is made inside the running loop
Shape   what callers hand in during one turn of the loop goes out as one frame; each hears his answer when it comes.
        Places: the planes of one installation, in the order of `--among`; a lane is asked for at the place it begins at,
        and at the next one when that is lost or does not have it
Returns Answers after COMMIT. What has no answer is asked again with the same ids, at another place where there is one,
        until `patience_seconds` are over; then it is `in_doubt`, never a failure
Source  design/lanes.md rules 2, 13
"""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.plane.calls import Call, Waiting, merged, unanswered
from cunguan.plane.frames import FrameBroken, Submission, decode_answers, split, submission
from cunguan.plane.tls import HANDSHAKE_SECONDS, Remote, client_context, keep_alive

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.02
PAUSE_SECONDS_MAX = 0.25
#: a plane that says nothing for so long, while somebody waits, is taken for dead: as long as a lease runs
SILENCE_SECONDS = 3.0
WATCH_SECONDS = 0.5


class Asking:
    """The planes of one installation."""

    def __init__(self, places: Sequence[Path | Remote], patience_seconds: float = 10.0) -> None:
        self._places = [_Place(one, patience_seconds) for one in places]
        self._patience = patience_seconds
        self._moved: dict[int, int] = {}  # lanes that were not found where they begin -> their place
        self._loop = asyncio.get_running_loop()

    async def ask(self, lane: int, instruction: Instruction) -> Answer:
        """Hand in one instruction and wait for its answer."""
        return (await self.ask_all(lane, [instruction]))[0]

    async def ask_all(self, lane: int, instructions: Sequence[Instruction]) -> list[Answer]:
        """Hand in instructions, each decided for itself; answers in their order."""
        items, deadline = [submission(lane, one) for one in instructions], self._loop.time() + self._patience
        answers, pause = await self._hand(lane, items), PAUSE_SECONDS
        while (again := unanswered(answers)) and self._loop.time() < deadline:
            pause = await _paused(pause)
            for place, answer in zip(again, await self._hand(lane, [items[n] for n in again]), strict=True):
                answers[place] = merged(answers[place], answer)
        return answers

    async def ask_atomic(self, lane: int, instructions: Sequence[Instruction]) -> list[Answer]:
        """Hand in instructions of which all are done or none; a group in doubt is asked again whole."""
        items, deadline = [submission(lane, one) for one in instructions], self._loop.time() + self._patience
        answers, pause = await self._hand(lane, items, is_group=True), PAUSE_SECONDS
        while unanswered(answers) and self._loop.time() < deadline:
            pause = await _paused(pause)
            answers = list(map(merged, answers, await self._hand(lane, items, is_group=True)))
        return answers

    async def is_answered(self) -> bool:
        """Return whether a plane is there."""
        for place in self._places:
            if await place.is_answered():
                return True
        return False

    async def close(self) -> None:
        """Hang up."""
        for place in self._places:
            place.close()

    async def _hand(self, lane: int, items: list[Submission], is_group: bool = False) -> list[Answer]:
        if not items:
            return []
        at = self._moved.get(lane, lane % len(self._places))
        answers = await self._places[at].hand(items, is_group)
        if any(answers[n].code is not Code.lane_busy for n in unanswered(answers)):
            self._look_elsewhere(lane, at)
        return answers

    def _look_elsewhere(self, lane: int, at: int) -> None:
        if self._moved.get(lane, lane % len(self._places)) == at:  # nobody looked on meanwhile
            self._moved[lane] = (at + 1) % len(self._places)


async def _paused(seconds: float) -> float:
    """Wait, and return how long to wait the next time."""
    await asyncio.sleep(seconds)
    return min(2 * seconds, PAUSE_SECONDS_MAX)


def _tell(future: asyncio.Future[list[Answer]], answers: list[Answer]) -> None:
    if not future.done():  # who was cancelled does not wait any more; what he handed in is decided all the same
        future.set_result(answers)


class _Place:
    """One plane: what waits to be sent to it, and the connection, made again when it was lost."""

    def __init__(self, where: Path | Remote, patience_seconds: float) -> None:
        self._where, self._patience = where, patience_seconds
        self._pending: list[Call] = []
        self._connecting: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self.line: _Line | None = None

    def hand(self, items: Sequence[Submission], is_group: bool = False) -> asyncio.Future[list[Answer]]:
        """Hand in; the future holds the answers, `in_doubt` where the connection was lost."""
        future: asyncio.Future[list[Answer]] = self._loop.create_future()
        self._pending.append(Call(items, lambda answers: _tell(future, answers), is_group))
        if len(self._pending) == 1:
            self._loop.call_soon(self.flush)
        return future

    async def is_answered(self) -> bool:
        """Return whether somebody is there."""
        await self.hand([])
        return self.line is not None

    def flush(self) -> None:
        """Send what waits, once there is a connection and it takes more."""
        if self.line is None:
            self._connecting = self._connecting or self._loop.create_task(self._connect())
        elif self._pending and not self.line.is_full:
            pending, self._pending = self._pending, []
            self.line.send(pending)

    def close(self) -> None:
        """Hang up; who waits is in doubt."""
        if self._connecting is not None:
            self._connecting.cancel()
        if self.line is not None:
            self.line.hang_up()
        self._lose()

    async def _connect(self) -> None:
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                await self._dial()
        except OSError as error:  # also what takes too long, and what TLS refuses
            log.warning("the plane at %s was not reached: %s", self._where, error)
            self._lose()
        finally:
            self._connecting = None

    async def _dial(self) -> None:
        where = self._where
        if isinstance(where, Path):
            await self._loop.create_unix_connection(lambda: _Line(self, self._patience), str(where))
        else:
            context = client_context(where.credentials)
            await self._loop.create_connection(lambda: _Line(self, self._patience), where.host, where.port, ssl=context)

    def _lose(self) -> None:
        pending, self._pending = self._pending, []
        for call in pending:
            call.lose()


class _Line(asyncio.Protocol):
    """One connection."""

    def __init__(self, place: _Place, patience_seconds: float) -> None:
        self.is_full = False
        self._place, self._patience = place, patience_seconds
        self._waiting, self._received = Waiting(), bytearray()
        self._loop = asyncio.get_running_loop()
        self._heard_at = 0.0
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send what waited for the connection."""
        self._transport = cast("asyncio.Transport", transport)
        keep_alive(transport.get_extra_info("socket"))
        self._place.line = self
        self._place.flush()

    def pause_writing(self) -> None:
        """Let what comes wait: the plane does not read so fast."""
        self.is_full = True

    def resume_writing(self) -> None:
        """Send what waited."""
        self.is_full = False
        self._place.flush()

    def send(self, calls: Sequence[Call]) -> None:
        """Hand in, all together."""
        now = self._loop.time()
        if not self._waiting:
            self._heard_at = now
        for call in calls:
            call.at = now
        self._transport.write(b"".join(self._waiting.frames(calls)))
        if self._watch is None:
            self._watch = self._loop.call_later(WATCH_SECONDS, self._look)

    def data_received(self, data: bytes) -> None:
        """Hear answers."""
        self._heard_at = self._loop.time()
        self._received += data
        try:
            for frame in split(self._received):
                self._waiting.hear(decode_answers(frame))
        except FrameBroken as error:
            log.warning("a plane was hung up on: %s", error)
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell everybody who waits."""
        if self._place.line is self:
            self._place.line = None
        if self._watch is not None:
            self._watch.cancel()
        for call in self._waiting.take():
            call.lose()

    def hang_up(self) -> None:
        """Close at once."""
        self._transport.abort()

    def _look(self) -> None:
        """Hang up on a plane that says nothing; let nobody wait longer than his patience."""
        now, self._watch = self._loop.time(), None
        if self._waiting and now - self._heard_at >= SILENCE_SECONDS:
            log.warning("a plane said nothing for %g s: it is hung up on", SILENCE_SECONDS)
            self._transport.abort()
            return
        while (oldest := self._waiting.oldest()) is not None and now - oldest.at >= self._patience:
            self._waiting.forget(oldest)
            oldest.lose()
        if self._waiting:
            self._watch = self._loop.call_later(WATCH_SECONDS, self._look)
