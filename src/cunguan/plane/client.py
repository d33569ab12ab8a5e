"""Client of the plane for threads: with plane/asking.py the only side of it that doors import.

When    a door has an instruction; any number of threads may use one client
Returns Answers, in order. A lost socket is `in_doubt`, never a failure: the same ids are sent again until
        `patience_seconds` are over, and the plane gives the first answer
Source  design/lanes.md rules 2, 13
"""

import logging
import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from cunguan.kernel.instruction import Answer, Instruction
from cunguan.plane.calls import Call, Waiting, merged, unanswered
from cunguan.plane.frames import FrameBroken, decode_answers, read_frame, submission
from cunguan.plane.tls import Remote, Stream, dial

log = logging.getLogger(__name__)

Pair = tuple[int, Instruction]
PAUSE_SECONDS = 0.05


class Client:
    """A connection to the plane, by its Unix socket or by TLS to another host, made again when it is lost."""

    def __init__(self, place: Path | Remote, patience_seconds: float = 10.0) -> None:
        self._place, self._patience = place, patience_seconds
        self._lock = threading.Lock()
        self._socket: socket.socket | Stream | None = None
        self._waiting = Waiting()

    def ask(self, lane: int, instruction: Instruction) -> Answer:
        """Hand in one instruction and wait for its answer."""
        return self.ask_all([(lane, instruction)])[0]

    def ask_all(self, pairs: Sequence[Pair]) -> list[Answer]:
        """Hand in instructions, each decided for itself, and wait; what is in doubt is asked again."""
        deadline = time.monotonic() + self._patience
        answers = self.submit(pairs).result()
        while (again := unanswered(answers)) and time.monotonic() < deadline:
            time.sleep(PAUSE_SECONDS)
            for place, answer in zip(again, self.submit([pairs[n] for n in again]).result(), strict=True):
                answers[place] = merged(answers[place], answer)
        return answers

    def ask_atomic(self, lane: int, instructions: Sequence[Instruction]) -> list[Answer]:
        """Hand in instructions of which all are done or none, and wait; a group in doubt is asked again whole."""
        deadline = time.monotonic() + self._patience
        pairs = [(lane, one) for one in instructions]
        answers = self.submit(pairs, is_group=True).result()
        while unanswered(answers) and time.monotonic() < deadline:
            time.sleep(PAUSE_SECONDS)
            answers = list(map(merged, answers, self.submit(pairs, is_group=True).result()))
        return answers

    def submit(self, pairs: Sequence[Pair], is_group: bool = False, is_onward: bool = False) -> "Future[list[Answer]]":
        """Hand in instructions; the future holds their answers, `in_doubt` where the socket was lost."""
        future: Future[list[Answer]] = Future()
        future.set_running_or_notify_cancel()  # what was handed in cannot be taken back
        items = [submission(lane, instruction) for lane, instruction in pairs]
        call = Call(items, future.set_result, is_group, is_onward)
        with self._lock:
            try:
                connection = self._connection()
                for frame in self._waiting.frames([call]):
                    connection.sendall(frame)
            except OSError as error:
                log.warning("the plane was not reached: %s", error)
                self._socket = None
                self._waiting.forget(call)
            else:
                return future
        call.lose()
        return future

    def is_answered(self) -> bool:
        """Return whether a plane is there: it answers a frame without instructions."""
        self.submit([]).result()
        with self._lock:
            return self._socket is not None

    def close(self) -> None:
        """Hang up."""
        with self._lock:
            if self._socket is not None:
                try:
                    self._socket.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # the plane was gone already
                self._socket = None

    def _connection(self) -> socket.socket | Stream:
        if self._socket is None:
            connection = _local(self._place) if isinstance(self._place, Path) else dial(self._place)
            self._socket, self._waiting = connection, Waiting()
            threading.Thread(
                target=self._listen, args=(connection, self._waiting), name="plane-client", daemon=True
            ).start()
        return self._socket

    def _listen(self, connection: socket.socket | Stream, waiting: Waiting) -> None:
        try:
            while (data := read_frame(connection)) is not None:
                waiting.hear(decode_answers(data))
        except (OSError, FrameBroken):
            pass  # lost: said below to everybody who waits
        connection.close()
        with self._lock:
            if self._socket is connection:
                self._socket = None
            lost = waiting.take()
        for call in lost:
            call.lose()


def _local(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        raise
    return connection
