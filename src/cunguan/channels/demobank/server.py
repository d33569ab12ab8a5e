"""Server (模拟银行服务): the demo bank as a process, heard by HTTP on the loopback interface alone.

When    `cunguan demobank`; the house speaks to it as to any bank, by transport/https.py; line.py arranges what it does
Shape   POST: the calls of calls.py, by path; answered when they are on the disk
        the service of files: PUT orders/<name>, GET files, files/<name> and status; below pay/ that of its payment channel
        its silence is a connection that ends without an answer, as a bank's may
Errors  400 what cannot be read, 404 no such page, 409 the bank does not do it; a disk that fails ends the process
Source  RFC 9112; transport/https.py
"""

import logging
import os
import threading
from collections.abc import Callable, Mapping
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from cunguan.channels.demobank import files
from cunguan.channels.demobank.bank import Paper
from cunguan.channels.demobank.calls import (
    BeginDay,
    CallOf,
    Charge,
    Draw,
    Mislay,
    Open,
    PayByChannel,
    Receive,
    Refused,
    Tell,
)
from cunguan.channels.demobank.journal import Journal
from cunguan.channels.transport.base import Listed
from cunguan.channels.transport.https import LOOPBACK

log = logging.getLogger(__name__)

BODY_BYTES_MAX: Final = 2**16
ORDER_BYTES_MAX: Final = 2**24
LINES_MAX: Final = 500

POSTS: Final[Mapping[str, type[CallOf]]] = {
    "/accounts": Open, "/behaviours": Tell, "/rules": Draw, "/receipts": Receive, "/day": BeginDay, "/charges": Charge,
    "/mishaps": Mislay, "/channel-payments": PayByChannel,
}  # fmt: skip

Query = Mapping[str, str]
GETS: Final[Mapping[str, Callable[[Journal, Query], Any]]] = {
    "/healthz": lambda bank, query: {"status": "alive"},
    "/lines": lambda bank, query: bank.desk.bank.lines_after(query["account"], int(query["after"]), LINES_MAX),
    "/customer": lambda bank, query: _customer(bank, query["customer"]),
    "/files": lambda bank, query: _listed(bank, query["after"], is_of_channel=False),
    "/pay/files": lambda bank, query: _listed(bank, query["after"], is_of_channel=True),
}
ORDERS: Final = "/orders/"


class Customer(msgspec.Struct, frozen=True):
    """How a customer stands at the bank."""

    day: date
    accounts: dict[str, int]
    rule: Any
    told: dict[str, Any]


def _customer(journal: Journal, name: str) -> Customer:
    bank = journal.desk.bank
    return Customer(bank.today, bank.accounts(name), bank.rule(name), bank.told(name))


def _listed(journal: Journal, after: str, *, is_of_channel: bool) -> list[Listed]:
    """Return papers after a name, oldest first: those of the bank, or those of its payment channel."""
    first = int(after[:8]) if after else 0
    found = (paper for paper in journal.desk.bank.papers[first:] if (paper.kind == "settlement") is is_of_channel)
    return [Listed(files.name_of(paper), str(paper.number)) for paper in islice(found, LINES_MAX)]


def _paper(journal: Journal, path: str) -> Paper | None:
    """Return the paper of a path; None where there is none."""
    folder, _, name = unquote(path).rpartition("/")
    papers = journal.desk.bank.papers
    number = int(name[:8]) if name[:8].isdecimal() else 0
    paper = papers[number - 1] if 0 < number <= len(papers) else None
    if paper is None or files.name_of(paper) != name:
        return None
    return paper if folder == ("/pay/files" if paper.kind == "settlement" else "/files") else None


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
        if not self._is_local():
            return self._say(404, {"error": "no such page"})
        try:
            with self.server.lock:
                self._look(parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)))
        except (KeyError, ValueError) as wrong:
            self._say(400, {"error": f"the query cannot be read: {wrong}"})

    def _look(self, path: str, query: Query) -> None:
        journal, look = self.server.journal, GETS.get(path)
        if look is not None:
            return self._say(200, look(journal, query))
        if path == "/status":
            return self._status(query["end_to_end_id"])
        paper = _paper(journal, path)
        if paper is None:
            return self._say(404, {"error": "no such page"})
        self._give(files.content_of(journal.desk.bank, paper))

    def _status(self, end_to_end_id: str) -> None:
        bank = self.server.journal.desk.bank
        seen = bank.status_seen(end_to_end_id)
        if seen is None:
            self._say(404, {"error": "no such payment"})
        elif bank.is_mute(end_to_end_id):
            self.close_connection = True
        else:
            self._give(files.status(seen, f"{bank.today.isoformat()}T12:00:00+08:00"))

    def do_PUT(self) -> None:
        """Take a file of orders."""
        content = self._body(ORDER_BYTES_MAX)
        if not self.path.startswith(ORDERS) or not self._is_local():
            return self._say(404, {"error": "no such page"})
        self._do(files.hand(unquote(self.path.removeprefix(ORDERS)), content))

    def do_POST(self) -> None:
        """Do what is called for."""
        wanted = POSTS.get(self.path)
        body = self._body(BODY_BYTES_MAX)
        if wanted is None or not self._is_local():
            return self._say(404, {"error": "no such page"})
        try:
            call = msgspec.json.decode(body, type=wanted)
        except msgspec.DecodeError as wrong:
            return self._say(400, {"error": str(wrong)})
        self._do(call)

    def _do(self, call: CallOf) -> None:
        try:
            with self.server.lock:
                done = self.server.journal.do(call)
        except Refused as refused:
            return self._say(409, {"error": str(refused)})
        except OSError:
            log.critical("the journal does not take a call: the bank ends, and comes back as it was")
            os._exit(1)
        if done is False:
            self.close_connection = True
            return
        self._say(200, done)

    def _say(self, status: int, value: Any) -> None:
        self._give(msgspec.json.encode(value), status, "application/json")

    def _give(self, content: bytes, status: int = 200, type_: str = "application/octet-stream") -> None:
        self.send_response(status)
        self.send_header("Content-Type", type_)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _body(self, most: int) -> bytes:
        size = int(self.headers.get("Content-Length") or 0)
        if not 0 <= size <= most:
            self.close_connection = True
            return b""
        return self.rfile.read(size)

    def _is_local(self) -> bool:
        """Return whether the caller means this host: a page of the Web cannot speak to the bank under another name."""
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname
        return host in LOOPBACK

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what is asked is nobody's business."""
