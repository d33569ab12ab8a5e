"""Server of the plane: doors hand instructions in over a Unix socket and hear the answers after COMMIT.

When    `cunguan plane` runs; one socket a process, readable by its owner alone
Shape   a reading and a sending thread for each connection, so that a caller who does not listen
        holds up nobody but himself
Source  design/lanes.md rule 2
"""

import logging
import os
import queue
import socket
import threading
from pathlib import Path

from cunguan.kernel.instruction import Answer
from cunguan.plane.across import Plane
from cunguan.plane.frames import FrameBroken, decode_submit, encode_answers, instruction_of, read_frame

log = logging.getLogger(__name__)

#: frames of answers a caller may leave unread before he is hung up on
UNREAD_MAX = 10_000


class Server:
    """The plane's socket."""

    def __init__(self, plane: Plane, path: Path) -> None:
        self._plane, self.path = plane, path
        self._connections: set[socket.socket] = set()
        self._stopping = threading.Event()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        mask = os.umask(0o177)
        try:
            self._socket.bind(str(path))
        finally:
            os.umask(mask)
        self._socket.listen(64)
        self._thread = threading.Thread(target=self._accept, name="plane-accept", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take no more callers and hang up on those there are; they ask again with the same ids."""
        self._stopping.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()
        self.path.unlink(missing_ok=True)
        for connection in list(self._connections):
            _hang_up(connection)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError as error:
                if not self._stopping.wait(0.1):  # as when too many files are open: it passes
                    log.warning("a caller could not be taken: %s", error)
                continue
            self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), name="plane-caller", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        replies: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        sender = threading.Thread(target=_send, args=(connection, replies), name="plane-answers", daemon=True)
        sender.start()
        try:
            while (data := read_frame(connection)) is not None:
                self._take(data, replies)
        except Exception as error:  # he is hung up on, and asks again with the same ids
            log.warning("a caller was hung up on: %s", error, exc_info=not isinstance(error, OSError | FrameBroken))
            _hang_up(connection)
        replies.put(None)
        sender.join()
        self._connections.discard(connection)
        connection.close()

    def _take(self, data: bytes, replies: "queue.SimpleQueue[bytes | None]") -> None:
        if replies.qsize() > UNREAD_MAX:
            raise FrameBroken("the caller does not read his answers")
        submit = decode_submit(data)
        collected = _Collected(submit.number, len(submit.items), replies)
        for place, sent in enumerate(submit.items):
            instruction = instruction_of(sent)
            if isinstance(instruction, Answer):
                collected.put(place, instruction)
            else:
                self._plane.enqueue(sent.lane, instruction, collected.sink(place))


class _Collected:
    """The answers to one frame; sent when the last is there."""

    def __init__(self, number: int, count: int, replies: "queue.SimpleQueue[bytes | None]") -> None:
        self._number, self._missing, self._replies = number, count, replies
        self._answers: list[Answer | None] = [None] * count
        self._lock = threading.Lock()
        if not count:
            replies.put(encode_answers(number, []))

    def sink(self, place: int):  # type: ignore[no-untyped-def]  # a sink of across.py
        """Return what hears the answer of one place."""
        return lambda answer: self.put(place, answer)

    def put(self, place: int, answer: Answer) -> None:
        """Take one answer."""
        with self._lock:
            if self._answers[place] is None:
                self._answers[place] = answer
                self._missing -= 1
            is_last = self._missing == 0
        if is_last:
            self._replies.put(encode_answers(self._number, [one for one in self._answers if one is not None]))


def _send(connection: socket.socket, replies: "queue.SimpleQueue[bytes | None]") -> None:
    while (data := replies.get()) is not None:
        try:
            connection.sendall(data)
        except OSError:
            _hang_up(connection)
            return  # he will ask again with the same ids


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # he was gone already
