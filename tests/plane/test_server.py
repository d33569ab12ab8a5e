"""Server: whatever a caller sends, he is answered or hung up on; he harms neither the books nor other callers."""

import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.plane.client import Client
from cunguan.plane.frames import FRAME_BYTES_MAX, Submission, decode_answers, encode_submit, read_frame, submission
from cunguan.plane.process import Process
from cunguan.plane.server import Server
from tests.plane.harness import LANE, Child, balance, bid, books_hold, deposit, one, rows, stored

WAIT_SECONDS = 60.0  # a net under a hang, no limit
MALFORMED = msgspec.Raw(msgspec.msgpack.encode({"holder": 7}))
GOOD = submission(LANE, deposit(1))


@pytest.fixture
def path(books: str, home: Path) -> Iterator[Path]:
    """The socket of a plane of this process."""
    with Process(books, owner="test", channels=lambda lane: {}) as process:
        server = Server(process.plane, home / "plane.sock")
        yield server.path
        server.stop()


def connect(path: Path) -> socket.socket:
    caller = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    caller.settimeout(WAIT_SECONDS)
    caller.connect(str(path))
    return caller


def framed(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def codes(path: Path, *items: Submission) -> list[Code]:
    heard: dict[int, Answer] = {}
    with connect(path) as caller:
        caller.sendall(encode_submit(7, items))
        while len(heard) < len(items):
            data = read_frame(caller)
            assert data is not None
            answers = decode_answers(data)
            heard.update(zip(answers.numbers, answers.answers, strict=True))
    assert [heard[number].id for number in range(7, 7 + len(items))] == [item.id for item in items]
    return [heard[number].code for number in range(7, 7 + len(items))]


def is_hung_up_on(caller: socket.socket) -> bool:
    try:
        return caller.recv(1) == b""
    except ConnectionResetError:
        return True


BROKEN = {
    "an empty frame": framed(b""),
    "no msgpack": framed(b"\xc1\xc1\xc1"),
    "another shape": framed(msgspec.msgpack.encode({"number": 1})),
    "items that are no items": framed(msgspec.msgpack.encode([1, [[1, 2]]])),
    "a text that is no UTF-8": framed(b"\x92\x01\x91\x94\x01\xa1\xff\xa1k\x80"),
    "a nest without end": framed(b"\x91" * 100_000),
    "more bytes than said": framed(msgspec.msgpack.encode([1, []]) + b"\x00"),
    "a frame too large": struct.pack(">I", FRAME_BYTES_MAX + 1) + b"x",
    "words of another protocol": b"GET / HTTP/1.1\r\n\r\n",
    "a good item beside a broken one": framed(msgspec.msgpack.encode([1, [GOOD, [1]]])),
}


@pytest.mark.parametrize("name", BROKEN)
def test_who_sends_no_frame_is_hung_up_on_and_nothing_is_stored(books: str, path: Path, name: str) -> None:
    before = rows(books, LANE)
    with connect(path) as caller:
        caller.sendall(BROKEN[name])
        assert is_hung_up_on(caller)
    assert rows(books, LANE) == before
    assert codes(path, GOOD) == [Code.done], "others are served"


@pytest.mark.parametrize("sent", [0, 3, 4, 20, -1])
def test_a_socket_that_dies_in_a_frame_stores_nothing(books: str, path: Path, sent: int) -> None:
    before = rows(books, LANE)
    with connect(path) as caller:
        caller.sendall(encode_submit(1, [GOOD])[:sent])
        caller.shutdown(socket.SHUT_WR)
        assert is_hung_up_on(caller)
    assert rows(books, LANE) == before
    assert codes(path, GOOD) == [Code.done], "the id was left free"


#: what is wrong with an item -> the item, its code
WRONG = {
    "a body of another type": (Submission(LANE, "w", "deposit_direct", MALFORMED), Code.malformed),
    "a body that is no msgpack map": (Submission(LANE, "w", "deposit_direct", msgspec.Raw(b"\x01")), Code.malformed),
    "a field too many": (
        Submission(LANE, "w", "bar", msgspec.Raw(msgspec.msgpack.encode({"reason": "r", "more": 1}))), Code.malformed,
    ),
    "a kind nobody knows": (Submission(LANE, "w", "gift", MALFORMED), Code.unknown_kind),
    "a lane nobody writes": (Submission(99, "w", GOOD.kind, GOOD.body), Code.unknown_lane),
    "an id that is none": (Submission(LANE, "a b", GOOD.kind, GOOD.body), Code.id_malformed),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_in_an_item_is_said_and_its_neighbours_are_decided(books: str, path: Path, name: str) -> None:
    item, code = WRONG[name]
    head = one(books, "SELECT head FROM lane WHERE lane = %s", LANE)
    assert codes(path, item) == [code]
    assert one(books, "SELECT head FROM lane WHERE lane = %s", LANE) == head
    assert codes(path, GOOD, item, submission(LANE, bid(1))) == [Code.done, code, Code.done]
    assert stored(books, LANE, item.id) == {}


def test_a_frame_without_items_is_answered(path: Path) -> None:
    with connect(path) as caller:
        caller.sendall(encode_submit(7, []))
        data = read_frame(caller)
    assert data is not None
    assert decode_answers(data).numbers == [7]


def test_one_id_twice_in_a_frame_is_done_once(books: str, path: Path) -> None:
    before = balance(books, "L001", "2010")
    assert codes(path, GOOD, GOOD) == [Code.done, Code.done]
    assert balance(books, "L001", "2010") == before + 100


def test_a_caller_who_does_not_read_holds_up_nobody(books: str, path: Path) -> None:
    frame = encode_submit(1, [Submission(LANE, f"w{n}", "gift", MALFORMED) for n in range(500)])
    with connect(path) as deaf:
        deaf.setblocking(False)
        sent, is_full = 0, False
        while not is_full and sent < 200 * len(frame):
            try:
                sent += deaf.send(frame[sent % len(frame) :])
            except BlockingIOError:
                is_full = True  # the plane is slower than he is: that is enough
        client = Client(path, patience_seconds=WAIT_SECONDS)
        answers = client.ask_all([(LANE, deposit(n)) for n in range(200)])
        client.close()
        assert {answer.code for answer in answers} == {Code.done}
        deaf.settimeout(WAIT_SECONDS)
        assert deaf.recv(1, socket.MSG_PEEK), "his answers wait for him"
    books_hold(books)


def test_a_caller_who_asks_again_after_the_server_died_hears_the_first_answer(books: str, home: Path) -> None:
    child = Child(books, home / "plane.sock").start()
    client = child.client()
    try:
        asked = [(LANE, bid(1)), (LANE, deposit(1)), (LANE, bid(2, amount_minor=10**15))]
        first = client.ask_all(asked)
        assert [answer.code for answer in first][:2] == [Code.done, Code.done]
        assert first[2].code not in (Code.done, Code.in_doubt)
        child.kill()
        again = client.submit(asked).result()
        assert {answer.code for answer in again} == {Code.in_doubt}, "nobody is there: in doubt, never a failure"
        child.start()
        assert client.ask_all(asked) == first
    finally:
        client.close()
        child.stop()
    books_hold(books)


def test_a_caller_who_waits_while_the_server_dies_is_answered_by_the_next(books: str, home: Path) -> None:
    child = Child(books, home / "plane.sock").start()
    client = child.client(WAIT_SECONDS * 2)
    answers: dict[str, Code] = {}

    def ask(n: int) -> None:
        asked = deposit(n)
        answers[asked.id] = client.ask(LANE, asked).code

    callers = [threading.Thread(target=ask, args=(n,)) for n in range(20)]
    try:
        for caller in callers[:10]:
            caller.start()
        child.kill()
        for caller in callers[10:]:
            caller.start()
        child.start()
        for caller in callers:
            caller.join()
    finally:
        client.close()
        child.stop()
    assert answers == {deposit(n).id: Code.done for n in range(20)}
    assert set(stored(books, LANE, "in:")) == set(answers)
    books_hold(books)
