"""Server of the plane: doors hand instructions in over a Unix socket and hear the answers after COMMIT.

When    `cunguan plane` runs; one Unix socket a process, readable by its owner alone, and between hosts one with TLS
Shape   a reading and a sending thread for each connection, so that a caller who does not listen
        holds up nobody but himself; answers go out as they come, as many in a frame as wait
Source  design/lanes.md rule 2
"""

import logging
import os
import queue
import socket
import ssl
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.plane.across import Plane, Sink
from cunguan.plane.frames import FrameBroken, Submit, decode_submit, encode_answers, instruction_of, read_frame
from cunguan.plane.groups import answers
from cunguan.plane.runner import Refusal
from cunguan.plane.tls import Credentials, Stream, server_context, welcome

log = logging.getLogger(__name__)

#: answers a caller may leave unread before he is hung up on
UNREAD_MAX = 200_000
#: answers that go into one frame
ANSWERS_MAX = 1_000

#: answers by their numbers on one connection, None at the end
Replies = queue.SimpleQueue[tuple[int, Answer] | None]
#: what is said to who only wants to know whether somebody is there
HERE = Answer("", Code.done)


class Listen(msgspec.Struct, frozen=True):
    """Where callers of other hosts are met, and how."""

    host: str
    port: int  # 0: any that is free
    credentials: Credentials


class Server:
    """The plane's sockets."""

    def __init__(self, plane: Plane, path: Path, listen: Listen | None = None) -> None:
        self._plane, self.path = plane, path
        self._connections: set[socket.socket | Stream] = set()
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
        self._sockets = [self._socket]
        self._threads = [self._accepting(self._socket, None)]
        self.port = 0
        if listen is not None:
            context = server_context(listen.credentials)
            hosts = socket.create_server((listen.host, listen.port), family=_family(listen.host), backlog=64)
            self.port = hosts.getsockname()[1]
            self._sockets.append(hosts)
            self._threads.append(self._accepting(hosts, context))

    def _accepting(self, place: socket.socket, context: ssl.SSLContext | None) -> threading.Thread:
        thread = threading.Thread(target=self._accept, args=(place, context), name="plane-accept", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Take no more callers and hang up on those there are; they ask again with the same ids."""
        self._stopping.set()
        for place in self._sockets:
            place.shutdown(socket.SHUT_RDWR)
            place.close()
        for thread in self._threads:
            thread.join()
        self.path.unlink(missing_ok=True)
        for connection in list(self._connections):
            _hang_up(connection)

    def _accept(self, place: socket.socket, context: ssl.SSLContext | None) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = place.accept()
            except OSError as error:
                if not self._stopping.wait(0.1):  # as when too many files are open: it passes
                    log.warning("a caller could not be taken: %s", error)
                continue
            serve, given = (self._serve, ()) if context is None else (self._meet, (context,))
            threading.Thread(target=serve, args=(connection, *given), name="plane-caller", daemon=True).start()

    def _meet(self, plain: socket.socket, context: ssl.SSLContext) -> None:
        """Let a caller of another host show who he is, and serve him; one who cannot hears nothing and changes nothing."""
        try:
            connection = welcome(plain, context)
        except OSError as error:
            log.warning("a caller of another host was turned away: %s", error)
            return
        self._serve(connection)

    def _serve(self, connection: socket.socket | Stream) -> None:
        self._connections.add(connection)
        if self._stopping.is_set():
            _hang_up(connection)
        replies: Replies = queue.SimpleQueue()
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

    def _take(self, data: bytes, replies: Replies) -> None:
        if replies.qsize() > UNREAD_MAX:
            raise FrameBroken("the caller does not read his answers")
        submit = decode_submit(data)
        if not submit.items:
            replies.put((submit.number, HERE))
        elif submit.is_group:
            self._take_group(submit, replies)
        else:
            for number, sent in enumerate(submit.items, submit.number):
                instruction = instruction_of(sent)
                if isinstance(instruction, Answer):
                    replies.put((number, instruction))
                else:
                    self._plane.enqueue(sent.lane, instruction, _sink(number, replies), submit.is_onward)

    def _take_group(self, submit: Submit, replies: Replies) -> None:
        instructions = [instruction_of(sent) for sent in submit.items]
        sinks = [_sink(number, replies) for number in range(submit.number, submit.number + len(submit.items))]
        good = [one for one in instructions if isinstance(one, Instruction)]
        refusal = _unreadable(submit, instructions)
        if refusal is None:
            self._plane.enqueue_group(submit.items[0].lane, good, sinks, submit.is_onward)
            return
        for sink, answer in zip(sinks, answers([sent.id for sent in submit.items], refusal), strict=True):
            sink(answer)


def _unreadable(submit: Submit, instructions: Sequence[Instruction | Answer]) -> Refusal | None:
    """Return what of a group cannot be handed to a lane."""
    for place, (sent, found) in enumerate(zip(submit.items, instructions, strict=True)):
        if isinstance(found, Answer):
            return Refusal(place, found.code, found.why)
        if sent.lane != submit.items[0].lane:
            return Refusal(place, Code.unknown_lane, "the instructions of a group are of one lane")
    return None


def _sink(number: int, replies: Replies) -> Sink:
    return lambda answer: replies.put((number, answer))


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _send(connection: socket.socket | Stream, replies: Replies) -> None:
    is_last = False
    while not is_last:
        told, is_last = _waiting(replies)
        try:
            if told:
                connection.sendall(encode_answers([number for number, _ in told], [answer for _, answer in told]))
        except OSError:
            _hang_up(connection)
            return  # he will ask again with the same ids


def _waiting(replies: Replies) -> tuple[list[tuple[int, Answer]], bool]:
    """Wait for an answer; return it with those that came meanwhile, and whether they are the last."""
    told: list[tuple[int, Answer]] = []
    one = replies.get()
    while one is not None:
        told.append(one)
        if len(told) == ANSWERS_MAX or replies.empty():
            return told, False
        one = replies.get()
    return told, True


def _hang_up(connection: socket.socket | Stream) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # he was gone already
