"""Service: a service of somebody else's, over TLS on a socket of this host.

Shape   `asked` holds what it was asked: path, headers, body; `answers` says what it answers; `tells(…)` sets that
        `is_mutual`: who shows no certificate of ours is refused; ours lies in `our.pem` and `our.key`
"""

import json
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cunguan.keys.certificates import authority, issue

Asked = tuple[str, dict[str, str], dict[str, Any]]


class Service:
    """The service, its own authority, and a certificate for who may call it."""

    def __init__(self, folder: Path, *, is_mutual: bool = False) -> None:
        self.asked: list[Asked] = []
        self.answers: Callable[[dict[str, Any]], tuple[int, bytes]] = lambda asked: (500, b"")
        ours, now = authority("service", datetime.now(UTC)), datetime.now(UTC)
        served, called = (issue(ours, "service", name, ["127.0.0.1"], now) for name in ("127.0.0.1", "custodian"))
        for name, content in (
            ("ca.pem", ours.cert), ("leaf.pem", served.cert), ("leaf.key", served.key), ("our.pem", called.cert), ("our.key", called.key),
        ):  # fmt: skip
            (folder / name).write_bytes(content)
        self.ca, self.cert, self.key = (str(folder / name) for name in ("ca.pem", "our.pem", "our.key"))
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
                service.asked.append((self.path, {key.lower(): value for key, value in self.headers.items()}, asked))
                status, content = service.answers(asked)
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                if status == 302:
                    self.send_header("Location", f"{service.url}/elsewhere")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "leaf.pem", folder / "leaf.key")
        if is_mutual:
            context.load_verify_locations(folder / "ca.pem")
            context.verify_mode = ssl.CERT_REQUIRED
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"https://127.0.0.1:{self._server.server_port}"

    def tells(self, **said: Any) -> None:
        """Answer each request so, under its own id unless another is told."""
        self.answers = lambda asked: (200, json.dumps({"request": asked["request"], **said}).encode())

    def stop(self) -> None:
        """Take no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
