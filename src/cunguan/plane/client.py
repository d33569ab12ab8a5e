"""Client of the plane: the only side of it that doors import.

When    a door has an instruction; any number of threads may use one client
Returns Answers, in order. A lost socket is `in_doubt`, never a failure: the same ids are sent again until
        `patience_seconds` are over, and the plane gives the first answer
Source  design/lanes.md rule 2
"""

import itertools
import logging
import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from cunguan.kernel.codes import TRANSIENT, Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.plane.frames import FrameBroken, Submission, decode_answers, encode_submit, read_frame, submission
from cunguan.plane.tls import Remote, Stream, dial

log = logging.getLogger(__name__)

Pair = tuple[int, Instruction]


class Client:
    """A connection to the plane, by its Unix socket or by TLS to another host, made again when it is lost."""

    def __init__(self, place: Path | Remote, patience_seconds: float = 10.0) -> None:
        self._place, self._patience = place, patience_seconds
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._socket: socket.socket | Stream | None = None
        self._waiting: dict[int, tuple[socket.socket | Stream, list[Submission], Future[list[Answer]]]] = {}

    def ask(self, lane: int, instruction: Instruction) -> Answer:
        """Hand in one instruction and wait for its answer."""
        return self.ask_all([(lane, instruction)])[0]

    def ask_all(self, pairs: Sequence[Pair]) -> list[Answer]:
        """Hand in instructions, each decided for itself, and wait; what is in doubt is asked again."""
        deadline = time.monotonic() + self._patience
        answers = self.submit(pairs).result()
        while (again := _unanswered(answers)) and time.monotonic() < deadline:
            time.sleep(0.05)
            for place, answer in zip(again, self.submit([pairs[n] for n in again]).result(), strict=True):
                answers[place] = answer
        return answers

    def submit(self, pairs: Sequence[Pair]) -> "Future[list[Answer]]":
        """Hand in instructions; the future holds their answers, `in_doubt` where the socket was lost."""
        items = [submission(lane, instruction) for lane, instruction in pairs]
        future: Future[list[Answer]] = Future()
        future.set_running_or_notify_cancel()  # what was handed in cannot be taken back
        number = next(self._numbers)
        with self._lock:
            try:
                connection = self._connection()
                self._waiting[number] = (connection, items, future)
                connection.sendall(encode_submit(number, items))
            except OSError as error:
                log.warning("the plane was not reached: %s", error)
                self._waiting.pop(number, None)
                self._socket = None
                future.set_result(_doubt(items))
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
            self._socket = connection
            threading.Thread(target=self._listen, args=(connection,), name="plane-client", daemon=True).start()
        return self._socket

    def _listen(self, connection: socket.socket | Stream) -> None:
        try:
            while (data := read_frame(connection)) is not None:
                heard = decode_answers(data)
                with self._lock:
                    waiting = self._waiting.pop(heard.number, None)
                if waiting is not None:
                    waiting[2].set_result(heard.answers)
        except (OSError, FrameBroken):
            pass  # lost: said below to everybody who waits
        connection.close()
        self._lose(connection)

    def _lose(self, connection: socket.socket | Stream) -> None:
        with self._lock:
            if self._socket is connection:
                self._socket = None
            lost = [number for number, waiting in self._waiting.items() if waiting[0] is connection]
            told = [self._waiting.pop(number) for number in lost]
        for _, items, future in told:
            future.set_result(_doubt(items))


def _local(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        raise
    return connection


def _unanswered(answers: Sequence[Answer]) -> list[int]:
    """Return the places where asking again may help; what is stored stays as it is, be it quarantined."""
    return [n for n, answer in enumerate(answers) if answer.code in TRANSIENT and answer.seq is None]


def _doubt(items: Sequence[Submission]) -> list[Answer]:
    return [
        Answer(sent.id, Code.in_doubt, why="the plane was not reached; ask again with the same id") for sent in items
    ]
