"""A log at an address: no answer is longer, slower or otherwise than a file of its name can be."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from cunguan.doors.log.remote import LogSilent, Remote, limit_of


class Answers(dict[str, tuple[int, dict[str, str], bytes]]):
    """What is answered to a path: status, headers, bytes."""


@contextmanager
def served(answers: Answers) -> Iterator[str]:
    """Answer on the loopback interface."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, content = answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/log/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


TILE = bytes(range(256)) * 32
PACKED = gzip.compress(TILE)

CASES = [
    # what the log answers                         status  headers                              bytes             what comes of it
    ("a tile",                                        200, {},                                  TILE,             TILE),
    ("a packed tile",                                 200, {"Content-Encoding": "gzip"},        PACKED,           TILE),
    ("a tile that is too short",                      200, {},                                  TILE[:32],        TILE[:32]),
    ("nothing",                                       404, {},                                  b"",              FileNotFoundError),
    ("nothing any more",                              410, {},                                  b"",              FileNotFoundError),
    ("an error",                                      500, {},                                  TILE,             "answers 500"),
    ("somewhere else",                                302, {"Location": "/log/checkpoint"},     b"",              "answers 302"),
    ("a part",                                        206, {},                                  TILE,             "answers 206"),
    ("more than a tile",                              200, {},                                  TILE + b"x",      "longer than 8192"),
    ("a packed tile that unfolds too far",            200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(1 << 24)), "longer than 8192"),
    ("a packed tile that is cut",                     200, {"Content-Encoding": "gzip"},        PACKED[:-9],      "is cut off"),
    ("a packing that was not asked for",              200, {"Content-Encoding": "br"},          PACKED,           "packed as 'br'"),
    ("less than it announced",                        200, {"Content-Length": "9000", "Connection": "close"}, TILE, "tile/0/000"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "status", "headers", "content", "comes"), CASES, ids=[case[0] for case in CASES])
def test_an_answer_is_a_file_or_nothing(
    case: str, status: int, headers: dict[str, str], content: bytes, comes: Any
) -> None:
    with (
        served(Answers({"/log/tile/0/000": (status, headers, content)})) as address,
        Remote(address, seconds=5) as remote,
    ):
        if isinstance(comes, bytes):
            assert remote.fetch("tile/0/000") == comes
        elif comes is FileNotFoundError:
            with pytest.raises(FileNotFoundError):
                remote.fetch("tile/0/000")
        else:
            with pytest.raises(LogSilent, match=comes):
                remote.fetch("tile/0/000")


def test_packed_bytes_that_are_no_gzip_are_no_answer() -> None:
    answers = Answers({"/log/tile/0/000": (200, {"Content-Encoding": "gzip"}, TILE)})
    with (
        served(answers) as address,
        Remote(address) as remote,
        pytest.raises(LogSilent, match="is not packed as it says"),
    ):
        remote.fetch("tile/0/000")


def test_nobody_answers() -> None:
    with served(Answers()) as address:
        pass
    with Remote(address) as remote, pytest.raises(LogSilent, match="checkpoint"):
        remote.fetch("checkpoint")


@pytest.mark.parametrize(
    "address", ["", "example.com/log", "ftp://example.com/log", "https://", "http://a:b", "file:///log"]
)
def test_an_address_is_one_of_the_web(address: str) -> None:
    with pytest.raises(ValueError, match="no address of a log"):
        Remote(address)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("checkpoint", 256 * 1024),
        ("tile/0/x001/000", 8192),
        ("tile/3/000.p/17", 17 * 32),
        ("tile/entries/000", 256 * 4098),
        ("tile/entries/000.p/2", 2 * 4098),
    ],
)
def test_a_file_is_as_large_as_its_name_allows(name: str, limit: int) -> None:
    assert limit_of(name) == limit
