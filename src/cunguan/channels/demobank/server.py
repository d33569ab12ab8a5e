"""Server (模拟银行服务): the demo bank as a process, heard by HTTP on the loopback interface alone.

When    `cunguan demobank`; its customers speak to it by line.py
Shape   POST: the calls of calls.py, by path; answered when they are on the disk. GET: what can be read
        its silence is a connection that ends without an answer, as a bank's may
Errors  400 what cannot be read, 404 no such page, 409 the bank does not do it; a disk that fails ends the process
Source  RFC 9112
"""

import logging
import os
import threading
from collections.abc import Callable, Mapping
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import msgspec

from cunguan.channels.demobank.calls import BeginDay, CallOf, Draw, Open, Receive, Refused, Take, Tell
from cunguan.channels.demobank.journal import Journal

log = logging.getLogger(__name__)

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
BODY_BYTES_MAX: Final = 2**16
LINES_MAX: Final = 500

POSTS: Final[Mapping[str, type[CallOf]]] = {
    "/accounts": Open, "/behaviours": Tell, "/rules": Draw, "/receipts": Receive, "/day": BeginDay, "/payments": Take,
}  # fmt: skip

Query = Mapping[str, str]
GETS: Final[Mapping[str, Callable[[Journal, Query], Any]]] = {
    "/healthz": lambda bank, query: {"status": "alive"},
    "/payment": lambda bank, query: bank.desk.bank.status(query["customer"], query["end_to_end_id"]),
    "/payments": lambda bank, query: bank.desk.bank.payments(query["customer"], date.fromisoformat(query["since"])),
    "/events": lambda bank, query: bank.desk.bank.events(query["customer"])[int(query["after"]) :],
    "/lines": lambda bank, query: bank.desk.bank.lines_after(query["account"], int(query["after"]), LINES_MAX),
    "/customer": lambda bank, query: _customer(bank, query["customer"]),
}

_SILENT: Final = ("/payment", "/payments")  # here None is the bank's silence


class Customer(msgspec.Struct, frozen=True):
    """How a customer stands at the bank."""

    day: date
    accounts: dict[str, int]
    rule: Any
    told: dict[str, Any]


def _customer(journal: Journal, name: str) -> Customer:
    bank = journal.desk.bank
    return Customer(bank.today, bank.accounts(name), bank.rule(name), bank.told(name))


class BankServer(ThreadingHTTPServer):
    """The bank's counter: many callers, one after the other."""

    daemon_threads = True

    def __init__(self, port: int, journal: Journal) -> None:
        self.journal, self.lock = journal, threading.Lock()
        super().__init__(("127.0.0.1", port), _Counter)

    @property
    def address(self) -> str:
        """Where it is heard."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Counter(BaseHTTPRequestHandler):
    server: BankServer
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """Answer what is asked."""
        parts = urlsplit(self.path)
        look = GETS.get(parts.path)
        if look is None or not self._is_local():
            return self._say(404, {"error": "no such page"})
        try:
            with self.server.lock:
                found = look(self.server.journal, dict(parse_qsl(parts.query)))
        except (KeyError, ValueError) as wrong:
            return self._say(400, {"error": f"the query cannot be read: {wrong}"})
        self._tell(parts.path, found)

    def do_POST(self) -> None:
        """Do what is called for."""
        wanted = POSTS.get(self.path)
        body = self._body()
        if wanted is None or not self._is_local():
            return self._say(404, {"error": "no such page"})
        try:
            call = msgspec.json.decode(body, type=wanted)
            with self.server.lock:
                done = self.server.journal.do(call)
        except msgspec.DecodeError as wrong:
            return self._say(400, {"error": str(wrong)})
        except Refused as refused:
            return self._say(409, {"error": str(refused)})
        except OSError:
            log.critical("the journal does not take a call: the bank ends, and comes back as it was")
            os._exit(1)
        self._tell(self.path, done)

    def _tell(self, path: str, found: Any) -> None:
        if found is None and path in _SILENT:
            self.close_connection = True
            return
        self._say(200, found)

    def _say(self, status: int, value: Any) -> None:
        body = msgspec.json.encode(value)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> bytes:
        size = int(self.headers.get("Content-Length") or 0)
        if not 0 <= size <= BODY_BYTES_MAX:
            self.close_connection = True
            return b""
        return self.rfile.read(size)

    def _is_local(self) -> bool:
        """Return whether the caller means this host: a page of the Web cannot speak to the bank under another name."""
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname
        return host in LOOPBACK

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what is asked is nobody's business."""
