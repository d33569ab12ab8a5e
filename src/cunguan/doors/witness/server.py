"""Server (见证接口): a witness is asked by HTTP: POST add-checkpoint, and what anybody may read.

When    `cunguan log witness`; in a sandbox three witnesses behind one port, each below its own name
Shape   POST <prefix>/add-checkpoint · GET <prefix>/ (name, key, what is held) · GET <prefix>/checkpoint?origin=… (cosigned last)
        GET <prefix>/evidence (what logs should not have signed) · GET <prefix>/healthz
Units   a body has at most BODY_BYTES_MAX; a caller is silent for at most PATIENCE_SECONDS; CALLERS_MAX are heard at a time
Errors  those of tlog-witness; 411, 413 without a length or with too much; 404 no such page; 500 the disk does not take it
Source  C2SP tlog-witness; RFC 9112
"""

import logging
import socket
import sqlite3
import ssl
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import msgspec

from cunguan.doors.api.listen import Listen
from cunguan.doors.witness.memory import Memory

log = logging.getLogger(__name__)

#: 63 proof lines and a note with many signatures; a log that sends more is not well
BODY_BYTES_MAX: Final = 2**16
PATIENCE_SECONDS: Final = 10
CALLERS_MAX: Final = 64
SIZE_TYPE: Final = "text/x.tlog.size"


class WitnessServer(ThreadingHTTPServer):
    """One port; witnesses by the path they are asked below, "" where there is one."""

    daemon_threads = True

    def __init__(self, listen: Listen, witnesses: Mapping[str, Memory]) -> None:
        self.witnesses, self._tls, self._places = witnesses, _context(listen), threading.BoundedSemaphore(CALLERS_MAX)
        self.address_family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
        super().__init__((listen.host, listen.port), _Caller)
        self.address = Listen(listen.host, self.server_address[1], listen.cert).address

    def process_request(self, request: Any, client_address: Any) -> None:
        """Hear a caller in a thread of his own; one too many is hung up on, and comes again."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Shake hands where the caller can wait for it, and answer."""
        try:
            request.settimeout(PATIENCE_SECONDS)
            if self._tls is not None:
                request = self._tls.wrap_socket(request, server_side=True)
            super().process_request_thread(request, client_address)
        except OSError:
            self.shutdown_request(request)  # no handshake, or gone: his own affair
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong, without who asked."""
        log.warning("a caller was not answered", exc_info=True)


class _Caller(BaseHTTPRequestHandler):
    server: WitnessServer
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE_SECONDS

    def do_POST(self) -> None:
        """Judge a checkpoint."""
        prefix, _, act = urlsplit(self.path).path.rpartition("/")
        memory = self.server.witnesses.get(prefix)
        body = self._body()
        if body is None:
            return
        if memory is None or act != "add-checkpoint":
            return self._say(404, "no such page")
        try:
            answer = memory.add_checkpoint(body)
        except sqlite3.Error:
            log.exception("nothing was cosigned")
            return self._say(500, "nothing was cosigned: the witness cannot write")
        if answer.status not in (200, 409):
            log.warning("refused with %s: %s", answer.status, answer.text)
        self._give(answer.status, answer.text.encode(), SIZE_TYPE if answer.held else "text/plain; charset=utf-8")

    def do_GET(self) -> None:
        """Tell what anybody may know."""
        parts = urlsplit(self.path)
        prefix, _, page = parts.path.rpartition("/")
        memory = self.server.witnesses.get(prefix)
        if memory is None or page not in ("", "checkpoint", "evidence", "healthz"):
            return self._say(404, "no such page")
        if page == "checkpoint":
            return self._checkpoint(memory, dict(parse_qsl(parts.query)).get("origin", ""))
        pages: dict[str, Callable[[], object]] = {
            "": memory.seen,
            "evidence": memory.evidence,
            "healthz": lambda: {"status": "alive"},
        }
        self._give(200, msgspec.json.format(msgspec.json.encode(pages[page]())) + b"\n", "application/json")

    def _checkpoint(self, memory: Memory, origin: str) -> None:
        note = memory.newest(origin)
        if note is None:
            return self._say(404, "nothing of that log was cosigned: ?origin=ORIGIN")
        self._give(200, note, "text/plain; charset=utf-8")

    def _body(self) -> bytes | None:
        told = self.headers.get("Content-Length", "")
        if self.headers.get("Transfer-Encoding") or not (told.isascii() and told.isdecimal() and len(told) < 12):
            return self._hang_up(411, "say how long the body is: Content-Length")
        if int(told) > BODY_BYTES_MAX:
            return self._hang_up(413, f"a body has at most {BODY_BYTES_MAX} bytes")
        body = self.rfile.read(int(told))
        return body if len(body) == int(told) else self._hang_up(400, "the body ended early")

    def _hang_up(self, status: int, why: str) -> bytes | None:
        """Answer, and hear no more of this caller: where the next request begins is not known."""
        self.close_connection = True
        self._say(status, why)
        return None

    def _say(self, status: int, why: str) -> None:
        self._give(status, f"{why}\n".encode(), "text/plain; charset=utf-8")

    def _give(self, status: int, content: bytes, type_: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", type_)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: who asks is nobody's business."""


def _context(listen: Listen) -> ssl.SSLContext | None:
    if listen.cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(listen.cert, listen.key)
    if listen.is_mutual:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(listen.ca)
    return context
